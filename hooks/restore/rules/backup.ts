import { isActive, isLeaving, isRestorable } from '../../../lib/phases.ts'
import type { Restore } from '../../../schemas/generated/types.ts'
import type { Choice } from '../choose-backup.ts'
import { CACHE_LAG_SECONDS, startupTimeout, type Obstacle } from '../model.ts'
import { firstVerdict, type Rule } from './first.ts'

interface BackupInput {
  readonly restore: Restore
  readonly choice: Choice
}

/** Why the restore cannot begin from the Backup that was chosen. */
export const BACKUP_RULES: readonly Rule<BackupInput, Obstacle>[] = [noRestorePoint, backupNotFound, backupLeaving, backupRunning, backupFailed, noVolumes]

/** The first thing in the way of beginning; undefined when the restore can begin. */
export function checkBackup(input: BackupInput): Obstacle | undefined {
  return firstVerdict(BACKUP_RULES, input)
}

function noRestorePoint({ restore: { spec }, choice }: BackupInput): Obstacle | undefined {
  if (choice.name !== undefined) return undefined
  const until = spec.asOf === undefined ? '' : ` that ended by ${spec.asOf}`
  const of = spec.volumes === undefined || spec.volumes.length === 0 ? '' : ' with all the volumes asked for'
  const message = `policy ${spec.policy} has no good restore point${until}${of}; kubectl backup list shows what there is`
  return { reason: 'NoRestorePoint', message, patienceSeconds: CACHE_LAG_SECONDS }
}

function backupNotFound({ restore, choice: { name, backup } }: BackupInput): Obstacle | undefined {
  if (backup !== undefined) return undefined
  if (restore.spec.policy !== undefined) return notSeenYet(restore, name)
  const message = `Backup ${name} does not exist in namespace ${restore.metadata.namespace}; kubectl backup list shows what there is`
  return { reason: 'BackupNotFound', message, patienceSeconds: CACHE_LAG_SECONDS }
}

/** Of a policy one is chosen that the API server has. */
function notSeenYet(restore: Restore, name: string | undefined): Obstacle {
  const message = `Backup ${name} is the one to restore, but Metacontroller has not seen it yet; the restore begins when it has`
  return { reason: 'BackupNotFound', message, patienceSeconds: startupTimeout(restore) }
}

function backupLeaving({ choice: { name, backup } }: BackupInput): Obstacle | undefined {
  if (backup === undefined || !isLeaving(backup)) return undefined
  return { reason: 'BackupNotUsable', message: `Backup ${name} is being deleted; choose another one`, patienceSeconds: 0 }
}

function backupRunning({ restore, choice: { name, backup } }: BackupInput): Obstacle | undefined {
  if (backup === undefined || !isActive(backup)) return undefined
  const message = `Backup ${name} is ${backup.status?.phase ?? 'New'}; the restore begins when it is Completed`
  return { reason: 'BackupNotUsable', message, patienceSeconds: startupTimeout(restore) }
}

function backupFailed({ choice: { name, backup } }: BackupInput): Obstacle | undefined {
  if (backup === undefined || isRestorable(backup)) return undefined
  const because = backup.status?.message ? ` (${backup.status.message})` : ''
  return { reason: 'BackupNotUsable', message: `Backup ${name} is ${backup.status?.phase}${because}; choose another one`, patienceSeconds: 0 }
}

function noVolumes({ choice: { name, backup } }: BackupInput): Obstacle | undefined {
  if (backup === undefined || backup.spec.volumes.length > 0) return undefined
  return { reason: 'NoVolumesMatched', message: `Backup ${name} has no volume; choose another one`, patienceSeconds: 0 }
}
