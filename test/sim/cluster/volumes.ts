import type { Inside } from './cluster.ts'
import { controller, isOwnWriting, keyOf, placeOf } from './controller.ts'
import { lookup } from './lookup.ts'
import { CLAIMS, handleOf, uidOf, VOLUMES, type Claim, type PersistentVolume } from './objects.ts'
import { PROVISIONER } from './provision.ts'
import { patchStatus, pathOf, read, remove, setFinalizer } from './requests.ts'

/** Volumes whose claim is gone: kept or removed, as their reclaim policy says at that moment. */
export function startVolumes(cluster: Inside): void {
  const { api } = cluster
  const ofClaim = lookup<PersistentVolume>(api, VOLUMES, ({ spec: { claimRef } }) => claimRef === undefined ? [] : [`${claimRef.namespace}/${claimRef.name}`])
  controller({
    cluster, name: 'volumes', resource: VOLUMES, concerns: change => !isOwnWriting(change),
    also: { [CLAIMS]: (claim, { type }) => type === 'MODIFIED' ? [] : ofClaim(keyOf(claim)).map(keyOf) },
    reconcile(key) {
      const volume = read<PersistentVolume>(api, VOLUMES, { name: placeOf(key).name })
      if (volume === undefined) return undefined
      const path = pathOf(VOLUMES, volume.metadata)
      const phase = phaseOf(cluster, volume)
      if (phase !== undefined && phase !== volume.status?.phase) patchStatus(api, path, { phase })
      if (phase === 'Released' && volume.spec.persistentVolumeReclaimPolicy === 'Delete') reclaim(cluster, volume)
      else if (volume.metadata.deletionTimestamp !== undefined && phase !== 'Bound') setFinalizer(api, path, { finalizer: PROVISIONER, present: false })
      return undefined
    },
  })
}

/** Bound as long as the very claim is there that it says; a claim of the same name is another. Undefined while the binder is at it. */
function phaseOf({ api }: Inside, { spec: { claimRef }, metadata }: PersistentVolume): string | undefined {
  if (claimRef?.uid === undefined) return 'Available'
  const claim = read<Claim>(api, CLAIMS, { namespace: claimRef.namespace, name: claimRef.name })
  if (claim === undefined || uidOf(claim) !== claimRef.uid) return 'Released'
  return claim.spec.volumeName === metadata.name ? 'Bound' : undefined
}

function reclaim({ api, disks }: Inside, volume: PersistentVolume): void {
  const path = pathOf(VOLUMES, volume.metadata)
  if (volume.spec.csi === undefined && volume.metadata.finalizers?.includes(PROVISIONER) !== true) return
  disks.remove(handleOf(volume))
  if (volume.metadata.deletionTimestamp === undefined) remove(api, path)
  setFinalizer(api, path, { finalizer: PROVISIONER, present: false })
}
