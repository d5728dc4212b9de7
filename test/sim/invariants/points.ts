import type { Volume } from '../../../schemas/generated/types.ts'
import type { StoredBackup } from './resources.ts'

/** Whether all of a run can be restored, as far as its record says. Computed without the product's code, like all here. */
export function isGood({ status }: StoredBackup): boolean {
  return status?.phase === 'Completed' && !(status.volumes ?? []).some(isLost)
}

/** Claims that can be restored whole. */
export function goodVolumes({ status }: StoredBackup): readonly string[] {
  return isOver(status) ? namesOf(status, volume => volume.phase === 'Completed' && !isLost(volume)) : []
}

/** Claims of which it has something, or had before a snapshot of it was lost. */
export function heldVolumes({ status }: StoredBackup): readonly string[] {
  return isOver(status) ? namesOf(status, ({ phase }) => phase === 'Completed' || phase === 'PartiallyFailed') : []
}

/** Whether its record says that a snapshot of it is not to be found. */
export function hasLost({ status }: StoredBackup): boolean {
  return (status?.volumes ?? []).some(isLost)
}

/** Whether it says that it ended at a time that is still to come. */
export function isOfFuture({ status }: StoredBackup, at: number): boolean {
  return Date.parse(status?.completionTime ?? '') > at
}

function isOver(status: StoredBackup['status']): boolean {
  return status?.phase === 'Completed' || status?.phase === 'PartiallyFailed'
}

function namesOf(status: StoredBackup['status'], fits: (volume: Volume) => boolean): readonly string[] {
  return (status?.volumes ?? []).filter(fits).map(({ pvc }) => pvc)
}

function isLost({ reason }: Volume): boolean {
  return reason === 'SnapshotLost'
}
