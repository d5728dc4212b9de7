import type { Inside } from './cluster.ts'
import { controller, placeOf } from './controller.ts'
import { lookup } from './lookup.ts'
import { CLAIMS, PODS, VOLUMES, type Claim, type PersistentVolume, type Pod } from './objects.ts'
import { claimsOf } from './pod-start.ts'
import { pathOf, read, setFinalizer } from './requests.ts'

const CLAIM = 'kubernetes.io/pvc-protection'
const VOLUME = 'kubernetes.io/pv-protection'

/** Claims stay while a pod names them, even one that has ended; volumes stay while they are bound. */
export function startProtection(cluster: Inside): void {
  const { api } = cluster
  const ofClaim = lookup<Pod>(api, PODS, pod => claimsOf(pod).map(name => `${pod.metadata.namespace}/${name}`))
  controller({
    cluster, name: 'claim protection', resource: CLAIMS, concerns: ({ after }) => after.metadata.deletionTimestamp !== undefined,
    also: { [PODS]: (pod, { type }) => type === 'DELETED' ? claimsOf(pod as Pod).map(name => `${pod.metadata.namespace}/${name}`) : [] },
    reconcile(key) {
      const claim = read<Claim>(api, CLAIMS, placeOf(key))
      if (claim?.metadata.deletionTimestamp === undefined || claim.metadata.finalizers?.includes(CLAIM) !== true) return undefined
      const held = ofClaim(key).some(({ spec }) => spec.nodeName !== undefined)
      if (!held) setFinalizer(api, pathOf(CLAIMS, claim.metadata), { finalizer: CLAIM, present: false })
      return undefined
    },
  })
  controller({
    cluster, name: 'volume protection', resource: VOLUMES, concerns: ({ after }) => after.metadata.deletionTimestamp !== undefined,
    reconcile(key) {
      const volume = read<PersistentVolume>(api, VOLUMES, { name: placeOf(key).name })
      if (volume?.metadata.deletionTimestamp === undefined || volume.status?.phase === 'Bound') return undefined
      setFinalizer(api, pathOf(VOLUMES, volume.metadata), { finalizer: VOLUME, present: false })
      return undefined
    },
  })
}
