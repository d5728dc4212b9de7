import { timestamp } from '../../lib/timestamps.ts'
import type { KubeObject, Result, Volume } from '../../schemas/generated/types.ts'
import { shorten } from '../jobs/finding.ts'
import { readOutcome } from '../jobs/outcome.ts'
import { jobEnd, jobStart } from '../jobs/state.ts'
import type { Facts } from './facts.ts'
import { failedVolume, quiet } from './volume.ts'

/**
 * The volume after its Job has ended; undefined when the Job is complete but its result is lost. A success without a handle
 * is no proof of a restore point, so it counts as lost.
 */
export function volumeAfter(facts: Facts, volume: Volume, job: KubeObject): Volume | undefined {
  const end = jobEnd(job) ?? timestamp(facts.now)
  const running = { ...volume, startTime: jobStart(job) ?? volume.startTime, jobName: job.metadata.name }
  const outcome = readOutcome(job, facts.observed.podsOfJob[job.metadata.name] ?? [])
  if (outcome.state === 'failed') return failedVolume({ ...running, ...numbers(outcome.result) }, outcome, end)
  if (outcome.state !== 'succeeded' || outcome.result.operation !== 'backup' || !outcome.result.handle) return undefined
  return backedUp(running, outcome.result, end)
}

function backedUp(volume: Volume, result: Result, completionTime: string): Volume {
  const { handle, sha256 } = result
  const stored = { ...quiet(volume), ...numbers(result), handle, ...(sha256 && { sha256 }), completionTime }
  if (!result.reason && !result.errors) return { ...stored, phase: 'Completed' }
  return { ...stored, phase: 'PartiallyFailed', reason: result.reason ?? 'UnreadableFiles', message: shorten(result.message ?? unreadable(result)) }
}

function unreadable({ errors = 0, errorSamples = [] }: Result): string {
  const example = errorSamples[0] ? `, the first: ${errorSamples[0]}` : ''
  return `${errors} files could not be read${example}; if permissions are missing, set mover.runAs: root`
}

function numbers(result: Result | undefined): Partial<Volume> {
  const { bytes, bytesStored, files, errors } = result ?? {}
  return Object.fromEntries(Object.entries({ bytes, bytesStored, files, errors }).filter(([, value]) => value !== undefined))
}
