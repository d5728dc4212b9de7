import type { KubeObject } from '../../../schemas/generated/types.ts'
import { ownerOf, RESOURCE } from './resources.ts'
import type { Watched } from './invariant.ts'

/** Whether a claim cannot go because somebody wanted its pod to outlive its Job: Kubernetes keeps what the pod names, and only a person removes it. Counted as an excuse of `name`. */
export function isHeldByOrphan({ api, blame }: Pick<Watched, 'api' | 'blame'>, claim: KubeObject, name: string): boolean {
  const { namespace, deletionTimestamp } = claim.metadata
  const names = (pod: KubeObject): boolean => (pod.spec as PodSpec | undefined)?.volumes?.some(({ persistentVolumeClaim }) => persistentVolumeClaim?.claimName === claim.metadata.name) === true
  if (deletionTimestamp === undefined || !api.all(RESOURCE.pods, namespace).some(pod => ownerOf(pod) === undefined && names(pod))) return false
  blame.count(name, 'somebody kept the pod of a deleted Job')
  return true
}

interface PodSpec {
  readonly volumes?: readonly { readonly persistentVolumeClaim?: { readonly claimName: string } }[]
}
