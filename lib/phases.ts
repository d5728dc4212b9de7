import type { Backup, BackupStatus, Volume } from '../schemas/generated/types.ts'
import { deletionAsked } from './deletion-request.ts'

const TERMINAL: ReadonlySet<string | undefined> = new Set(['Completed', 'PartiallyFailed', 'Failed'])

/** Whether a run (or a restore) has ended. `Deleting` is not terminal: it comes after. */
export const isTerminal = (phase: BackupStatus['phase'] | string): boolean => TERMINAL.has(phase)

/** Whether a run is still going on: neither ended nor being deleted. A record without status counts as going on. */
export const isActive = (backup: Backup): boolean => !isTerminal(backup.status?.phase) && backup.status?.phase !== 'Deleting'

/** Whether every volume of the run is a good restore point, and still there. */
export const isGood = (backup: Backup): boolean => backup.status?.phase === 'Completed' && !backup.status.volumes?.some(isLost)

/** Whether the run ended so that something can be restored from it: all of a Completed one, or the good part of a PartiallyFailed one. */
export const isRestorable = ({ status }: Backup): boolean => status?.phase === 'Completed' || status?.phase === 'PartiallyFailed'

/** Whether the record or its data is on its way out, so that nobody may rely on it any more. A request that is not understood removes nothing. */
export const isLeaving = (backup: Backup): boolean =>
  backup.status?.phase === 'Deleting' || backup.metadata.deletionTimestamp !== undefined || deletionAsked(backup) !== undefined

/** Claims of which this Backup holds a whole restore point; none unless the Backup is restorable. */
export const goodVolumes = (backup: Backup): readonly string[] =>
  volumesOf(backup, (volume) => volume.phase === 'Completed' && !isLost(volume))

/** Claims of which any data can be had from this Backup: the good ones and those with unreadable files. */
export const usableVolumes = (backup: Backup): readonly string[] => volumesOf(backup, (volume) => hasData(volume) && !isLost(volume))

/** The usable ones, and those whose snapshot is lost for now: it may be found again. */
export const heldVolumes = (backup: Backup): readonly string[] => volumesOf(backup, hasData)

const volumesOf = (backup: Backup, fits: (volume: Volume) => boolean): readonly string[] => {
  if (!isRestorable(backup)) return []
  const volumes = backup.status?.volumes
  if (volumes === undefined) return isGood(backup) ? backup.spec.volumes : []
  return volumes.filter(fits).map(({ pvc }) => pvc)
}

const hasData = ({ phase }: Volume): boolean => phase === 'Completed' || phase === 'PartiallyFailed'

// The volume of a run that has ended keeps its phase, so it is the reason that tells.
const isLost = ({ reason }: Volume): boolean => reason === 'SnapshotLost'

/** Whether nothing is known that was ever stored or taken for a volume. A snapshot that was not ready in time may still be whole. */
export const isUntouched = ({ handle, snapshotName, contentName }: Volume): boolean =>
  handle === undefined && snapshotName === undefined && contentName === undefined
