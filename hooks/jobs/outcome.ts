import type { KubeObject, Result } from '../../schemas/generated/types.ts'
import { shorten, type Finding } from './finding.ts'
import { MOVER_CONTAINER } from './mover-container.ts'
import { readResult } from './result.ts'
import type { Pod, Terminated } from './shapes.ts'
import { jobCondition, jobState } from './state.ts'

/** What became of a mover Job. `lost`: the Job is complete, but nobody can say with what result. */
export type Outcome =
  | { readonly state: 'running' | 'lost' }
  | { readonly state: 'succeeded'; readonly result: Result }
  | ({ readonly state: 'failed'; readonly result?: Result } & Finding)

/**
 * Reads a Job and its pods, newest first. A failed Job tells the newest attempt's own reason: the mover's words where it
 * could speak, else how it was killed, else what the Job controller says.
 */
export function readOutcome(job: KubeObject, pods: readonly KubeObject[]): Outcome {
  const state = jobState(job)
  if (state === 'active') return { state: 'running' }
  const ends = pods.map(moverEnd).filter((end) => end !== undefined)
  const outcome = completed(ends)
  // A deadline may pass between the end of a pod and its being counted; what the mover has done is done.
  return state === 'complete' || outcome.state === 'succeeded' ? outcome : failed(job, ends)
}

/** How the mover container of a pod ended; undefined while it has not. */
export function moverEnd(pod: KubeObject): Terminated | undefined {
  return (pod as Pod).status?.containerStatuses?.find((status) => status.name === MOVER_CONTAINER)?.state?.terminated
}

function completed(ends: readonly Terminated[]): Outcome {
  const results = ends.filter((end) => end.exitCode === 0).map((end) => readResult(end.message))
  const result = results.find((candidate) => candidate?.ok)
  return result ? { state: 'succeeded', result } : { state: 'lost' }
}

function failed(job: KubeObject, ends: readonly Terminated[]): Outcome {
  const condition = jobCondition(job, 'Failed')
  if (condition?.reason === 'DeadlineExceeded') return { state: 'failed', ...deadlineExceeded }
  const end = ends[0]
  if (!end) return { state: 'failed', reason: 'MoverFailed', message: shorten(noPod(condition?.message)) }
  const result = readResult(end.message)
  return { state: 'failed', ...(result && { result }), ...explain(end, result) }
}

const deadlineExceeded: Finding = {
  reason: 'DeadlineExceeded',
  message: 'the mover did not end within mover.timeoutSeconds (a removal has an hour at least) and was stopped; raise it or look at what slowed the mover down in its log',
}

function noPod(message: string | undefined): string {
  return `the Job failed and its pods are gone (${message ?? 'the Job gives no reason'}); look at the events of the Job`
}

function explain(end: Terminated, result: Result | undefined): Finding {
  if (end.reason === 'OOMKilled') return outOfMemory
  if (result && !result.ok) return said(result)
  if (end.exitCode === 137 || end.exitCode === 143) return killed(end.exitCode)
  const words = end.message ? `: ${end.message}` : end.reason ? ` (${end.reason})` : ''
  return { reason: 'MoverFailed', message: shorten(`the mover ended with exit code ${end.exitCode}${words}; its log tells more`) }
}

const outOfMemory: Finding = {
  reason: 'OutOfMemory',
  message: 'the mover needed more memory than its limit and was killed; raise mover.resources.limits.memory',
}

function said(result: Result): Finding {
  const { reason = 'MoverFailed', message = 'the mover gave no reason; its log tells more' } = result
  return { reason: reason as Finding['reason'], message }
}

function killed(exitCode: number): Finding {
  const signal = exitCode === 137 ? 'SIGKILL' : 'SIGTERM'
  return {
    reason: 'MoverKilled',
    message: `the mover was stopped from outside by ${signal} (exit code ${exitCode}): a node going down, an eviction or a deleted pod; the next run tries again`,
  }
}
