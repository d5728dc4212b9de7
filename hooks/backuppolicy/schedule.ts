import { dueSlots, nextSlot, type DueSlots } from '../../lib/cron.ts'
import { stableHash } from '../../lib/names.ts'
import { parseTime, timestamp } from '../../lib/timestamps.ts'
import type { Backup, BackupPolicy, BackupPolicyStatus } from '../../schemas/generated/types.ts'

const DAY = 86_400_000

/** Where a policy stands in its schedule. */
export interface Timetable {
  /** The schedule in force and since when. */
  readonly active: NonNullable<BackupPolicyStatus['activeSchedule']>
  /** The newest slot that was run, as far as Backups and status tell. */
  readonly last: Date | undefined
  /** The slot to run now, if any; running, suspended or late ones are left out. */
  readonly due: DueSlots | undefined
  /** The next slot to wait for. */
  readonly next: Date | undefined
  /** How long after its slot a run of this policy starts, in milliseconds. */
  readonly jitter: number
}

/**
 * The timetable of a policy. A slot counts once, and only when it lies after the newest one run, after the schedule came into
 * force and after the policy was made. That is taken from Backups and from status, whichever is newer, so either may be lost.
 */
export const timetableOf = (policy: BackupPolicy, backups: readonly Backup[], { now, busy }: { now: Date, busy: boolean }): Timetable => {
  const { schedule, timeZone = 'Etc/UTC', suspend } = policy.spec
  const active = activeSchedule(policy, now)
  const jitter = jitterOf(policy)
  const last = newestBelievable([...backups.map(({ spec }) => spec.slot), policy.status?.lastScheduleTime], now)
  if (schedule === undefined || suspend === true) return { active, last, due: undefined, next: undefined, jitter }
  const after = newestBelievable([active.since, notAfter(policy.metadata.creationTimestamp, now), last && timestamp(last)], now) ?? now
  const until = new Date(now.getTime() - jitter)
  const due = busy ? undefined : dueSlots(schedule, timeZone, { after, until })
  const next = nextSlot(schedule, timeZone, after > until ? after : until)
  return { active, last, due: due !== undefined && isTooLate(policy, due.newest, until) ? undefined : due, next, jitter }
}

/** Delay of a policy's runs in milliseconds: any whole second below jitterSeconds, always the same for the same UID. */
export const jitterOf = ({ metadata, spec }: BackupPolicy): number => {
  const { jitterSeconds = 0 } = spec
  return jitterSeconds === 0 ? 0 : (Number.parseInt(stableHash(metadata.uid, 12), 16) % jitterSeconds) * 1000
}

// An edit or a resume begins a new time, so that it fires nothing. A policy never seen before counts from its creation. A time to come was written
// by a clock that was wrong, and what is due until then would never run: a slot too many does no harm, one too few may.
const activeSchedule = ({ spec, status, metadata }: BackupPolicy, now: Date): Timetable['active'] => {
  const key = `${spec.schedule ?? ''}|${spec.timeZone ?? 'Etc/UTC'}|${spec.suspend ?? false}`
  const known = status?.activeSchedule
  const since = known === undefined ? metadata.creationTimestamp : known.key === key ? known.since : undefined
  return { key, since: notAfter(since, now) ?? timestamp(now) }
}

const notAfter = (time: string | undefined, now: Date): string | undefined => (parseTime(time) ?? Infinity) <= now.getTime() ? time : undefined

// A slot more than a day ahead was run by a clock that was wrong. Believing it would stop all runs until then; a nearer one is not run twice.
const newestBelievable = (times: readonly (string | undefined)[], now: Date): Date | undefined => {
  const known = times.map(parseTime).filter((time) => time !== undefined && time <= now.getTime() + DAY) as number[]
  return known.length === 0 ? undefined : new Date(known.reduce((a, b) => Math.max(a, b)))
}

const isTooLate = ({ spec }: BackupPolicy, slot: Date, until: Date): boolean =>
  spec.startingDeadlineSeconds !== undefined && until.getTime() - slot.getTime() > spec.startingDeadlineSeconds * 1000
