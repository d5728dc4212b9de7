import { childName, stableHash } from '../../lib/names.ts'
import { TWIN_PREFIX } from '../../lib/retain-twin.ts'
import type { BackupSpec } from '../../schemas/generated/types.ts'

/** Job that moves a volume's data; attempt 2 asks for the result again when that of the first was lost. */
export function jobName(backup: string, pvc: string, attempt: 1 | 2 = 1): string {
  return childName(backup, attempt === 1 ? 'backup' : 'backup2', pvc)
}

/** VolumeSnapshot of a volume. */
export function snapshotName(backup: string, pvc: string): string {
  return childName(backup, 'snap', pvc)
}

/** Job that removes the data of a Backup. */
export function deleteJobName(backup: string, attempt: number): string {
  return childName(backup, 'delete', String(attempt))
}

/** BackupRepository that a Backup writes to: a ClusterBackupRepository is used through its projection in the namespace. */
export function repositoryName(spec: BackupSpec): string | undefined {
  const ref = spec.repositoryRef
  return ref?.kind === 'ClusterBackupRepository' ? childName('cluster', ref.name) : ref?.name
}

/** Retain twin of a VolumeSnapshotClass. */
export function twinName(snapshotClass: string): string {
  const name = `${TWIN_PREFIX}-${snapshotClass}`
  return name.length <= 253 ? name : `${TWIN_PREFIX}-${stableHash(snapshotClass, 16)}`
}

/**
 * Content that a lost VolumeSnapshot is bound to again. Contents are cluster-wide and can be bound once only, so the name
 * depends on the namespace and on the content that it replaces.
 */
export function reboundName(namespace: string, snapshot: string, replaced: string): string {
  return `${snapshot}-rebound-${stableHash([namespace, snapshot, replaced])}`
}
