import type { KubeObject } from '../../../schemas/generated/types.ts'
import { ownerOf, RESOURCE } from './resources.ts'
import type { Watched } from './invariant.ts'

/**
 * Whether a claim cannot go because somebody wanted its pod to outlive its Job, or took the Job away from its owner: Kubernetes keeps what the
 * pod names, and only a person, or the end of such a Job's time, removes it. Counted as an excuse of `name`.
 */
export function isHeldByOrphan({ api, blame }: Pick<Watched, 'api' | 'blame'>, claim: KubeObject, name: string): boolean {
  const { namespace, deletionTimestamp } = claim.metadata
  const names = (pod: KubeObject): boolean => (pod.spec as PodSpec | undefined)?.volumes?.some(({ persistentVolumeClaim }) => persistentVolumeClaim?.claimName === claim.metadata.name) === true
  const isNobodys = (pod: KubeObject): boolean => {
    const owner = ownerOf(pod)
    const job = api.all(RESOURCE.jobs, namespace).find(({ metadata }) => metadata.uid === owner?.uid)
    return owner === undefined || (job !== undefined && ownerOf(job) === undefined)
  }
  if (deletionTimestamp === undefined || !api.all(RESOURCE.pods, namespace).some(pod => names(pod) && isNobodys(pod))) return false
  blame.count(name, 'somebody kept the pod of a deleted Job')
  return true
}

interface PodSpec {
  readonly volumes?: readonly { readonly persistentVolumeClaim?: { readonly claimName: string } }[]
}
