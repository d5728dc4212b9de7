import { mayBeRead } from '../../../lib/repository-record.ts'
import { startupTimeout, type Obstacle, type VolumeInput } from '../model.ts'
import { repositoryName } from '../repository.ts'

export function repositoryMissing({ restore, backup, repository }: VolumeInput): Obstacle | undefined {
  if (backup === undefined || backup.spec.strategy === 'snapshot' || repository !== undefined) return undefined
  const message = `BackupRepository ${repositoryName(backup)} does not exist in namespace ${restore.metadata.namespace}; create it again with the same url`
  return { reason: 'RepositoryNotFound', message, patienceSeconds: startupTimeout(restore) }
}

/** A store that is full, or whose keys may only read, is waited for by backups alone. */
export function repositoryNotReady({ restore, backup, repository }: VolumeInput): Obstacle | undefined {
  if (backup === undefined || backup.spec.strategy === 'snapshot' || (repository && mayBeRead(repository))) return undefined
  const because = repository?.status?.message ? `: ${repository.status.message}` : ''
  const message = `BackupRepository ${repository?.metadata.name} is ${repository?.status?.phase ?? 'New'}${because}`
  return { reason: 'RepositoryNotReady', message, patienceSeconds: startupTimeout(restore) }
}
