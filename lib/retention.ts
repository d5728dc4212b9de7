import type { Backup, Retention } from '../schemas/generated/types.ts'
import { parseDuration } from './durations.ts'
import { endOf, isOfFuture, newestFirst } from './newest.ts'
import { goodVolumes, heldVolumes, isGood, isLeaving, isRestorable, isTerminal, isUntouched } from './phases.ts'
import { parseTime } from './timestamps.ts'

/** What retention may look at: every Backup of one policy, and the rules of that policy. */
export interface RetentionInput {
  readonly backups: readonly Backup[]
  readonly retention: Retention | undefined
  /** How many failed runs are kept. */
  readonly failedHistoryLimit: number
  /** What was made before, in milliseconds, is of an earlier policy of the name; -Infinity when that may go too. */
  readonly since: number
  readonly now: Date
}

/** A Backup that may go, and why. */
export interface Expired {
  readonly backup: Backup
  readonly reason: string
}

/** What may go, oldest first. Restore points and failed runs apart, because only the former are worth a breaker. */
export interface RetentionPlan {
  readonly points: readonly Expired[]
  readonly failed: readonly Expired[]
  /** Runs that say they ended after now: kept, and not counted. */
  readonly ofFuture: readonly Backup[]
  /** Restore points of an earlier policy: kept, and not counted. */
  readonly earlier: readonly Backup[]
}

/**
 * Which Backups of a policy have had their time. While the newest run that ended is not Completed: only failed runs that hold no
 * data, else a policy that always fails would fill the cluster with records. Never the newest run then, for it is what holds the
 * rest. Never one that holds the newest good point of some volume; good points alone are counted. Runs going on and records
 * already leaving are not touched. Runs of the future are neither touched nor counted, as if they were not there; but one of them
 * that is not Completed may be the newest, and lets no point go. Neither do those of an earlier policy go or count, but for failed
 * runs that hold no data: its claims may be others, and its newest point stands for none of the present one's.
 */
export const planRetention = ({ backups, retention, failedHistoryLimit, since, now }: RetentionInput): RetentionPlan => {
  const all = newestFirst(backups.filter((backup) => isTerminal(backup.status?.phase) && !isLeaving(backup)), now)
  const ofFuture = all.filter((backup) => isOfFuture(backup, now))
  const ended = all.filter((backup) => !ofFuture.includes(backup))
  const own = ended.filter((backup) => !isEarlier(backup, since))
  const newest = [...ended.slice(0, 1), ...own.slice(0, 1)]
  const lastsWell = [...newest, ...ofFuture].every(isGood)
  const failed = ended.filter(({ status }) => status?.phase === 'Failed').slice(failedHistoryLimit)
  return {
    points: lastsWell ? expiredPoints(own, retention ?? {}, now).toReversed() : [],
    failed: failed.filter((backup) => (lastsWell && own.includes(backup)) || (!newest.includes(backup) && holdsNothing(backup)))
      .map((backup) => ({ backup, reason: `failed run beyond failedHistoryLimit ${failedHistoryLimit}` })).toReversed(),
    ofFuture,
    earlier: all.filter((backup) => isEarlier(backup, since) && isRestorable(backup)),
  }
}

const isEarlier = ({ metadata }: Backup, since: number): boolean => (parseTime(metadata.creationTimestamp) ?? -Infinity) < since

const holdsNothing = ({ status }: Backup): boolean => status?.volumes?.every(isUntouched) ?? false

const expiredPoints = (ended: readonly Backup[], retention: Retention, now: Date): readonly Expired[] => {
  if (retention.maxBackups === undefined && retention.maxAge === undefined) return []
  const good = ended.filter(isGood)
  const reasons = new Map(good.map((backup, index) => [backup, reasonToGo({ backup, index, newest: good[0], now }, retention)]))
  const oldestKept = good.findLast((backup) => reasons.get(backup) === undefined)
  const outlived = ended.filter((backup) => isOutlived(backup, ended, oldestKept))
  for (const backup of outlived) reasons.set(backup, `superseded partial run, older than ${oldestKept?.metadata.name}`)
  const pinned = new Set(newestGoodOfEachVolume(ended))
  return ended.flatMap((backup) => {
    const reason = pinned.has(backup) ? undefined : reasons.get(backup)
    return reason === undefined ? [] : [{ backup, reason }]
  })
}

// When the newest good point is itself too old, runs have stopped or the clock is wrong: neither is a reason to lose history.
const reasonToGo = (
  { now, ...point }: { backup: Backup, index: number, newest: Backup | undefined, now: Date }, { maxBackups, maxAge }: Retention,
): string | undefined => {
  if (maxBackups !== undefined && point.index >= maxBackups) return `beyond maxBackups ${maxBackups}`
  if (maxAge === undefined || point.newest === undefined) return undefined
  const horizon = now.getTime() - parseDuration(maxAge) * 1000
  if (endOf(point.newest) < horizon || endOf(point.backup) >= horizon) return undefined
  return `older than maxAge ${maxAge}`
}

const newestGoodOfEachVolume = (ended: readonly Backup[]): Iterable<Backup> => {
  const holders = new Map<string, Backup>()
  for (const backup of ended) for (const volume of goodVolumes(backup)) if (!holders.has(volume)) holders.set(volume, backup)
  return holders.values()
}

// A volume with unreadable files only is still the best there is of it until a good point of that volume follows, and a snapshot
// that is lost may be found again.
const isOutlived = (backup: Backup, ended: readonly Backup[], oldestKept: Backup | undefined): boolean => {
  if (isGood(backup) || !isRestorable(backup) || backup.status?.volumes === undefined) return false
  if (oldestKept === undefined || ended.indexOf(backup) < ended.indexOf(oldestKept)) return false
  const newer = new Set(ended.slice(0, ended.indexOf(backup)).flatMap(goodVolumes))
  return heldVolumes(backup).every((volume) => newer.has(volume))
}
