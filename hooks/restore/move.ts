import { timestamp } from '../../lib/timestamps.ts'
import type { KubeObject, Result } from '../../schemas/generated/types.ts'
import { diagnoseJob, diagnosePod, hasStarted } from '../jobs/diagnose.ts'
import { shorten, type Finding } from '../jobs/finding.ts'
import { readOutcome, type Outcome } from '../jobs/outcome.ts'
import { jobState } from '../jobs/state.ts'
import { largestSize } from './claims.ts'
import { holdVolume, isBound } from './handover.ts'
import { isOver, startupTimeout, type Handover, type Step, type VolumeInput } from './model.ts'
import { kept, type Claim, type PersistentVolume } from './objects.ts'
import { restoreJob } from './restore-job.ts'
import { targetExists } from './rules/target.ts'
import { claimChild, entryOf, failedStep, obstacleStep } from './steps.ts'

/** What a volume's Job asks for: wait, fail, ask again, or hold the volume that it filled. Undefined while there is no Job. */
export function moveStep(input: VolumeInput): Step | undefined {
  const job = input.facts.jobs.at(-1)
  if (job === undefined) return undefined
  const outcome = outcomeOf(job, input)
  switch (outcome.state) {
    case 'running': return runningStep(input, job)
    case 'failed': return failedStep(input, outcome)
    case 'lost': return askAgain(input)
    case 'succeeded': return incomplete(input, outcome.result) ?? holdStep(input, job, outcome.result)
  }
}

/** A prime Job has no words: that it ended well is all. */
function outcomeOf(job: KubeObject, { observed }: VolumeInput): Outcome {
  const outcome = readOutcome(job, observed.pods[job.metadata.name] ?? [])
  if (isPrime(job) && jobState(job) === 'complete') return { state: 'succeeded', result: { operation: 'restore', ok: true } }
  return outcome
}

function isPrime(job: KubeObject): boolean {
  const { template } = (job.spec ?? {}) as { template?: { spec?: { containers?: readonly { command?: unknown }[] } } }
  return template?.spec?.containers?.[0]?.command !== undefined
}

function runningStep(input: VolumeInput, job: KubeObject): Step {
  const pod = input.observed.pods[job.metadata.name]?.[0]
  if (pod !== undefined && hasStarted(pod)) return moving(input, { reason: 'Running', message: 'the data is being restored' }, 60)
  const found = startFault(input, job, pod)
  const since = (pod ?? job).metadata.creationTimestamp ?? timestamp(input.now)
  if (isOver(since, startupTimeout(input.restore), input.now)) return failedStep(input, found ?? notStarted(input, job))
  return moving(input, found ?? { reason: 'Running', message: 'the pod is starting' }, 5)
}

function startFault({ observed }: VolumeInput, job: KubeObject, pod: KubeObject | undefined): Finding | undefined {
  return pod ? diagnosePod(pod, observed.events[pod.metadata.name] ?? []) : diagnoseJob(observed.events[job.metadata.name] ?? [])
}

function notStarted({ restore }: VolumeInput, job: KubeObject): Finding {
  const look = `kubectl describe job ${job.metadata.name} -n ${restore.metadata.namespace}`
  return { reason: 'StartupTimeout', message: `the pod of Job ${job.metadata.name} did not start within ${startupTimeout(restore)} s; look at ${look}` }
}

function moving(input: VolumeInput, { reason, message }: Finding, resyncAfterSeconds: number): Step {
  const volume = entryOf(input, { phase: 'Running', reason, message, jobName: input.facts.jobs.at(-1)?.metadata.name })
  return { volume, children: [claimChild(input), ...input.facts.jobs.map(kept)], resyncAfterSeconds }
}

/** The Job is complete, but its pod is gone before it was read. Movers are idempotent: a second Job tells. */
function askAgain(input: VolumeInput): Step {
  const again = input.facts.jobs.length === 1 ? restoreJob(input, 2) : undefined
  if (again === undefined) {
    return failedStep(input, { reason: 'ResultLost', message: 'the pods of the restore were removed before their result was read; start a new Restore' })
  }
  const step = moving(input, { reason: 'Running', message: 'the result was lost with its pod; a second Job asks again' }, 5)
  return { ...step, volume: { ...step.volume, jobName: again.metadata.name }, children: [...step.children ?? [], again] }
}

/** A claim appears only when its data is whole, so one file that could not be written is one too many. */
function incomplete(input: VolumeInput, { errors = 0, errorSamples = [], reason }: Result): Step | undefined {
  if (errors === 0) return undefined
  const samples = errorSamples.length === 0 ? '' : ` (${errorSamples.slice(0, 2).join('; ')})`
  const message = shorten(`${errors} files could not be written${samples}; restoring foreign files needs mover.runAs: root and a volume that can hold them`, 500)
  return failedStep(input, { reason: reason === undefined ? 'MoverFailed' : reason as Finding['reason'], message })
}

function holdStep(input: VolumeInput, job: KubeObject, result: Result): Step {
  const { temporary, temporaryIs, persistentVolume } = input.facts
  const obstacle = targetExists(input)
  if (obstacle) return obstacleStep(input, obstacle, endOf(job, input))
  if (temporaryIs !== 'ours' || temporary === undefined) {
    return failedStep(input, { reason: 'VolumeNotFound', message: 'the temporary claim was deleted before its volume could be handed over; start a new Restore' })
  }
  const isItsVolume = isBound(temporary) && (persistentVolume as PersistentVolume | undefined)?.spec?.claimRef?.uid === temporary.metadata.uid
  if (persistentVolume === undefined || !isItsVolume) {
    const message = `the volume of claim ${temporary.metadata.name} cannot be read; start a new Restore`
    return obstacleStep(input, { reason: 'VolumeNotFound', message, patienceSeconds: startupTimeout(input.restore) }, endOf(job, input))
  }
  const handover = handoverFor(input, persistentVolume, result)
  const { bytes, files, sha256, reclaimPolicy } = handover
  const step = moving(input, { reason: 'Publishing', message: 'the data is whole; its volume is being kept for the claim' }, 1)
  const volume = entryOf(input, { ...step.volume, phase: 'Publishing', bytes, files, sha256, reclaimPolicy, volumeName: persistentVolume.metadata.name })
  return { ...step, volume, effects: [holdVolume(input.restore, persistentVolume, handover)] }
}

function handoverFor(input: VolumeInput, volume: PersistentVolume, { bytes, files, sha256 }: Result): Handover {
  const { facts: { plan, temporary }, backupName, now } = input
  const claim = temporary as Claim
  return {
    source: plan.source,
    target: plan.target,
    backup: backupName,
    temporaryClaim: claim.metadata.name,
    reclaimPolicy: volume.spec?.persistentVolumeReclaimPolicy === 'Delete' ? 'Delete' : 'Retain',
    since: timestamp(now),
    size: claim.spec?.resources?.requests?.storage ?? largestSize(input) ?? volume.spec?.capacity?.storage ?? '1Gi',
    accessModes: claim.spec?.accessModes ?? volume.spec?.accessModes ?? ['ReadWriteOnce'],
    ...(bytes !== undefined && { bytes }),
    ...(files !== undefined && { files }),
    ...(sha256 !== undefined && { sha256 }),
  }
}

function endOf(job: KubeObject, { now }: VolumeInput): string {
  return (job.status as { completionTime?: string } | undefined)?.completionTime ?? timestamp(now)
}
