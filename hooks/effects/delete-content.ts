import type { Kubernetes } from '../kubernetes.ts'
import type { EffectOf } from './effect.ts'
import { deleteFenced } from './fenced.ts'

/** Deletes a VolumeSnapshotContent. Whether the snapshot behind it goes too is up to its deletionPolicy. */
export async function deleteContent({ target }: EffectOf<'deleteContent'>, api: Kubernetes): Promise<void> {
  await deleteFenced(api, 'VolumeSnapshotContent', target)
}
