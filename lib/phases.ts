import type { Backup, BackupStatus } from '../schemas/generated/types.ts'
import { ANNOTATION } from './api.ts'

const TERMINAL: ReadonlySet<string | undefined> = new Set(['Completed', 'PartiallyFailed', 'Failed'])

/** Whether a run (or a restore) has ended. `Deleting` is not terminal: it comes after. */
export const isTerminal = (phase: BackupStatus['phase'] | string): boolean => TERMINAL.has(phase)

/** Whether a run is still going on: neither ended nor being deleted. A record without status counts as going on. */
export const isActive = (backup: Backup): boolean => !isTerminal(backup.status?.phase) && backup.status?.phase !== 'Deleting'

/** Whether every volume of the run is a good restore point. */
export const isGood = (backup: Backup): boolean => backup.status?.phase === 'Completed'

/** Whether something can be restored from it: all of a Completed run, or the good part of a PartiallyFailed one. */
export const isRestorable = (backup: Backup): boolean => isGood(backup) || backup.status?.phase === 'PartiallyFailed'

/** Whether the record or its data is on its way out, so that nobody may rely on it any more. */
export const isLeaving = (backup: Backup): boolean =>
  backup.status?.phase === 'Deleting' || backup.metadata.deletionTimestamp !== undefined
  || backup.metadata.annotations?.[ANNOTATION.deleteRequested] !== undefined

/** Claims of which this Backup holds a whole restore point; none unless the Backup is restorable. */
export const goodVolumes = (backup: Backup): readonly string[] => {
  if (!isRestorable(backup)) return []
  const volumes = backup.status?.volumes
  if (volumes === undefined) return isGood(backup) ? backup.spec.volumes : []
  return volumes.filter(({ phase }) => phase === 'Completed').map(({ pvc }) => pvc)
}

/** Claims of which this Backup holds any data: the good ones and those with unreadable files. */
export const usableVolumes = (backup: Backup): readonly string[] => {
  if (!isRestorable(backup) || backup.status?.volumes === undefined) return goodVolumes(backup)
  return backup.status.volumes.filter(({ phase }) => phase === 'Completed' || phase === 'PartiallyFailed').map(({ pvc }) => pvc)
}
