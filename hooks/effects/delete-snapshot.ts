import type { Kubernetes } from '../kubernetes.ts'
import type { EffectOf } from './effect.ts'
import { deleteFenced } from './fenced.ts'

/** Deletes a VolumeSnapshot that is no child any more. Its content goes with it or not, as that says. */
export async function deleteSnapshot({ target }: EffectOf<'deleteSnapshot'>, api: Kubernetes): Promise<void> {
  await deleteFenced(api, 'VolumeSnapshot', target)
}
