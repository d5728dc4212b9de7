import { TransientError, UserError } from '../../lib/errors.ts'
import type { KubeObject } from '../hook.ts'
import type { Kubernetes } from '../kubernetes.ts'
import type { EffectOf } from './effect.ts'
import { patchFenced, readTarget } from './fenced.ts'

/**
 * Sets a PersistentVolume's reclaim policy with its labels and annotations; writes nothing when all of it is there.
 * A volume that is gone is an error: the data that it held was to be kept.
 */
export async function setReclaimPolicy(effect: EffectOf<'setReclaimPolicy'>, api: Kubernetes): Promise<void> {
  const { target, reclaimPolicy, labels, annotations, resourceVersion } = effect
  const volume = await readTarget(api, 'PersistentVolume', target)
  if (volume === undefined) throw new UserError('VolumeNotFound', `PersistentVolume ${target.name} (uid ${target.uid}) is gone; start a new Restore`)
  if (isDone(volume, effect)) return
  if (resourceVersion !== undefined && resourceVersion !== volume.metadata.resourceVersion) {
    throw new TransientError('ApiConflict', `PersistentVolume ${target.name} has changed since it was looked at; it is tried again`)
  }
  await patchFenced(api, volume, { metadata: { labels, annotations }, spec: { persistentVolumeReclaimPolicy: reclaimPolicy } })
}

function isDone(volume: KubeObject, { reclaimPolicy, labels, annotations }: EffectOf<'setReclaimPolicy'>): boolean {
  const policy = (volume.spec as { persistentVolumeReclaimPolicy?: string }).persistentVolumeReclaimPolicy
  return policy === reclaimPolicy && holds(volume.metadata.labels, labels) && holds(volume.metadata.annotations, annotations)
}

/** null stands for an absent key. */
function holds(present: Readonly<Record<string, string>> = {}, wanted: Readonly<Record<string, string | null>> = {}): boolean {
  return Object.entries(wanted).every(([key, value]) => (present[key] ?? null) === value)
}
