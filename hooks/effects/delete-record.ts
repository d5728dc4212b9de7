import type { Kubernetes } from '../kubernetes.ts'
import type { EffectOf } from './effect.ts'
import { deleteFenced } from './fenced.ts'

/** Deletes a Backup object whose data is gone. */
export async function deleteRecord({ target }: EffectOf<'deleteRecord'>, api: Kubernetes): Promise<void> {
  await deleteFenced(api, 'Backup', target)
}
