import { parseTime, timestamp } from '../../lib/timestamps.ts'
import type { KubeObject } from '../../schemas/generated/types.ts'
import { shorten, type Finding } from './finding.ts'
import type { Job, Pod } from './shapes.ts'
import { jobCondition, jobStart, jobState } from './state.ts'

/** Longer than any kubelet needs to end a pod whose grace is over, and the Job controller to count it. */
const PATIENCE_SECONDS = 120

/**
 * What is said of a pod that should have ended long ago. The node of such a pod is dead, and as long as its Node object stays, the pod stays as it is: its
 * Job neither ends nor makes another. Nobody can tell whether the mover still runs there, so only a person may take it away.
 */
export function strandedFinding(pods: readonly KubeObject[], now: Date): Finding | undefined {
  const pod = (pods as readonly Pod[]).find((one) => isStranded(one, now))
  if (pod === undefined) return undefined
  const { metadata: { name, deletionTimestamp }, spec: { nodeName } = {} } = pod
  // `kubectl delete pod --force` would not do: a Job with a failure policy waits for the pod's phase, which only the kubelet or the removal of the Node ends.
  const message = `node ${nodeName} does not answer: pod ${name} should have ended at ${deletionTimestamp}; start the node, or if it is off for certain: kubectl delete node ${nodeName}`
  return { reason: 'NodeLost', message: shorten(message, MESSAGE_LIMIT) }
}

/** A node's name may be long and is there twice, and a command that is cut is of no use. */
const MESSAGE_LIMIT = 800

/**
 * Why a Job counts as failed although it does not say so: its time is over, and it waits for a pod that does not end. By the API server's own
 * stamps, so that a clock of ours that is ahead makes no such Job. Undefined for any other Job.
 */
export function hangingFinding(job: KubeObject, pods: readonly KubeObject[], now: Date): Finding | undefined {
  const { name, namespace } = job.metadata
  const end = jobState(job) === 'active' ? timeOver(job) : undefined
  if (end === undefined || !isOver(end, now)) return undefined
  const why = strandedFinding(pods, now)?.message ?? `kubectl describe job ${name} -n ${namespace} shows what it waits for`
  return { reason: 'DeadlineExceeded', message: `Job ${name} had to end by ${end} and waits for a pod that does not; ${why}` }
}

/** When the time of a Job was over that knows what has come of it and only waits for its pods. One that has succeeded, by another pod, is stopped no more. */
function timeOver(job: KubeObject): string | undefined {
  const failed = jobCondition(job, 'FailureTarget')
  if (failed !== undefined || jobCondition(job, 'SuccessCriteriaMet') === undefined) return failed?.lastTransitionTime
  const start = parseTime(jobStart(job))
  const seconds = (job as Job).spec?.activeDeadlineSeconds
  return start === undefined || seconds === undefined ? undefined : timestamp(new Date(start + 1000 * seconds))
}

function isStranded({ metadata: { deletionTimestamp }, spec, status }: Pod, now: Date): boolean {
  const hasEnded = status?.phase === 'Succeeded' || status?.phase === 'Failed'
  return spec?.nodeName !== undefined && !hasEnded && isOver(deletionTimestamp, now)
}

function isOver(since: string | undefined, now: Date): boolean {
  const begin = parseTime(since)
  return begin !== undefined && now.getTime() - begin > PATIENCE_SECONDS * 1000
}
