import type { KubeObject } from '../../schemas/generated/types.ts'
import type { Pod, PodVolume } from './shapes.ts'

/** A node that a pod must share with another pod, and what it has to tolerate there. */
export interface NodePin {
  readonly name: string
  readonly tolerations: readonly object[]
}

/** The node on which a pod holds this claim; undefined when no scheduled pod uses it. A running pod wins over a pending one. */
export function nodeOf(claim: string, pods: readonly KubeObject[]): NodePin | undefined {
  const users = podsUsing(claim, pods).filter((pod) => pod.spec?.nodeName)
  const user = users.find((pod) => pod.status?.phase === 'Running') ?? users[0]
  return user && { name: user.spec?.nodeName ?? '', tolerations: user.spec?.tolerations ?? [] }
}

/** Pods that mount this claim, directly or as a generic ephemeral volume. */
export function podsUsing(claim: string, pods: readonly KubeObject[]): readonly Pod[] {
  return (pods as readonly Pod[]).filter((pod) => pod.spec?.volumes?.some((volume) => claimOf(pod, volume) === claim))
}

function claimOf(pod: Pod, volume: PodVolume): string | undefined {
  if (volume.ephemeral) return `${pod.metadata.name}-${volume.name}`
  return volume.persistentVolumeClaim?.claimName
}
