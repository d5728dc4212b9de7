import { ANNOTATION } from '../../../lib/api.ts'
import type { Destination } from '../../../schemas/generated/types.ts'
import { RESOURCE, type StoredBackup, type StoredRepository } from '../invariants/resources.ts'
import type { Scene } from './scene.ts'

const MINUTE = 60_000
/** Longer than any deletion waits for its next attempt, and than all that is done when everything is well again. */
const TIMES = 240

/**
 * What people do about a store that is not the one that was there, as the messages say: a BackupRepository whose store is lost is deleted
 * (and made again, by the hooks or by `keep`), and a Backup whose data cannot be removed for that leaves without it.
 */
export function heedLosses(scene: Scene, keep: () => void, left = TIMES): void {
  for (const { metadata: { name }, status } of scene.all<StoredRepository>(RESOURCE.repositories)) {
    if (status?.phase === 'Failed' && status.reason === 'RepositoryMissing') scene.remove(RESOURCE.repositories, name)
  }
  keep()
  for (const backup of scene.all<StoredBackup>(RESOURCE.backups)) if (isStuck(backup)) leave(scene, backup.metadata.name)
  if (left > 0) scene.engine.after(MINUTE, () => heedLosses(scene, keep, left - 1))
}

/** Somebody who moved a repository for a while moves it back. */
export function moveBack(scene: Scene, { url }: Destination): void {
  const { spec } = scene.read<StoredRepository>(RESOURCE.repositories, 'main') ?? {}
  if (spec !== undefined && spec.url !== url) scene.patch(RESOURCE.repositories, 'main', { body: { spec: { url } } })
}

function isStuck({ status: { phase, message = '' } = {} }: StoredBackup): boolean {
  return phase === 'Deleting' && message.includes('RepositoryMissing: ')
}

function leave(scene: Scene, name: string): void {
  scene.patch(RESOURCE.backups, name, { body: { metadata: { annotations: { [ANNOTATION.deleteRequested]: null } }, spec: { deletionPolicy: 'Retain' } } })
  scene.remove(RESOURCE.backups, name)
}
