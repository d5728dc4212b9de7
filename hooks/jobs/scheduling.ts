import { shorten, type Finding } from './finding.ts'
import type { Pod } from './shapes.ts'

/** Why no node takes the pod, from its PodScheduled condition. */
export function diagnoseScheduling(pod: Pod): Finding | undefined {
  const condition = pod.status?.conditions?.find(({ type, status }) => type === 'PodScheduled' && status === 'False')
  return condition && explainScheduling(condition.message ?? condition.reason ?? '')
}

/** Puts the scheduler's words into ours; they come in the pod's condition and in FailedScheduling events. */
export function explainScheduling(message: string): Finding {
  const claim = /persistentvolumeclaim "([^"]+)" not found/.exec(message)?.[1]
  if (claim) return { reason: 'VolumeNotFound', message: `claim "${claim}" does not exist in this namespace; create it or correct the name` }
  if (/unbound immediate PersistentVolumeClaims/.test(message)) return { reason: 'VolumeNotBound', message: unbound }
  const hint = hints.find(({ pattern }) => pattern.test(message))?.hint ?? 'see what the scheduler says'
  return { reason: 'Unschedulable', message: `no node can run the mover: ${hint} (${shorten(message, 180)})` }
}

const unbound = 'a claim of the mover is not bound to a volume yet; kubectl describe pvc shows what it waits for'

const hints: readonly { pattern: RegExp; hint: string }[] = [
  { pattern: /volume node affinity conflict/, hint: 'the volumes it needs are bound to different nodes or zones' },
  { pattern: /ReadWriteOncePod access mode/, hint: 'a pod is using its ReadWriteOncePod volume' },
  { pattern: /Insufficient (cpu|memory)/, hint: 'lower mover.resources.requests or add capacity' },
  { pattern: /untolerated taint/, hint: 'the nodes that fit have taints' },
  { pattern: /unschedulable/, hint: 'the node is cordoned' },
]
