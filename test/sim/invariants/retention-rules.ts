import { ANNOTATION } from '../../../lib/api.ts'
import type { BackupPolicySpec } from '../../../schemas/generated/types.ts'
import { goodVolumes, heldVolumes, isGood } from './points.ts'
import type { StoredBackup, StoredPolicy } from './resources.ts'

/** One run that retention wants to take. */
export interface Candidate {
  readonly backup: StoredBackup
  /** Runs that have ended, not in the future, and are not on their way out, newest first. For points: those of the present policy. */
  readonly ended: readonly StoredBackup[]
  readonly spec: BackupPolicySpec
  /** Milliseconds. */
  readonly at: number
  /** How wrong the clock may be. */
  readonly skew: number
}

/** Whether the policy's own words name this run, computed without the product's code. */
export function isNamed({ backup, ended, spec, at, skew }: Candidate): boolean {
  const { retention: { maxBackups, maxAge } = {}, failedHistoryLimit = 5 } = spec
  if (backup.status?.phase === 'Failed') return ended.filter(({ status }) => status?.phase === 'Failed').indexOf(backup) >= failedHistoryLimit
  if (!isGood(backup)) return (maxBackups !== undefined || maxAge !== undefined) && isSuperseded(backup, ended)
  const good = ended.filter(isGood)
  if (maxBackups !== undefined && good.indexOf(backup) >= maxBackups) return true
  if (maxAge === undefined || good[0] === undefined) return false
  return endOf(backup) < at + skew - secondsOf(maxAge) * 1000 && endOf(good[0]) > at - skew - 1000 - secondsOf(maxAge) * 1000
}

/** Whether a run is of an earlier policy of the name, and nobody has said that this one may have it. */
export function isEarlier({ metadata: { creationTimestamp = '' } }: StoredBackup, { metadata: { uid, annotations, creationTimestamp: founded = '' } }: StoredPolicy): boolean {
  return Date.parse(creationTimestamp) < Date.parse(founded) && annotations?.[ANNOTATION.adoptBackups] !== uid
}

/** All that can be restored from a part, or could be if what was lost were found, is there in a newer run, whole. */
function isSuperseded(backup: StoredBackup, ended: readonly StoredBackup[]): boolean {
  const newer = ended.slice(0, ended.indexOf(backup))
  const whole = newer.flatMap(goodVolumes)
  return newer.some(isGood) && heldVolumes(backup).every(pvc => whole.includes(pvc))
}

/** Runs by their end, newest first. */
export function newestFirst(a: StoredBackup, b: StoredBackup): number {
  return endOf(b) - endOf(a) || (a.metadata.name < b.metadata.name ? 1 : -1)
}

function endOf({ status, metadata }: StoredBackup): number {
  return Date.parse(status?.completionTime ?? metadata.creationTimestamp ?? '')
}

function secondsOf(duration: string): number {
  const units: Readonly<Record<string, number>> = { w: 604_800, d: 86_400, h: 3600, m: 60, s: 1 }
  return [...duration.matchAll(/(\d+)([wdhms])/g)].reduce((sum, [, amount, unit]) => sum + Number(amount) * (units[unit ?? ''] ?? 0), 0)
}
