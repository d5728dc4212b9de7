import type { Scheduled } from './cron.ts'
import type { PastPolicy } from './past.ts'
import { STALE } from './staleness.ts'

/** A time in which one schedule was in force, in milliseconds. */
export interface Period extends Scheduled {
  readonly from: number
  /** Infinity while it is in force. */
  readonly to: number
}

/**
 * The times in which a policy had each of its schedules and was not suspended, up to an instant. What was changed and changed back
 * before anybody could see it is one time.
 */
export function periodsOf(policy: PastPolicy, until: number): readonly Period[] {
  const raw: (Period & { readonly suspended: boolean })[] = []
  policy.states.filter(({ at }) => at <= until).forEach(({ at, policy: { spec } }, index, all) => {
    const next = { schedule: spec.schedule ?? '', timeZone: spec.timeZone ?? 'Etc/UTC', suspended: spec.suspend === true, from: at, to: all[index + 1]?.at ?? Infinity }
    const same = raw.findLastIndex(period => keyOf(period) === keyOf(next) && period.to > at - STALE)
    const former = raw[same]
    if (former === undefined) raw.push(next)
    else raw[same] = { ...former, to: next.to }
  })
  return raw.filter(({ suspended, schedule }) => !suspended && schedule !== '')
}

function keyOf({ schedule, timeZone, suspended }: Scheduled & { readonly suspended: boolean }): string {
  return `${schedule}|${timeZone}|${suspended}`
}
