import { timestamp } from '../../lib/timestamps.ts'
import type { Volume } from '../../schemas/generated/types.ts'
import type { Decision } from '../hook.ts'
import type { Finding } from '../jobs/finding.ts'
import { timeoutOf } from '../jobs/mover-job.ts'
import { transitionEvent } from './events.ts'
import { secondsLeft, type Facts } from './facts.ts'
import { keptJobs, keptSnapshots, strayChildren } from './kept.ts'
import { moverProgress } from './movers.ts'
import { soonest, type Progress } from './progress.ts'
import { cancelled } from './queue.ts'
import { snapshotProgress } from './snapshots.ts'
import { statusOf } from './status.ts'
import { verdictOf, type Verdict } from './verdict.ts'
import { failedVolume, isDone } from './volume.ts'

/** One step of a run that goes on. What has ended by itself counts before anything is stopped. */
export function run(facts: Facts): Decision {
  const progress = progressOf(facts)
  if (progress.volumes.every(isDone)) return finished(facts, progress, verdictOf(progress.volumes))
  const cancel = cancelled(facts)
  if (cancel) return finished(facts, stop(facts, progress, () => cancel), { phase: 'Failed', reason: cancel.reason, message: cancel.message })
  const left = secondsLeft(facts, facts.startTime, timeoutOf(facts.backup.spec.mover))
  if (left > 0) return going(facts, progress, left)
  const stopped = stop(facts, progress, (volume) => overdue(facts, volume))
  return finished(facts, stopped, verdictOf(stopped.volumes))
}

function progressOf(facts: Facts): Progress {
  const progress = facts.backup.spec.strategy === 'snapshot' ? snapshotProgress(facts) : moverProgress(facts)
  return { ...progress, children: [...progress.children, ...strayChildren(facts)] }
}

function going(facts: Facts, progress: Progress, left: number): Decision {
  const { volumes, children, effects } = progress
  const ended = volumes.filter(isDone).length
  const message = `${ended} of ${volumes.length} ${volumes.length === 1 ? 'volume' : 'volumes'} done${stalled(volumes)}`
  const status = statusOf(facts, { phase: 'Running', reason: 'Running', message, volumes, startTime: facts.startTime })
  return { status, children, effects, resyncAfterSeconds: soonest(progress.resyncAfterSeconds, left) }
}

function finished(facts: Facts, progress: Progress, verdict: Verdict): Decision {
  const { volumes, children, effects } = progress
  const completionTime = volumes.map((volume) => volume.completionTime).filter((time) => time !== undefined).toSorted().at(-1)
  const status = statusOf(facts, { ...verdict, volumes, startTime: facts.startTime, completionTime: completionTime ?? timestamp(facts.now) })
  return { status, children, effects: [...effects, transitionEvent(facts.backup, status)] }
}

/**
 * The same progress with every open volume failed. Only what is there and has ended stays, and snapshots: their data may be whole.
 * Nothing new is made any more: if that is refused, the run would never end.
 */
function stop(facts: Facts, progress: Progress, why: (volume: Volume) => Finding): Progress {
  const now = timestamp(facts.now)
  const volumes = progress.volumes.map((volume) => (isDone(volume) ? volume : failedVolume(volume, why(volume), now)))
  const effects = progress.effects.filter(({ type }) => type !== 'createRecord' && type !== 'createContent')
  return { volumes, children: [...keptJobs(facts), ...keptSnapshots(facts)], effects }
}

function overdue(facts: Facts, volume: Volume): Finding {
  if (facts.backup.spec.strategy !== 'snapshot') {
    return { reason: 'DeadlineExceeded', message: `not done within ${timeoutOf(facts.backup.spec.mover)} s (mover.timeoutSeconds) of the start of the run; raise it, or mover.parallelism` }
  }
  const refused = facts.status.conditions?.find(({ type, reason }) => type === 'Stalled' && reason === 'ApiRefused')
  if (refused) return { reason: 'ApiRefused', message: refused.message }
  if ((volume.reason === 'SnapshotFailed' || volume.reason === 'TargetExists') && volume.message) return { reason: volume.reason, message: volume.message }
  const message = `the snapshot was not ready within ${timeoutOf(facts.backup.spec.mover)} s (mover.timeoutSeconds); look at VolumeSnapshot ${volume.snapshotName ?? ''} and at the driver's log`
  return { reason: 'SnapshotTimeout', message }
}

/** The first volume that something keeps, for people who look at the run and not at its volumes. */
function stalled(volumes: readonly Volume[]): string {
  const volume = volumes.find((candidate) => !isDone(candidate) && candidate.message)
  return volume ? `; ${volume.pvc}: ${volume.message}` : ''
}
