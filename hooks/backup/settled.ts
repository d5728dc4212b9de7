import { isTerminal } from '../../lib/phases.ts'
import type { Effect } from '../effects/effect.ts'
import type { Decision } from '../hook.ts'
import { notUnderstoodEvent } from './events.ts'
import type { Facts } from './facts.ts'
import { keptJobs, keptSnapshots, strayChildren } from './kept.ts'
import { malformedDeletion } from './requests.ts'
import { snapshotProgress } from './snapshots.ts'
import { withJob } from './volume.ts'

/**
 * A Backup whose run has ended; undefined for any other. Its verdict never changes; its snapshots are kept in place, and a Job that
 * turns up late is noted before it goes.
 */
export function settled(facts: Facts): Decision | undefined {
  const { status, backup } = facts
  if (!isTerminal(status.phase)) return undefined
  const generation = backup.metadata.generation
  const known = { ...status, ...(generation !== undefined && { observedGeneration: generation }) }
  const complaint = complain(facts)
  const kept = [...keptJobs(facts), ...keptSnapshots(facts)]
  if (backup.spec.strategy !== 'snapshot') {
    const volumes = status.volumes?.map((volume) => withJob(facts, volume))
    return { status: { ...known, ...(volumes && { volumes }) }, children: kept, effects: complaint }
  }
  const { volumes, children, effects, resyncAfterSeconds } = snapshotProgress(facts)
  const noted = status.volumes ? { ...known, volumes } : known
  return { status: noted, children: [...children, ...strayChildren(facts)], effects: [...complaint, ...effects], resyncAfterSeconds }
}

function complain(facts: Facts): readonly Effect[] {
  const text = malformedDeletion(facts)
  if (text === undefined) return []
  const message = `annotation delete-requested is not understood and nothing is removed: got ${JSON.stringify(text.slice(0, 100))}, want {"requestedBy":"…","reason":"…"}; kubectl backup delete writes it`
  return [notUnderstoodEvent(facts.backup, message)]
}
