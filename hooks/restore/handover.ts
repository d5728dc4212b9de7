import { ANNOTATION, LABEL } from '../../lib/api.ts'
import type { KubeObject, Restore } from '../../schemas/generated/types.ts'
import type { Effect, Target } from '../effects/effect.ts'
import { namespaceOf, type Handover, type VolumeFacts } from './model.ts'
import type { Claim, PersistentVolume } from './objects.ts'

/** What a PersistentVolume says about its handover; undefined when it is not handed over or the text is not ours. */
export function handoverOf(volume: KubeObject): Handover | undefined {
  const text = volume.metadata.annotations?.[ANNOTATION.handover]
  if (text === undefined || volume.metadata.labels?.[LABEL.restoreUid] === undefined) return undefined
  try {
    const value = JSON.parse(text) as Handover | null
    return typeof value?.target === 'string' && typeof value.temporaryClaim === 'string' ? value : undefined
  } catch {
    return undefined
  }
}

/** Keeps a volume when its temporary claim goes, and writes on it all that is needed to finish, in one patch. */
export function holdVolume(restore: Restore, volume: KubeObject, handover: Handover): Effect {
  return {
    type: 'setReclaimPolicy',
    target: volumeTarget(volume),
    resourceVersion: volume.metadata.resourceVersion,
    reclaimPolicy: 'Retain',
    labels: { [LABEL.restoreUid]: restore.metadata.uid ?? '' },
    annotations: { [ANNOTATION.handover]: JSON.stringify(handover) },
  }
}

/** Gives a volume its own reclaim policy back and ends the handover, in one patch. */
export function releaseVolume(volume: KubeObject, handover: Pick<Handover, 'reclaimPolicy' | 'found'>): Effect {
  return {
    type: 'setReclaimPolicy',
    target: volumeTarget(volume),
    resourceVersion: volume.metadata.resourceVersion,
    reclaimPolicy: handover.reclaimPolicy === 'Delete' ? 'Delete' : 'Retain',
    labels: { [LABEL.restoreUid]: null },
    annotations: { [ANNOTATION.handover]: null, ...(handover.found && { [ANNOTATION.reclaimPolicy]: null }) },
  }
}

/** Who has a volume that is handed over, or had it last. `other`: somebody bound it to a claim that is none of the restore's. */
export function holderOf(restore: Restore, { persistentVolume, handover, target, targetIs }: VolumeFacts): 'nobody' | 'temporary' | 'target' | 'other' {
  const ref = (persistentVolume as PersistentVolume | undefined)?.spec?.claimRef
  if (ref === undefined || handover === undefined) return 'nobody'
  if (ref.namespace !== namespaceOf(restore)) return 'other'
  if (ref.name === handover.temporaryClaim) return 'temporary'
  if (targetIs === 'foreign' && ref.uid !== undefined && ref.uid === target?.metadata.uid) return 'other'
  return ref.name === handover.target ? 'target' : 'other'
}

/** Undoes a publication that did not come to its end. A claim that is or was bound is the user's and stays. */
export function takeBack(restore: Restore, facts: VolumeFacts): readonly Effect[] {
  const { handover, persistentVolume, target, targetIs } = facts
  const withdraw: Effect[] = target && targetIs === 'ours' && !wasBound(target) ? [{ type: 'withdrawClaim', target: volumeTarget(target) }] : []
  if (!persistentVolume || !handover) return withdraw
  return [...withdraw, handover.found || holderOf(restore, facts) === 'other' ? forgetVolume(persistentVolume) : releaseVolume(persistentVolume, handover)]
}

/** Whether a claim has its volume. */
export function isBound(claim: KubeObject | undefined): boolean {
  const { spec, status } = (claim ?? {}) as Partial<Claim>
  return status?.phase === 'Bound' && spec?.volumeName !== undefined
}

function wasBound(claim: Claim): boolean {
  return claim.status?.phase === 'Bound' || claim.status?.phase === 'Lost'
}

/** Ends the handover of a volume that somebody else has bound, or that was there before: it keeps what it holds, whatever happens to their claim. */
function forgetVolume(volume: KubeObject): Effect {
  return releaseVolume(volume, { reclaimPolicy: 'Retain' })
}

/** Name and UID of an object for an effect. */
export function volumeTarget({ metadata }: KubeObject): Target {
  return { ...(metadata.namespace && { namespace: metadata.namespace }), name: metadata.name, uid: metadata.uid ?? '' }
}
