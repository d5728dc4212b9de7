import { ANNOTATION } from '../../lib/api.ts'
import { parseTime, timestamp } from '../../lib/timestamps.ts'
import type { KubeObject, Result } from '../../schemas/generated/types.ts'
import { currentPod, diagnoseJob, diagnosePod, hasStarted, podlessSince } from '../jobs/diagnose.ts'
import { shorten, type Finding } from '../jobs/finding.ts'
import { pollSeconds } from '../jobs/poll.ts'
import { readOutcome } from '../jobs/outcome.ts'
import { hangingFinding, strandedFinding } from '../jobs/stranded.ts'
import { largestSize } from './claims.ts'
import { foundVolume, policyBefore } from './found.ts'
import { holdVolume, isBound } from './handover.ts'
import { sourceLabels } from './labels.ts'
import { isOver, startupTimeout, type Handover, type Step, type VolumeInput } from './model.ts'
import type { Claim, PersistentVolume } from './objects.ts'
import { incompleteness } from './rules/point.ts'
import { madeByAnother, replacedSnapshot } from './rules/snapshot.ts'
import { targetExists } from './rules/target.ts'
import { entryOf, failedStep, obstacleStep, ownChildren } from './steps.ts'

/** What a volume's Job asks for: wait, fail, or hold the volume that it filled. Undefined while there is no Job. */
export function moveStep(input: VolumeInput): Step | undefined {
  const { job } = input.facts
  if (job === undefined) return undefined
  const outcome = readOutcome(job, input.observed.pods[job.metadata.name] ?? [])
  if (outcome.state !== 'failed' && !hasItsClaim(input, job)) return failedStep(input, CLAIM_GONE)
  switch (outcome.state) {
    case 'running': return runningStep(input, job)
    case 'failed': return failedStep(input, outcome)
    case 'lost': return holdStep(input, job, wordless)
    case 'succeeded': return holdStep(input, job, outcome.result)
  }
}

const CLAIM_GONE: Finding = { reason: 'VolumeNotFound', message: 'the temporary claim was deleted before its volume could be handed over; start a new Restore' }

/** Metacontroller has let go of it, so nobody deletes it either. */
function claimTaken({ metadata: { name, namespace } }: KubeObject): Finding {
  const message = `the temporary claim ${name} is this restore's no more, because somebody changed its labels or its owner; delete it (kubectl delete pvc ${name} -n ${namespace}) and start a new Restore`
  return { reason: 'VolumeNotFound', message }
}

/** A claim that was made anew under the name is empty: the mover went on to write into the volume of the former one. */
function hasItsClaim({ facts: { temporary, temporaryIs } }: VolumeInput, job: KubeObject): boolean {
  if (temporary === undefined) return temporaryIs === 'unread'
  const uid = job.metadata.annotations?.[ANNOTATION.claimUid]
  if (uid !== undefined) return uid === temporary.metadata.uid
  // A Job of an earlier version of ours does not tell.
  return (parseTime(temporary.metadata.creationTimestamp) ?? Infinity) <= (parseTime(job.metadata.creationTimestamp) ?? 0)
}

/**
 * A Job is complete only when its mover has ended with code 0, which it does after the whole volume was written and checked. So a
 * result that is lost with its pod costs no more than the figures; a Job that does nothing but mount has none anyway.
 */
const wordless: Result = { operation: 'restore', ok: true }

function runningStep(input: VolumeInput, job: KubeObject): Step {
  const pods = input.observed.pods[job.metadata.name] ?? []
  const hanging = hangingFinding(job, pods, input.now)
  // Its claim stays as long as the pod does, so nothing is taken from a mover that may be alive, and nothing of it is ever published.
  if (hanging !== undefined) return failedStep(input, hanging)
  const stranded = strandedFinding(pods, input.now)
  const pod = currentPod(job, pods)
  if (pod !== undefined && hasStarted(pod)) return moving(input, stranded ?? { reason: 'Running', message: 'the data is being restored' }, 60)
  const found = stranded ?? startFault(input, job, pod)
  const since = pod === undefined ? podlessSince(job, input.observed.events[job.metadata.name] ?? []) : pod.metadata.creationTimestamp
  if (since !== undefined && isOver(since, startupTimeout(input.restore), input.now)) return failedStep(input, found ?? notStarted(input, job))
  return moving(input, found ?? { reason: 'Running', message: 'the pod is starting' }, pollSeconds(since, input.now))
}

function startFault({ observed }: VolumeInput, job: KubeObject, pod: KubeObject | undefined): Finding | undefined {
  return pod ? diagnosePod(pod, observed.events[pod.metadata.name] ?? []) : diagnoseJob(job, observed.events[job.metadata.name] ?? [])
}

function notStarted({ restore }: VolumeInput, job: KubeObject): Finding {
  const look = `kubectl describe job ${job.metadata.name} -n ${restore.metadata.namespace}`
  return { reason: 'StartupTimeout', message: `the pod of Job ${job.metadata.name} did not start within ${startupTimeout(restore)} s; look at ${look}` }
}

function moving(input: VolumeInput, { reason, message }: Finding, resyncAfterSeconds: number): Step {
  const volume = entryOf(input, { phase: 'Running', reason, message, jobName: input.facts.job?.metadata.name })
  return { volume, children: ownChildren(input), resyncAfterSeconds }
}

function holdStep(input: VolumeInput, job: KubeObject, result: Result): Step {
  const { temporary, temporaryIs, persistentVolume } = input.facts
  const obstacle = targetExists(input) ?? replacedSnapshot(input)
  if (obstacle) return obstacleStep(input, obstacle, endOf(job, input))
  if (temporary === undefined) return failedStep(input, CLAIM_GONE)
  if (temporaryIs !== 'ours') return failedStep(input, claimTaken(temporary))
  const isItsVolume = isBound(temporary) && (persistentVolume as PersistentVolume | undefined)?.spec?.claimRef?.uid === temporary.metadata.uid
  if (persistentVolume === undefined || !isItsVolume) {
    const message = `the volume of claim ${temporary.metadata.name} cannot be read; start a new Restore`
    return obstacleStep(input, { reason: 'VolumeNotFound', message, patienceSeconds: startupTimeout(input.restore) }, endOf(job, input))
  }
  const another = madeByAnother(input, persistentVolume)
  if (another) return failedStep(input, another)
  const handover = handoverFor(input, persistentVolume, result)
  const { bytes, files, sha256, reclaimPolicy } = handover
  const step = moving(input, { reason: 'Publishing', message: 'the data is whole; its volume is being kept for the claim' }, 1)
  const volume = entryOf(input, { ...step.volume, phase: 'Publishing', bytes, files, sha256, reclaimPolicy, volumeName: persistentVolume.metadata.name })
  return { ...step, volume, effects: [holdVolume(input.restore, persistentVolume, handover)] }
}

function handoverFor(input: VolumeInput, volume: PersistentVolume, result: Result): Handover {
  const { bytes, files, sha256 } = result
  const remark = remarksOn(input, result)
  const labels = sourceLabels(input.facts.plan)
  const { facts: { plan, temporary }, backupName, now } = input
  const claim = temporary as Claim
  const isFound = foundVolume(input.facts) !== undefined
  return {
    source: plan.source,
    target: plan.target,
    backup: backupName,
    temporaryClaim: claim.metadata.name,
    reclaimPolicy: (isFound ? policyBefore(volume) : volume.spec?.persistentVolumeReclaimPolicy) === 'Delete' ? 'Delete' : 'Retain',
    since: timestamp(now),
    size: claim.spec?.resources?.requests?.storage ?? largestSize(input) ?? volume.spec?.capacity?.storage ?? '1Gi',
    accessModes: claim.spec?.accessModes ?? volume.spec?.accessModes ?? ['ReadWriteOnce'],
    ...(Object.keys(labels).length > 0 && { labels }),
    ...(bytes !== undefined && { bytes }),
    ...(files !== undefined && { files }),
    ...(sha256 !== undefined && { sha256 }),
    ...(remark !== undefined && { remark }),
    ...(isFound && { found: true as const }),
  }
}

/** All that is to be told of a volume that is restored, also when nothing but its claim is left to tell it. */
function remarksOn({ facts }: VolumeInput, result: Result): string | undefined {
  const missing = incompleteness(facts) ?? facts.job?.metadata.annotations?.[ANNOTATION.incomplete]
  return [missing, remarkOn(result)].filter(text => text !== undefined).join('; ') || undefined
}

/** Movers fail over content. What they only count are attributes that a file system may not know: to be told, not to keep data back for. */
function remarkOn({ errors = 0, errorSamples = [], message }: Result): string | undefined {
  if (errors === 0) return undefined
  const example = errorSamples[0] === undefined ? '' : ` (${errorSamples[0]})`
  return shorten(`${message ?? `all content is back, but ${errors} attributes could not be set`}${example}`)
}

function endOf(job: KubeObject, { now }: VolumeInput): string {
  return (job.status as { completionTime?: string } | undefined)?.completionTime ?? timestamp(now)
}
