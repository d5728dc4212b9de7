import { ANNOTATION } from '../../lib/api.ts'
import { TransientError, UserError } from '../../lib/errors.ts'
import type { KubeObject } from '../hook.ts'
import type { Kubernetes } from '../kubernetes.ts'
import { resourcePath } from '../resource-path.ts'
import type { EffectOf } from './effect.ts'
import { conflict, patchFenced, readNamed, readTarget } from './fenced.ts'

interface ClaimRef {
  readonly namespace?: string
  readonly name?: string
  readonly uid?: string
}

/**
 * Hands a whole volume over to the claim's real name: makes the claim with `volumeName`, then points the PersistentVolume's
 * claimRef at the UID of that very claim, so that no stranger's claim of the same name can be bound to it. May be cut anywhere.
 * Throws UserError when the name belongs to a claim that is not this Restore's, or the volume to another namespace;
 * TransientError while the claim that the volume is bound to, the temporary one, still exists.
 */
export async function publishClaim({ volume: target, claim }: EffectOf<'publishClaim'>, api: Kubernetes): Promise<void> {
  const volume = await readTarget(api, 'PersistentVolume', target)
  if (volume === undefined) throw new UserError('VolumeNotFound', `PersistentVolume ${target.name} (uid ${target.uid}) is gone; start a new Restore`)
  const existing = await readNamed(api, claimPath(claim.metadata))
  if (existing !== undefined) requireOurs(existing, claim, target.name)
  if (existing !== undefined && claimRefOf(volume)?.uid === existing.metadata.uid) return
  await requireFree(api, volume, claim)
  const made = existing ?? await create(api, claim, target.name)
  const { namespace, name, uid } = made.metadata
  await patchFenced(api, volume, {
    metadata: { annotations: { 'pv.kubernetes.io/bound-by-controller': null } },
    spec: { claimRef: { apiVersion: 'v1', kind: 'PersistentVolumeClaim', namespace, name, uid, resourceVersion: null } },
  })
}

/** The volume must be kept when its claim goes, and the claim that it was bound to must be gone. */
async function requireFree(api: Kubernetes, volume: KubeObject, claim: KubeObject): Promise<void> {
  const { name } = volume.metadata
  const policy = (volume.spec as { persistentVolumeReclaimPolicy?: string }).persistentVolumeReclaimPolicy
  if (policy !== 'Retain') throw new TransientError('ApiConflict', `PersistentVolume ${name} has reclaim policy ${policy}; it must be Retain before it is handed over`)
  const ref = claimRefOf(volume)
  if (ref === undefined) return
  const taken = `PersistentVolume ${name} is not free: it belongs to claim ${ref.namespace}/${ref.name}`
  if (ref.namespace !== claim.metadata.namespace || ref.uid === undefined) throw new UserError('TargetExists', `${taken}; it is not taken away from there`)
  const bound = await readNamed(api, claimPath(ref))
  if (bound?.metadata.uid !== ref.uid) return
  throw new TransientError('ApiConflict', `${taken}, which still exists; it is tried again when that claim is gone`)
}

async function create(api: Kubernetes, claim: KubeObject, volumeName: string): Promise<KubeObject> {
  const body = { ...claim, spec: { ...claim.spec as object, volumeName } }
  const answer = await api.call({ method: 'POST', path: resourcePath('PersistentVolumeClaim', { namespace: claim.metadata.namespace }), body })
  if (answer.outcome === 'ok') return answer.object
  throw conflict(answer)
}

/** The Restore's name alone is not enough: a later Restore may have the same one. */
function requireOurs(existing: KubeObject, claim: KubeObject, volumeName: string): void {
  const [theirs, ours] = [existing, claim].map(({ metadata }) => metadata.annotations?.[ANNOTATION.restoreUid])
  if (ours !== undefined && theirs === ours && (existing.spec as { volumeName?: string }).volumeName === volumeName) return
  const { namespace, name } = claim.metadata
  throw new UserError('TargetExists', `PersistentVolumeClaim ${namespace}/${name} exists and is not of this Restore; delete it, or restore under another name`)
}

function claimRefOf(volume: KubeObject): ClaimRef | undefined {
  return (volume.spec as { claimRef?: ClaimRef }).claimRef
}

function claimPath({ namespace, name }: ClaimRef): string {
  return resourcePath('PersistentVolumeClaim', { namespace, name })
}
