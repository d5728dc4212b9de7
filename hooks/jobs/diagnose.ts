import type { KubeObject } from '../../schemas/generated/types.ts'
import { diagnoseContainer } from './diagnose-container.ts'
import { diagnoseEvent } from './diagnose-event.ts'
import { shorten, type Finding } from './finding.ts'
import { MOVER_CONTAINER } from './mover-container.ts'
import { diagnoseScheduling } from './scheduling.ts'
import type { ContainerStatus, Pod, WarningEvent } from './shapes.ts'
import { isSuspended, jobStart } from './state.ts'

/**
 * Why a pod has not started, from its container states, its scheduling condition and the Warning events about it
 * (newest first), in this order. Undefined when it has started, or when nothing is wrong but time.
 */
export function diagnosePod(pod: KubeObject, events: readonly KubeObject[]): Finding | undefined {
  if (hasStarted(pod)) return undefined
  const found =
    first(containers(pod), diagnoseContainer) ?? diagnoseScheduling(pod as Pod) ?? first(events as readonly WarningEvent[], diagnoseEvent)
  return found && { reason: found.reason, message: shorten(found.message) }
}

/** The pod that shows how a Job stands, of its pods, newest first. What a suspended Job has left are failed tries, or pods that are just ending. */
export function currentPod(job: KubeObject, pods: readonly KubeObject[]): KubeObject | undefined {
  return isSuspended(job) ? undefined : pods[0]
}

/** Whether the mover of a pod runs or has run. */
export function hasStarted(pod: KubeObject): boolean {
  const mover = (pod as Pod).status?.containerStatuses?.find((status) => status.name === MOVER_CONTAINER)
  return Boolean(mover?.state?.running ?? mover?.state?.terminated)
}

/** Why a Job has no pod: somebody has suspended it, or the Warning events about it (newest first) tell of quota, Pod Security, other admission. */
export function diagnoseJob(job: KubeObject, events: readonly KubeObject[]): Finding | undefined {
  if (isSuspended(job)) return suspended(job)
  const event = refusals(events)[0]
  return event && { reason: 'PodForbidden', message: shorten(forbidden(event.message ?? '')) }
}

/**
 * Since when a Job without a pod waits for its first, RFC 3339; undefined when that is not to be timed. The Job controller notes
 * a Job's start and makes its pod in one go, or tells why it cannot. So a Job that has a start, but neither a pod nor a refusal,
 * has lost its pod with a node or by an eviction, and gets another.
 */
export function podlessSince(job: KubeObject, events: readonly KubeObject[]): string | undefined {
  const made = job.metadata.creationTimestamp
  const refused = refusals(events).map((event) => event.firstTimestamp ?? made).filter((time) => time !== undefined).toSorted()[0]
  if (refused === undefined) return jobStart(job) === undefined || refusals(events).length > 0 ? made : undefined
  // Events go by name: those of a former Job of this name are older than this one.
  return made !== undefined && refused < made ? made : refused
}

function suspended({ metadata: { name, namespace } }: KubeObject): Finding {
  return { reason: 'StartupTimeout', message: `Job ${name} was suspended, and goes on once it is resumed: kubectl patch job ${name} -n ${namespace} -p '{"spec":{"suspend":false}}'` }
}

function refusals(events: readonly KubeObject[]): readonly WarningEvent[] {
  return (events as readonly WarningEvent[]).filter((event) => event.reason === 'FailedCreate')
}

function forbidden(message: string): string {
  const what = message.replace(/^Error creating: /, '').replace(/^pods "[^"]*" is forbidden: /, '')
  if (/PodSecurity/.test(what)) return `${cut(what)}: set mover.runAs: user (for the check of a repository: in the chart's values), or allow pod-security.kubernetes.io/enforce: baseline for this namespace`
  if (/exceeded quota|failed quota/.test(what)) return `${cut(what)}: raise the ResourceQuota or set mover.resources (for the check of a repository: in the chart's values)`
  return `the cluster refuses the mover's pod: ${cut(what)}`
}

function cut(text: string): string {
  return shorten(text, 180)
}

function containers(pod: KubeObject): readonly ContainerStatus[] {
  const status = (pod as Pod).status
  return [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])]
}

function first<Item>(items: readonly Item[], diagnose: (item: Item) => Finding | undefined): Finding | undefined {
  for (const item of items) {
    const found = diagnose(item)
    if (found) return found
  }
  return undefined
}
