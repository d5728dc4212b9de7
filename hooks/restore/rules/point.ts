import { parseQuantity } from '../../../lib/quantities.ts'
import { heldVolumes } from '../../../lib/phases.ts'
import { largestSize } from '../claims.ts'
import { CACHE_LAG_SECONDS, type Obstacle, type VolumeInput } from '../model.ts'
import type { VolumeSnapshot } from '../objects.ts'
import { offered } from '../plan.ts'

/** The Backup was there when the restore began and is not any more. */
export function backupGone({ backup, backupName, restore }: VolumeInput): Obstacle | undefined {
  if (backup !== undefined) return undefined
  const message = `Backup ${backupName} is gone from namespace ${restore.metadata.namespace}; choose another one`
  return { reason: 'BackupNotFound', message, patienceSeconds: CACHE_LAG_SECONDS }
}

/** Its data is being deleted. */
export function backupDeleting({ backup, backupName }: VolumeInput): Obstacle | undefined {
  if (backup?.status?.phase !== 'Deleting') return undefined
  return final('BackupNotUsable', `Backup ${backupName} is being deleted; choose another one`)
}

export function volumeNotInBackup({ backup, backupName, facts: { plan } }: VolumeInput): Obstacle | undefined {
  if (backup === undefined || plan.point !== undefined) return undefined
  return final('VolumeNotInBackup', `Backup ${backupName} has no volume ${plan.source}; it has ${offered(backup)}`)
}

/** A snapshot that is lost is the snapshot rules' to tell: they wait, for it may be bound again. */
export function volumeNotUsable({ backup, backupName, facts: { plan } }: VolumeInput): Obstacle | undefined {
  if (backup === undefined || heldVolumes(backup).includes(plan.source)) return undefined
  const because = plan.point?.message ? ` (${plan.point.message})` : ''
  return final('BackupNotUsable', `volume ${plan.source} of Backup ${backupName} is ${plan.point?.phase ?? 'unknown'}${because}; choose another Backup`)
}

export function sizeUnknown(input: VolumeInput): Obstacle | undefined {
  if (largestSize(input) !== undefined) return undefined
  return final('InvalidSpec', `the Backup does not say how large ${input.facts.plan.source} was; set spec.volumes[].size in a new Restore`)
}

export function sizeTooSmall(input: VolumeInput): Obstacle | undefined {
  const { plan } = input.facts
  if (plan.size === undefined) return undefined
  const least = largestOf([plan.point?.size, snapshotSize(input)])
  if (least === undefined || parseQuantity(plan.size) >= parseQuantity(least)) return undefined
  return final('SizeTooSmall', `size ${plan.size} is less than the ${least} that ${plan.source} needs; ask for ${least} or more in a new Restore`)
}

/** What to say of a volume whose backup could not read all of its files; undefined for a whole one. */
export function incompleteness({ plan }: VolumeInput['facts']): string | undefined {
  if (plan.point?.phase !== 'PartiallyFailed') return undefined
  return `restored what the Backup has of ${plan.source}: it could not read ${plan.point.errors ?? 'some'} files, and those are missing`
}

function snapshotSize({ facts: { plan }, observed }: VolumeInput): string | undefined {
  return (observed.snapshots[plan.point?.snapshotName ?? ''] as VolumeSnapshot | null | undefined)?.status?.restoreSize
}

function largestOf(sizes: readonly (string | undefined)[]): string | undefined {
  return sizes.filter(size => size !== undefined).toSorted((a, b) => parseQuantity(b) - parseQuantity(a))[0]
}

function final(reason: Obstacle['reason'], message: string): Obstacle {
  return { reason, message, patienceSeconds: 0 }
}
