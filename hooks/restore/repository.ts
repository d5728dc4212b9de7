import { childName } from '../../lib/names.ts'
import type { Backup, BackupRepository } from '../../schemas/generated/types.ts'
import type { ObjectsByKind } from '../hook.ts'
import { KIND, objectsOf } from './objects.ts'

/** Name of the BackupRepository that a Backup was written to; a ClusterBackupRepository is projected into the namespace. */
export function repositoryName({ spec: { repositoryRef } }: Backup): string | undefined {
  if (repositoryRef === undefined) return undefined
  return repositoryRef.kind === 'ClusterBackupRepository' ? childName('cluster', repositoryRef.name) : repositoryRef.name
}

/** The repository of a Backup, when it is seen. */
export function repositoryOfBackup(related: ObjectsByKind, backup: Backup | undefined): BackupRepository | undefined {
  const name = backup && repositoryName(backup)
  return name === undefined ? undefined : objectsOf<BackupRepository>(related, KIND.repository).find(({ metadata }) => metadata.name === name)
}
