import { ANNOTATION, LABEL } from '../../lib/api.ts'
import type { BackupRepository, BackupRepositoryStatus, KubeObject } from '../../schemas/generated/types.ts'
import type { DecideInput } from '../hook.ts'
import { currentPod, diagnoseJob, diagnosePod } from '../jobs/diagnose.ts'
import type { Finding } from '../jobs/finding.ts'
import { readOutcome } from '../jobs/outcome.ts'
import { namesakeFinding } from '../jobs/namesake.ts'
import { jobEnd, jobState, pauseBegin } from '../jobs/state.ts'
import { hangingFinding, strandedFinding } from '../jobs/stranded.ts'
import { busySince, isLate, unmade } from '../jobs/unmade.ts'
import { CHECK_SECONDS, checkJobName, checkKey, currentJob, isGivenUp, type Observed } from './model.ts'
import { brokenRule } from './rules/rules.ts'

type Input = DecideInput<BackupRepository, Observed>

/**
 * Where the check of a repository is.
 * - invalid: no check would make sense.
 * - ready: found usable at `time`; the next check is due `dueSeconds` later (0: now).
 * - failed: the check Job said why; it is made again in `retrySeconds` (0: now).
 * - checking: `finding` tells why it does not get on, if so.
 */
export type Progress =
  | ({ readonly state: 'invalid' } & Finding)
  | { readonly state: 'ready'; readonly time: string; readonly found?: Identities; readonly dueSeconds: number }
  | ({ readonly state: 'failed'; readonly failures: number; readonly retrySeconds: number } & Finding)
  | { readonly state: 'checking'; readonly finding?: Finding }

/** What the check found the place to be. */
export type Identities = Pick<BackupRepositoryStatus, 'storeId' | 'resticId'>

const RECHECK_SECONDS = 24 * 3600
const RETRY_SECONDS = 60
const MAX_RETRY_SECONDS = 300

/** Reads the evidence: the rules first, then the check Job, then what the status remembers. */
export function progressOf(input: Input): Progress {
  const { request } = input
  const broken = brokenRule(request)
  if (broken !== undefined) return { state: 'invalid', ...broken }
  const job = currentJob(request)
  const known = remembered(input)
  if (job === undefined) return known?.state === 'ready' ? known : taken(input) ?? known ?? { state: 'checking', finding: missing(input) }
  const state = jobState(job)
  if (state === 'complete') return succeeded(job, input)
  if (state === 'failed') return failed(job, input)
  const finding = stuck(job, input)
  // A repository that was good stays good while it is looked at again.
  if (known?.state === 'ready') return known
  if (finding !== undefined && isGivenUp(job, input.now)) return { state: 'failed', failures: attemptOf(job), retrySeconds: 0, ...finding }
  return finding === undefined && known !== undefined ? known : { state: 'checking', finding }
}

function taken({ request: { parent }, observed: { namesake } }: Input): Progress | undefined {
  const finding = namesakeFinding(namesake, parent, 'the check')
  return finding && { state: 'checking', finding }
}

/** The check Job was asked for a while ago and is not there. */
function missing({ request: { parent }, observed: { namesake }, now }: Input): Finding | undefined {
  if (namesake !== undefined || parent.status?.phase !== 'Checking' || !isLate(busySince(parent.status.conditions), now)) return undefined
  return { reason: 'Checking', message: unmade(`Job ${checkJobName(parent)}`, parent) }
}

function succeeded(job: KubeObject, input: Input): Progress {
  const outcome = readOutcome(job, input.observed.pods)
  const { storeId, resticId } = outcome.state === 'succeeded' ? outcome.result : {}
  const time = jobEnd(job) ?? ''
  if ((storeId ?? input.request.parent.status?.storeId) === undefined) return untold(job, time, input)
  return { state: 'ready', time, found: { storeId, resticId }, dueSeconds: secondsLeft(time, RECHECK_SECONDS, input) }
}

/** A run must not begin before it is known which store this is, unless a version before, which did not ask that, has let it. */
function untold(job: KubeObject, time: string, input: Input): Progress {
  const seconds = secondsLeft(pauseBegin(job) ?? time, retryAfter(attemptOf(job)), input)
  if (remembered(input)?.state === 'ready') return { state: 'ready', time, dueSeconds: seconds }
  const message = 'the check has passed, but did not tell which store it found (its pod is gone, or the image of the mover is older than the hooks); it is made again'
  return { state: 'failed', failures: attemptOf(job), retrySeconds: seconds, reason: 'ResultLost', message }
}

/** Each failure in a row doubles the time. */
function retryAfter(failures: number): number {
  return Math.min(RETRY_SECONDS * 2 ** (failures - 1), MAX_RETRY_SECONDS)
}

function failed(job: KubeObject, input: Input): Progress {
  const { request, observed } = input
  const outcome = readOutcome(job, observed.pods)
  const finding = outcome.state === 'failed' ? outcome : { reason: 'MoverFailed', message: 'the check failed without a reason; look at the events of its Job' } as const
  const told = keptFinding(request.parent, finding, job)
  const failures = attemptOf(job)
  const retrySeconds = secondsLeft(pauseBegin(job) ?? '', retryAfter(failures), input)
  return { state: 'failed', failures, retrySeconds, reason: told.reason, message: told.message }
}

/** A pod that could not start is gone when its Job has run out of time; why it could not, which the status knows, is the better answer. */
function keptFinding({ status }: BackupRepository, finding: Finding, job: KubeObject): Finding {
  const { phase, reason, message, failures } = status ?? {}
  if (finding.reason !== 'DeadlineExceeded') return finding
  const isAboutThisJob = phase === 'Checking' || (phase === 'Failed' && failures === attemptOf(job))
  if (reason === undefined || reason === 'Checking' || !isAboutThisJob) return hanging
  return { reason: reason as Finding['reason'], message: message ?? '' }
}

const hanging: Finding = {
  reason: 'DeadlineExceeded',
  message: `the check did not end within ${CHECK_SECONDS / 60} minutes and was stopped; see whether the place answers from inside the cluster, the log of the mover tells how far it came`,
}

/** What the status says about the same spec, when there is no Job to tell (its time to live is over, or it is to be made again). */
function remembered(input: Input): Progress | undefined {
  const { request } = input
  const { status } = request.parent
  if (status?.checkedKey !== checkKey(request.parent)) return undefined
  const { phase, lastCheckTime, reason, message, failures } = status
  if (phase === 'Ready' && lastCheckTime !== undefined) {
    // A version before did not ask which store it was.
    const seconds = status.storeId === undefined ? RETRY_SECONDS : RECHECK_SECONDS
    return { state: 'ready', time: lastCheckTime, dueSeconds: secondsLeft(lastCheckTime, seconds, input) }
  }
  if (phase !== 'Failed') return undefined
  return { state: 'failed', failures: failures ?? 1, retrySeconds: 0, reason: reason as Finding['reason'], message: message ?? '' }
}

function stuck(job: KubeObject, { observed: { pods, podEvents, jobEvents }, now }: Input): Finding | undefined {
  const pod = currentPod(job, pods)
  const stranded = hangingFinding(job, pods, now) ?? strandedFinding(pods, now)
  if (stranded !== undefined) return stranded
  return pod === undefined ? diagnoseJob(job, jobEvents) : diagnosePod(pod, podEvents)
}

/** The count lies in the Job, so that the same Job is never counted twice. */
function attemptOf({ metadata }: KubeObject): number {
  return Number(metadata.labels?.[LABEL.attempt]) || 1
}

/** Until a result is used up: after `seconds`, or at once when somebody has asked for a check since. */
function secondsLeft(since: string, seconds: number, { request, now }: Input): number {
  const asked = Date.parse(request.parent.metadata.annotations?.[ANNOTATION.checkRequested] ?? '')
  // A time to come would ask for ever.
  if (asked > Date.parse(since) && asked <= now.getTime()) return 0
  const end = Date.parse(since) + seconds * 1000
  return Number.isNaN(end) ? 0 : Math.max(0, Math.ceil((end - now.getTime()) / 1000))
}
