import { checkSchedule } from '../../../lib/cron.ts'
import { isTimeZone } from '../../../lib/time-zone.ts'
import type { Rule } from './rule.ts'

/** The schedule must be five cron fields that occur some day, in a known time zone. */
export const scheduleRule: Rule = ({ view: { policy: { spec } } }) => {
  const { schedule, timeZone = 'Etc/UTC' } = spec
  if (schedule !== undefined) return checkSchedule(schedule, timeZone)
  return isTimeZone(timeZone) ? undefined : checkSchedule('* * * * *', timeZone)
}
