import { condition, mergeConditions, readyConditions } from '../../lib/conditions.ts'
import { newestFirst } from '../../lib/newest.ts'
import { isGood, isLeaving, isTerminal, usableVolumes } from '../../lib/phases.ts'
import { parseTime, timestamp } from '../../lib/timestamps.ts'
import type { Backup, BackupPolicy, BackupPolicyStatus } from '../../schemas/generated/types.ts'
import type { Finding } from './rules/rule.ts'
import type { Timetable } from './schedule.ts'
import type { PolicyView } from './view.ts'
import type { SelectedVolumes } from './volumes.ts'

const MAX_STORED = 50
const MAX_HISTORY = 10
const MAX_MESSAGE = 1024

/** All that a status says. */
export interface StatusInput {
  readonly view: PolicyView
  readonly volumes: SelectedVolumes
  readonly timetable: Timetable
  /** Why the policy does nothing. */
  readonly problem: Finding | undefined
  /** The run made in this very sync. */
  readonly made: { readonly slot: Date, readonly missed: number } | undefined
  /** Why retention does nothing, or what it does not count. */
  readonly held: Finding | undefined
  readonly now: Date
}

/** The whole status. The same evidence gives the same bytes until something is due: it holds no time of its own making. */
export const statusOf = (input: StatusInput): BackupPolicyStatus => {
  const { view: { policy, backups }, timetable, problem, now } = input
  const runs = newestFirst(backups, now)
  const points = runs.filter((backup) => usableVolumes(backup).length > 0 && !isLeaving(backup))
  const last = input.made?.slot ?? timetable.last
  const lastSuccessful = latest([policy.status?.lastSuccessfulTime, ...runs.filter(isGood).map(({ status }) => status?.completionTime)], now)
  const missedSlots = missedOf(input, runs)
  return {
    ...(policy.metadata.generation !== undefined && { observedGeneration: policy.metadata.generation }),
    conditions: conditionsOf(input),
    activeSchedule: timetable.active,
    ...(timetable.next !== undefined && problem === undefined && { nextScheduleTime: timestamp(timetable.next) }),
    ...(last !== undefined && { lastScheduleTime: timestamp(last) }),
    ...(lastSuccessful !== undefined && { lastSuccessfulTime: lastSuccessful }),
    ...(missedSlots !== undefined && { missedSlots }),
    selectedVolumes: input.volumes.names.length,
    storedBackupCount: points.length,
    storedBackups: points.slice(0, MAX_STORED).map(storedBackup),
    history: runs.slice(0, MAX_HISTORY).map(historyEntry),
  }
}

const conditionsOf = ({ view, problem, held, now, ...input }: StatusInput) => {
  const { policy } = view
  const { generation } = policy.metadata
  const readiness = problem ?? healthy(view, input.volumes)
  const stalled = problem !== undefined
  const ready = readyConditions({ ...readiness, ready: !stalled, stalled, reconciling: false, generation })
  const retention = held === undefined ? [] : [condition('RetentionHeld', true, { ...held, generation })]
  return mergeConditions(policy.status?.conditions, [...ready, ...retention], now)
}

const healthy = (view: PolicyView, volumes: SelectedVolumes): Finding => {
  const { reason, message } = whenItRuns(view.policy, volumes)
  const { metadata, status } = view.repository ?? {}
  // Runs are still made: they wait for the repository, and fail with its message when it does not come back.
  if (status?.phase !== 'Failed') return { reason, message }
  return { reason, message: `${message}; repository ${metadata?.name} is not usable: ${status.message}` }
}

const whenItRuns = ({ spec }: BackupPolicy, { names: { length }, skipped }: SelectedVolumes): Finding => {
  const what = `${length} volume${length === 1 ? '' : 's'}${skipped.length === 0 ? '' : ` (not backed up: ${skipped.join(', ')})`}`
  if (spec.suspend === true) return { reason: 'Suspended', message: `${what}; no run starts, and retention asks for no deletion, until suspend is false` }
  if (spec.schedule === undefined) return { reason: 'OnDemand', message: `${what}; there is no schedule, runs are started by hand` }
  return { reason: 'Scheduled', message: `${what}; runs at ${spec.schedule} (${spec.timeZone ?? 'Etc/UTC'})` }
}

const missedOf = ({ made, view: { policy }, timetable }: StatusInput, runs: readonly Backup[]): number | undefined => {
  if (made !== undefined) return made.missed
  const last = timetable.last === undefined ? undefined : timestamp(timetable.last)
  const newest = runs.find(({ spec }) => spec.slot !== undefined && parseTime(spec.slot) === parseTime(last))
  return newest?.spec.missedSlots ?? policy.status?.missedSlots
}

// A time to come is a wrong clock's, also in our own status of before.
const latest = (times: readonly (string | undefined)[], now: Date): string | undefined => times
  .filter((time) => (parseTime(time) ?? Infinity) <= now.getTime())
  .reduce((a, b) => ((parseTime(b) ?? -Infinity) > (parseTime(a) ?? -Infinity) ? b : a), undefined)

const storedBackup = ({ metadata, status }: Backup) => ({
  name: metadata.name,
  phase: status?.phase ?? 'New',
  ...(status?.completionTime !== undefined && { time: status.completionTime }),
  ...(status?.bytes !== undefined && { bytes: status.bytes }),
})

// What a run says while it goes on changes with each of its volumes. It stands in its own record; here every change would be a write.
const historyEntry = ({ metadata, status }: Backup) => {
  const job = status?.volumes?.find(({ jobName }) => jobName !== undefined)?.jobName
  return {
    backup: metadata.name,
    ...(job !== undefined && { job }),
    ...(status?.startTime !== undefined && { startTime: status.startTime }),
    ...(status?.completionTime !== undefined && { completionTime: status.completionTime }),
    status: status?.phase ?? 'New',
    ...(status?.message !== undefined && isTerminal(status.phase) && { message: status.message.slice(0, MAX_MESSAGE) }),
  }
}
