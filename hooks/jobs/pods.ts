import type { KubeObject } from '../../schemas/generated/types.ts'

/** Those of the pods that belong to this very Job: a namesake that was deleted a moment ago leaves pods of the same label behind. */
export function ownPods(job: KubeObject | undefined, pods: readonly KubeObject[]): readonly KubeObject[] {
  const uid = job?.metadata.uid
  return pods.filter(({ metadata: { ownerReferences = [] } }) => {
    return uid === undefined || ownerReferences.length === 0 || ownerReferences.some((owner) => owner.uid === uid)
  })
}
