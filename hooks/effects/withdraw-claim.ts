import { ANNOTATION } from '../../lib/api.ts'
import type { KubeObject } from '../hook.ts'
import type { Kubernetes } from '../kubernetes.ts'
import type { EffectOf } from './effect.ts'
import { deleteFenced, readTarget } from './fenced.ts'

/**
 * Deletes a claim that publishClaim made and that was never bound. One that is bound, or was, holds data under the user's
 * name and is left alone. The deletion holds only for the claim as it was read, so it cannot meet one that is bound meanwhile.
 */
export async function withdrawClaim({ target }: EffectOf<'withdrawClaim'>, api: Kubernetes): Promise<void> {
  const claim = await readTarget(api, 'PersistentVolumeClaim', target)
  if (claim === undefined || wasBound(claim) || claim.metadata.annotations?.[ANNOTATION.restoreUid] === undefined) return
  await deleteFenced(api, 'PersistentVolumeClaim', { ...target, resourceVersion: claim.metadata.resourceVersion })
}

function wasBound(claim: KubeObject): boolean {
  const phase = (claim.status as { phase?: string } | undefined)?.phase
  return phase === 'Bound' || phase === 'Lost' || claim.metadata.annotations?.['pv.kubernetes.io/bind-completed'] !== undefined
}
