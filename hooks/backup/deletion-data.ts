import { LABEL } from '../../lib/api.ts'
import type { KubeObject } from '../../schemas/generated/types.ts'
import { shorten } from '../jobs/finding.ts'
import { readOutcome } from '../jobs/outcome.ts'
import { isChildOf } from '../jobs/owner.ts'
import { pollSeconds } from '../jobs/poll.ts'
import { isSuspended, jobState, pauseBegin } from '../jobs/state.ts'
import { hangingFinding, strandedFinding } from '../jobs/stranded.ts'
import { busySince, isLate, unmade } from '../jobs/unmade.ts'
import { deleteJob } from './children.ts'
import type { Removal } from './deletion.ts'
import { isMoverOf, secondsLeft, type Facts } from './facts.ts'
import { deleteJobName } from './names.ts'
import { mention } from './objects.ts'
import { POLL_SECONDS } from './progress.ts'
import { checkRepository } from './rules/repository.ts'
import { startupFailure, waitingFor } from './startup.ts'

/**
 * One pass of removing the data in the repository. In this order: movers of the run are stopped and gone, then one Job
 * removes the data, and is made again for as long as it fails.
 */
export function deleteData(facts: Facts): Removal {
  const left = moverLeft(facts)
  if (left !== undefined) return awaitMover(facts, left)
  if (isRemoved(facts)) return { ...going('its data is removed'), state: 'done' }
  if (wroteNothing(facts)) return { ...going('there is no data to remove'), state: 'done' }
  const attempt = facts.status.deletion?.failures ?? 0
  const name = deleteJobName(facts.name, attempt)
  const job = facts.jobs[name]
  if (job) return afterJob(facts, job, attempt)
  if (isTaken(facts, name)) return { ...broken(`Job ${name} is another's; one of the next name is made`), failures: attempt + 1, resyncAfterSeconds: 1 }
  const { repository } = facts
  if (!repository) return { ...broken(checkRepository(facts)?.message ?? 'its repository is unknown'), state: 'impossible', resyncAfterSeconds: 60 }
  const resyncAfterSeconds = pollSeconds(busySince(facts.status.conditions), facts.now)
  return { ...going(asksFor(facts, name)), children: [deleteJob(facts, repository, attempt)], resyncAfterSeconds }
}

/** It is asked for until it is there, however long that takes: the data is to go. */
function asksFor({ status, now, observed, backup }: Facts, name: string): string {
  const isMissing = observed.unseenJobs[name] === undefined && isLate(busySince(status.conditions), now)
  return `data is being removed from the repository${isMissing ? `; ${unmade(`Job ${name}`, backup)}` : ''}`
}

/** Metacontroller passes over a name that is taken as if it had made the Job. */
function isTaken({ observed, backup }: Facts, name: string): boolean {
  const found = observed.unseenJobs[name]
  return found !== undefined && !isChildOf(found, backup)
}

/** A mover that might still write: a Job that is there, whether a cache shows it or not, or a pod that outlives its Job for its grace period. */
function moverLeft(facts: Facts): string | undefined {
  const { jobs, observed } = facts
  const all = [...Object.values(jobs), ...observed.jobs.filter((job) => !isLeftSuspended(job))]
  const job = all.find((one) => one.metadata.labels?.[LABEL.role] !== 'delete' && jobState(one) === 'active')
  if (job) return `Job ${job.metadata.name}`
  const pod = observed.activePods.find((candidate) => isMoverOf(candidate, facts))
  return pod && `pod ${pod.metadata.name}`
}

/** A mover that may be alive on a dead node could store again what was just removed, so this has to wait; but it says for what. */
function awaitMover({ observed: { activePods }, now, ...facts }: Facts, left: string): Removal {
  const lost = strandedFinding(activePods.filter((pod) => isMoverOf(pod, facts)), now)
  const message = `its movers are being stopped: ${left} is still there`
  return { ...(lost ? broken(`${message}; ${lost.message}`) : going(message)), resyncAfterSeconds: POLL_SECONDS }
}

/** Nobody's any more, and somebody has stopped it: that could take for ever. */
function isLeftSuspended(job: KubeObject): boolean {
  return job.metadata.ownerReferences === undefined && isSuspended(job)
}

function isRemoved({ status }: Facts): boolean {
  return status.volumes !== undefined && status.volumes.length > 0 && status.volumes.every(({ phase }) => phase === 'Deleted')
}

/** Nothing was ever started, as far as a status from before the removal can tell; where there was none nobody knows. */
function wroteNothing({ status, jobs, observed }: Facts): boolean {
  const volumes = status.volumes ?? []
  if (status.deletion?.priorPhase === undefined || volumes.length === 0 || Object.keys(jobs).length + observed.jobs.length > 0) return false
  return volumes.every(({ jobName, handle }) => !jobName && !handle)
}

function afterJob(facts: Facts, job: KubeObject, attempt: number): Removal {
  const children = [mention(job)]
  const state = jobState(job)
  if (state === 'complete') return { ...going('its data is removed'), state: 'done' }
  if (state === 'failed') return afterFailure(facts, job, attempt)
  const pods = facts.observed.podsOfJob[job.metadata.name] ?? []
  const lost = hangingFinding(job, pods, facts.now) ?? strandedFinding(pods, facts.now)
  // What is gone cannot be removed twice, so another does no harm beside one that may be alive.
  if (lost) return { ...broken(lost.message), failures: attempt + 1, resyncAfterSeconds: 1 }
  const waiting = waitingFor(facts, job)
  if (!waiting) return { ...going('data is being removed from the repository'), children, resyncAfterSeconds: 60 }
  if (waiting.secondsLeft <= 0) return { ...broken(startupFailure(facts, waiting).message), failures: attempt + 1, resyncAfterSeconds: 60 }
  const pending = waiting.finding ? broken(waiting.finding.message) : going('the pod that removes the data is starting')
  return { ...pending, children, resyncAfterSeconds: pollSeconds(waiting.since, facts.now) }
}

/** A failed Job stays for a while so that people can read its log; each failure doubles the time, up to ten minutes. */
function afterFailure(facts: Facts, job: KubeObject, attempt: number): Removal {
  const outcome = readOutcome(job, facts.observed.podsOfJob[job.metadata.name] ?? [])
  const failure = broken(outcome.state === 'failed' ? `${outcome.reason}: ${outcome.message}` : 'its result is lost')
  const left = secondsLeft(facts, pauseBegin(job), Math.min(60 * 2 ** Math.min(attempt, 4), 600))
  if (left > 0) return { ...failure, children: [mention(job)], resyncAfterSeconds: left }
  return { ...failure, failures: attempt + 1, resyncAfterSeconds: 1 }
}

function going(message: string): Removal {
  return { state: 'going', message, children: [], effects: [] }
}

function broken(why: string): Removal {
  return { ...going(shorten(`data could not be removed yet, it is tried again: ${why}`, 1024)), failed: true }
}

