import { ANNOTATION } from '../../lib/api.ts'
import { parseTime } from '../../lib/timestamps.ts'
import type { KubeObject } from '../../schemas/generated/types.ts'
import type { Effect } from '../effects/effect.ts'
import { volumeTarget } from './handover.ts'
import type { VolumeFacts } from './model.ts'
import type { Claim, PersistentVolume } from './objects.ts'

/**
 * The volume of a temporary claim, if it was there before. Kubernetes gives a claim any free volume that is large enough, also one that is
 * to be made from a snapshot (kubernetes/kubernetes#101878): what it holds is somebody else's, and the claim's end would be its own.
 */
export function foundVolume({ temporary, temporaryIs, job, persistentVolume, handover }: VolumeFacts): PersistentVolume | undefined {
  const volume = persistentVolume as PersistentVolume | undefined
  if (handover !== undefined || temporary === undefined || volume === undefined) return undefined
  const isOurs = temporaryIs === 'ours' || job?.metadata.annotations?.[ANNOTATION.claimUid] === temporary.metadata.uid
  return isOurs && isFound(temporary, volume) ? volume : undefined
}

/** Whether a claim was given this volume, and it was not made for it. */
export function isFound(claim: Claim, volume: PersistentVolume): boolean {
  const isItsVolume = claim.spec?.volumeName === volume.metadata.name && volume.spec?.claimRef?.uid === claim.metadata.uid
  return isItsVolume && !bearsUid(volume.metadata.name, claim.metadata.uid) && !wasProvisioned(claim, volume)
}

/**
 * Whether the name says for which claim a volume was made: provisioners call it `pvc-UID`, the CSI sidecar also with another prefix, and
 * with only the first characters of the UID (`--volume-name-prefix`, `--volume-name-uuid-length`).
 */
export function bearsUid(volumeName: string, uid = ''): boolean {
  const last = volumeName.split('-').at(-1) ?? ''
  return uid !== '' && (volumeName.includes(uid) || (last.length >= 8 && uid.replaceAll('-', '').startsWith(last)))
}

/** Provisioners that choose a name of their own leave this annotation; a free volume that one of them once made is older than the claim. */
function wasProvisioned({ metadata: { creationTimestamp } }: Claim, { metadata }: PersistentVolume): boolean {
  const isYounger = (parseTime(metadata.creationTimestamp) ?? -Infinity) >= (parseTime(creationTimestamp) ?? Infinity)
  return isYounger && metadata.annotations?.['pv.kubernetes.io/provisioned-by'] !== undefined
}

/** Makes a volume that was found outlive the temporary claim, with a note of what its policy was. Nothing when that is done. */
export function keepFound(volume: PersistentVolume | undefined): readonly Effect[] {
  const policy = volume?.spec?.persistentVolumeReclaimPolicy
  if (volume === undefined || policy === 'Retain') return []
  return [{ type: 'setReclaimPolicy', target: volumeTarget(volume), reclaimPolicy: 'Retain', annotations: { [ANNOTATION.reclaimPolicy]: policy ?? 'Delete' } }]
}

/** The reclaim policy that a volume had before it was found. */
export function policyBefore(volume: KubeObject): string | undefined {
  return volume.metadata.annotations?.[ANNOTATION.reclaimPolicy] ?? (volume as PersistentVolume).spec?.persistentVolumeReclaimPolicy
}
