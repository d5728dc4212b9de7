import type { KubeObject } from '../../schemas/generated/types.ts'

/** Whether an object is of this parent: by its owner or, where somebody took that away, by the label by which Metacontroller adopts it again. */
export function isChildOf({ metadata: { ownerReferences = [], labels } }: KubeObject, parent: KubeObject): boolean {
  const { uid } = parent.metadata
  return ownerReferences.some((owner) => owner.uid === uid) || (uid !== undefined && labels?.['controller-uid'] === uid)
}
