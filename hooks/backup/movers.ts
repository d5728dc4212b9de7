import { timestamp } from '../../lib/timestamps.ts'
import { UserError } from '../../lib/errors.ts'
import type { KubeObject, Volume } from '../../schemas/generated/types.ts'
import type { Finding } from '../jobs/finding.ts'
import { pollSeconds } from '../jobs/poll.ts'
import { jobStart, jobState } from '../jobs/state.ts'
import { strandedFinding } from '../jobs/stranded.ts'
import { backupJob } from './children.ts'
import { secondsLeft, type Facts } from './facts.ts'
import { jobName } from './names.ts'
import { mention } from './objects.ts'
import { volumeAfter } from './outcome.ts'
import { soonest, type Progress } from './progress.ts'
import { checkRepository } from './rules/repository.ts'
import { checkVolume } from './rules/volume.ts'
import { startupFailure, startupTimeout, waitingFor } from './startup.ts'
import { ask } from './unmade.ts'
import { failedVolume, isDone, quiet, volumesOf, withJob } from './volume.ts'

/** What is to be done about one volume. */
interface Step {
  readonly volume: Volume
  readonly children: readonly KubeObject[]
  /** A Job is wanted, as soon as there is a place for it. */
  readonly start?: 1 | 2
  /** A Job of the volume is there and has not ended; one that is given up keeps its place until it is gone. */
  readonly active?: boolean
  readonly resync?: number
}

/** Progress of a run whose volumes are moved by Jobs, at most mover.parallelism of them at a time. */
export function moverProgress(facts: Facts): Progress {
  const steps = volumesOf(facts).map((volume) => stepOf(facts, volume))
  const granted = grant(facts, steps)
  const final = steps.map((step) => (granted.has(step) ? started(facts, step) : step.start ? queued(step) : step))
  return {
    volumes: final.map(({ volume }) => volume),
    children: final.flatMap(({ children }) => children),
    effects: [],
    resyncAfterSeconds: soonest(...final.map(({ resync }) => resync)),
  }
}

function stepOf(facts: Facts, volume: Volume): Step {
  const [first, second] = [facts.jobs[jobName(facts.name, volume.pvc)], facts.jobs[jobName(facts.name, volume.pvc, 2)]]
  const observed = [first, second].filter((job) => job !== undefined)
  const children = observed.map(mention)
  if (isDone(volume)) {
    const active = observed.some((job) => jobState(job) === 'active')
    const isGivenUp = volume.phase === 'Failed' && volume.jobName !== undefined
    return { volume: withJob(facts, volume), children: isGivenUp ? endedOnly(observed) : children, active }
  }
  const job = second ?? first
  if (!job) return unstarted(facts, volume)
  if (jobState(job) === 'active') return active(facts, volume, { job, observed })
  const after = volumeAfter(facts, volume, job)
  if (after) return { volume: after, children }
  if (second) return { volume: failedVolume(volume, resultLost, timestamp(facts.now)), children }
  return { volume, children, start: 2 }
}

const resultLost = {
  reason: 'ResultLost',
  message: 'two movers ended well, but their results were lost with their pods; the next run tries again',
}

/** No Job is seen: it was never made, a cache does not show it yet, or somebody removed it before its result was noted. */
function unstarted(facts: Facts, volume: Volume): Step {
  const found = checkVolume(facts, volume)
  const start = volume.jobName === jobName(facts.name, volume.pvc, 2) ? 2 : 1
  if (!found) return { volume, children: [], start }
  const active = volume.phase === 'Running'
  const { reason, message } = found
  // Each obstacle has its own patience: a volume may have waited long for its turn before it meets one.
  const startTime = (volume.reason === reason ? volume.startTime : undefined) ?? timestamp(facts.now)
  const left = secondsLeft(facts, startTime, startupTimeout(facts))
  if (!found.wait || left <= 0) return { volume: failedVolume(volume, found, timestamp(facts.now)), children: [], active }
  return { volume: { ...volume, reason, message, startTime }, children: [], active, resync: Math.min(found.wait, left) }
}

function active(facts: Facts, volume: Volume, { job, observed }: { job: KubeObject; observed: readonly KubeObject[] }): Step {
  const startTime = jobStart(job) ?? volume.startTime
  const running: Volume = { ...quiet(volume), phase: 'Running', jobName: job.metadata.name, ...(startTime && { startTime }) }
  const children = observed.map(mention)
  const waiting = waitingFor(facts, job)
  if (!waiting) return { volume: { ...running, ...stranded(facts, job) }, children, active: true, ...(isLeaving(facts, job) && { resync: 60 }) }
  if (waiting.secondsLeft <= 0) {
    return { volume: failedVolume(running, startupFailure(facts, waiting), timestamp(facts.now)), children, active: true }
  }
  return { volume: { ...running, ...waiting.finding }, children, active: true, resync: Math.min(pollSeconds(waiting.since, facts.now), waiting.secondsLeft) }
}

function stranded(facts: Facts, job: KubeObject): Finding | undefined {
  return strandedFinding(podsOf(facts, job), facts.now)
}

/** A pod is being deleted. On a dead node nothing more is heard of it; the run's own deadline ends the wait. */
function isLeaving(facts: Facts, job: KubeObject): boolean {
  return podsOf(facts, job).some(({ metadata }) => metadata.deletionTimestamp !== undefined)
}

function podsOf({ observed }: Facts, { metadata: { name } }: KubeObject): readonly KubeObject[] {
  return observed.podsOfJob[name] ?? []
}

/** Which of the volumes that want a Job get one now: those that had one before the others, then in the order of the spec. */
function grant(facts: Facts, steps: readonly Step[]): ReadonlySet<Step> {
  const places = (facts.backup.spec.mover?.parallelism ?? 5) - steps.filter((step) => step.active).length
  const wanted = steps.filter((step) => step.start)
  const again = wanted.filter(({ volume }) => volume.phase === 'Running')
  const rest = wanted.filter(({ volume }) => volume.phase !== 'Running')
  return new Set([...again, ...rest].slice(0, Math.max(0, places)))
}

function started(facts: Facts, step: Step): Step {
  const { volume, children, start: attempt = 1 } = step
  const { repository } = facts
  if (!repository) return { volume: { ...volume, ...checkRepository(facts) }, children, resync: 60 }
  try {
    const job = backupJob(facts, repository, { volume, attempt })
    const { name } = job.metadata
    const { volume: asked, failure } = ask(facts, volume, { kind: 'Job', name, found: facts.observed.unseenJobs[name], reason: 'StartupTimeout' })
    if (failure) return { volume: failedVolume(asked, failure, timestamp(facts.now)), children }
    return { volume: asked, children: [...children, job], resync: pollSeconds(asked.startTime, facts.now) }
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    return { volume: failedVolume(volume, error, timestamp(facts.now)), children }
  }
}

function queued(step: Step): Step {
  const volume = quiet(step.volume)
  // What had a place before says no more that its Job is asked for: it is not, and its patience begins anew.
  return { ...step, volume: volume.phase === 'Running' ? volume : { ...volume, reason: 'Queued' } }
}

/** A volume that the status calls failed has no use for a Job that still runs: it was given up for not starting. */
function endedOnly(jobs: readonly KubeObject[]): readonly KubeObject[] {
  return jobs.filter((job) => jobState(job) !== 'active').map(mention)
}
