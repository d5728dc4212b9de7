import type { KubeObject } from '../../schemas/generated/types.ts'
import { currentPod, diagnoseJob, diagnosePod, hasStarted, podlessSince } from '../jobs/diagnose.ts'
import type { Finding } from '../jobs/finding.ts'
import { jobStart } from '../jobs/state.ts'
import { secondsLeft, type Facts } from './facts.ts'

/** A Job whose newest pod has not started. */
export interface Waiting {
  /** What keeps it, when that is known. */
  readonly finding?: Finding
  /** Since when its pod is not starting, RFC 3339. */
  readonly since: string | undefined
  /** Until the patience is over; then the run fails with the finding. Without end between two pods, of which the former was lost. */
  readonly secondsLeft: number
}

/** How long a pod may take to start. */
export function startupTimeout({ backup }: Pick<Facts, 'backup'>): number {
  return backup.spec.mover?.startupTimeoutSeconds ?? 600
}

/** Whether and why an active Job waits for its pod to start; undefined when it runs, as far as was looked at. */
export function waitingFor(facts: Facts, job: KubeObject): Waiting | undefined {
  const pods = facts.observed.podsOfJob[job.metadata.name]
  if (!pods) return undefined
  const pod = currentPod(job, pods)
  if (pod && hasStarted(pod)) return undefined
  return pod ? waitingPod(facts, pod) : waitingForPod(facts, job)
}

function waitingPod(facts: Facts, pod: KubeObject): Waiting {
  const since = pod.metadata.creationTimestamp
  const finding = diagnosePod(pod, facts.observed.podEvents[pod.metadata.name] ?? [])
  return { finding, since, secondsLeft: secondsLeft(facts, since, startupTimeout(facts)) }
}

function waitingForPod(facts: Facts, job: KubeObject): Waiting {
  const events = facts.observed.jobEvents[job.metadata.name] ?? []
  const since = podlessSince(job, events)
  if (since === undefined && jobStart(job) !== undefined) return { since, secondsLeft: Infinity }
  return { finding: diagnoseJob(job, events), since, secondsLeft: secondsLeft(facts, since, startupTimeout(facts)) }
}

/** What a Job fails with whose pod did not start in time. */
export function startupFailure(facts: Facts, waiting: Waiting): Finding {
  if (waiting.finding) return waiting.finding
  const message = `the mover's pod did not start within ${startupTimeout(facts)} s (mover.startupTimeoutSeconds); kubectl describe pod shows what it waits for`
  return { reason: 'StartupTimeout', message }
}
