import type { KubeObject } from '../../schemas/generated/types.ts'
import type { Job, ObjectCondition } from './shapes.ts'

export type JobState = 'active' | 'complete' | 'failed'

/**
 * Where a Job is. SuccessCriteriaMet and FailureTarget come before their pods have ended, so they count as active:
 * only Complete and Failed are final.
 */
export function jobState(job: KubeObject): JobState {
  if (jobCondition(job, 'Complete')) return 'complete'
  if (jobCondition(job, 'Failed')) return 'failed'
  return 'active'
}

/** Whether somebody has suspended a Job that has not ended: it makes no pod until it is resumed. */
export function isSuspended(job: KubeObject): boolean {
  return jobState(job) === 'active' && (job as Job).spec?.suspend === true
}

/** When a finished Job ended, from its own status; undefined while it is active. */
export function jobEnd(job: KubeObject): string | undefined {
  const complete = jobCondition(job, 'Complete')
  if (complete) return (job as Job).status?.completionTime ?? complete.lastTransitionTime
  return jobCondition(job, 'Failed')?.lastTransitionTime
}

/**
 * From when on the pause after a failed Job counts; undefined while it is active. The API server, by whose clock pauses end, may be minutes
 * ahead of the controller that noted the end: but it was the API server who noted when the Job was made.
 */
export function pauseBegin(job: KubeObject): string | undefined {
  const end = jobEnd(job)
  return end === undefined ? undefined : [end, job.metadata.creationTimestamp ?? end].toSorted().at(-1)
}

/** When a Job was taken up by the Job controller; undefined before. */
export function jobStart(job: KubeObject): string | undefined {
  return (job as Job).status?.startTime
}

/** The condition of this type when it is True. */
export function jobCondition(job: KubeObject, type: string): ObjectCondition | undefined {
  return (job as Job).status?.conditions?.find((condition) => condition.type === type && condition.status === 'True')
}
