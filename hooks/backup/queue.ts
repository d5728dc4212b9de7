import { timestamp } from '../../lib/timestamps.ts'
import type { Volume } from '../../schemas/generated/types.ts'
import type { Decision } from '../hook.ts'
import type { Finding } from '../jobs/finding.ts'
import { transitionEvent } from './events.ts'
import { secondsLeft, type Facts } from './facts.ts'
import { keptJobs, keptSnapshots } from './kept.ts'
import { cancelRequest } from './requests.ts'
import { checkRepository } from './rules/repository.ts'
import { checkRun } from './rules/run.ts'
import { startupTimeout } from './startup.ts'
import { statusOf } from './status.ts'
import { failedVolume, volumesOf } from './volume.ts'

/** A run that has not begun; undefined when it has, or when it begins now. */
export function queue(facts: Facts): Decision | undefined {
  if (hasBegun(facts)) return undefined
  const wrong = cancelled(facts) ?? checkRun(facts)
  if (wrong) return fail(facts, wrong)
  const waiting = checkRepository(facts)
  if (!waiting) return undefined
  const left = secondsLeft(facts, facts.backup.metadata.creationTimestamp, startupTimeout(facts))
  return left > 0 ? wait(facts, waiting, left) : fail(facts, waiting)
}

/** By its status or, where that was lost, by what is there. */
function hasBegun({ status, jobs, snapshots }: Facts): boolean {
  return status.startTime !== undefined || Object.keys(jobs).length > 0 || Object.keys(snapshots ?? {}).length > 0
}

/** What a run that a person stopped fails with. */
export function cancelled(facts: Facts): Finding | undefined {
  const request = cancelRequest(facts)
  return request && { reason: 'Cancelled', message: `stopped, as ${request.requestedBy} asked: ${request.reason}` }
}

function wait(facts: Facts, { message }: Finding, left: number): Decision {
  const volumes = volumesOf(facts)
  const status = statusOf(facts, { phase: 'Queued', reason: 'Queued', message: `waiting: ${message}`, volumes })
  return { status, children: [], effects: [], resyncAfterSeconds: left }
}

function fail(facts: Facts, finding: Finding): Decision {
  const completionTime = timestamp(facts.now)
  const volumes: readonly Volume[] = volumesOf(facts).map((volume) => failedVolume(volume, finding, completionTime))
  const status = statusOf(facts, { phase: 'Failed', ...finding, volumes, completionTime })
  return { status, children: [...keptJobs(facts), ...keptSnapshots(facts)], effects: [transitionEvent(facts.backup, status)] }
}
