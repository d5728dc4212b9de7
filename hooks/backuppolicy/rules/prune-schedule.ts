import { checkSchedule } from '../../../lib/cron.ts'
import type { Rule } from './rule.ts'

/** The prune schedule must suit us and the CronJob that it becomes, which knows no weekday 7. */
export const pruneScheduleRule: Rule = ({ view: { policy: { spec } } }) => {
  const { pruneSchedule, strategy } = spec
  if (pruneSchedule === undefined || strategy === 'snapshot') return undefined
  const problem = checkSchedule(pruneSchedule, 'Etc/UTC')
  if (problem !== undefined) return { ...problem, message: `pruneSchedule: ${problem.message}` }
  if (!/(^|[,-])7/.test(pruneSchedule.split(' ')[4] ?? '')) return undefined
  const message = `pruneSchedule ${JSON.stringify(pruneSchedule)} cannot be used: a CronJob does not know weekday 7; write 0 for Sunday`
  return { reason: 'InvalidSchedule', message }
}
