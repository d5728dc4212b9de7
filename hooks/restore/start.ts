import { timestamp } from '../../lib/timestamps.ts'
import { claimChild, entryOf, failedStep, obstacleStep } from './steps.ts'
import { isOver, startupTimeout, type Step, type VolumeInput } from './model.ts'
import { jobName, temporaryName } from './names.ts'
import { restoreJob } from './restore-job.ts'
import { firstVerdict, type Rule } from './rules/first.ts'
import { checkStart } from './rules/start.ts'

/** What is done for a volume that has no Job yet. */
export const START_STEPS: readonly Rule<VolumeInput, Step>[] = [queued, blocked, neverMade, makeClaim, makeJob]

/** From nothing to a temporary claim, and only when that is seen to be ours, to the Job that writes into it. */
export function startStep(input: VolumeInput): Step {
  return firstVerdict(START_STEPS, input) ?? queuedStep(input)
}

function queued(input: VolumeInput): Step | undefined {
  const { temporaryIs, targetIs } = input.facts
  const isNext = input.free && temporaryIs !== 'unread' && targetIs !== 'unread'
  return temporaryIs === 'ours' || isNext || targetIs === 'foreign' ? undefined : queuedStep(input)
}

function queuedStep(input: VolumeInput): Step {
  const { startTime: _begins, ...volume } = entryOf(input, { phase: 'Pending', reason: 'Queued', message: 'waits for other volumes of this restore (mover.parallelism)' })
  return { volume, resyncAfterSeconds: 30 }
}

function blocked(input: VolumeInput): Step | undefined {
  const obstacle = checkStart(input)
  return obstacle && obstacleStep(input, obstacle, input.facts.previous?.startTime ?? timestamp(input.now))
}

/** Metacontroller could not create the claim or the Job that was asked for in an earlier sync: a quota. A Job that only no cache shows was made. */
function neverMade(input: VolumeInput): Step | undefined {
  const { previous, temporaryIs, namesake } = input.facts
  const asked = temporaryIs === 'ours' ? previous?.jobName : previous?.temporaryClaim
  if (asked === undefined || previous?.startTime === undefined || namesake !== undefined) return undefined
  if (!isOver(previous.startTime, startupTimeout(input.restore), input.now)) return undefined
  const kind = temporaryIs === 'ours' ? 'Job' : 'claim'
  const look = `kubectl describe restores.holdfast.dev ${input.restore.metadata.name} -n ${input.restore.metadata.namespace}`
  return failedStep(input, { reason: 'StartupTimeout', message: `${kind} ${asked} is not there after ${startupTimeout(input.restore)} s (quota, or deleted); look at ${look}` })
}

function makeClaim(input: VolumeInput): Step | undefined {
  if (input.facts.temporaryIs === 'ours') return undefined
  const temporary = temporaryName(input.restore.metadata.name, input.facts.plan.target)
  const begins = input.facts.previous?.temporaryClaim === undefined && { startTime: timestamp(input.now) }
  const volume = entryOf(input, { phase: 'Running', reason: 'Running', message: 'the volume is being made', temporaryClaim: temporary, ...begins })
  return { volume, children: [claimChild(input)], resyncAfterSeconds: 5 }
}

function makeJob(input: VolumeInput): Step | undefined {
  const job = restoreJob(input)
  if (job === undefined) return undefined
  const name = jobName(input.restore.metadata.name, input.facts.plan.target)
  const begins = input.facts.previous?.jobName === undefined && { startTime: timestamp(input.now) }
  const volume = entryOf(input, { phase: 'Running', reason: 'Running', message: 'the pod is starting', jobName: name, ...begins })
  return { volume, children: [claimChild(input), job], resyncAfterSeconds: 5 }
}
