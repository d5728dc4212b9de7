import { mergeConditions, readyConditions } from '../../lib/conditions.ts'
import { isTerminal } from '../../lib/phases.ts'
import type { Reason } from '../../lib/reasons.ts'
import type { BackupStatus, Volume } from '../../schemas/generated/types.ts'
import { shorten } from '../jobs/finding.ts'
import type { Facts } from './facts.ts'
import { storeIdOf } from './store-id.ts'

/** What changes in a status; the rest follows from it. */
export interface StatusChange {
  readonly phase: NonNullable<BackupStatus['phase']>
  readonly reason: Reason
  readonly message: string
  readonly volumes: readonly Volume[]
  readonly startTime?: string
  readonly completionTime?: string
  readonly deletion?: BackupStatus['deletion']
}

/** The whole status. Its times are those of evidence or of a transition, so the same evidence gives the same status again. */
export function statusOf(facts: Facts, change: StatusChange): BackupStatus {
  const { phase, reason, volumes, deletion } = change
  const message = shorten(change.message, 1024)
  const storeId = isBegun(phase) ? storeIdOf(facts) : undefined
  const { startTime = facts.status.startTime, completionTime = facts.status.completionTime } = change
  return {
    ...(facts.backup.metadata.generation !== undefined && { observedGeneration: facts.backup.metadata.generation }),
    phase,
    reason,
    message,
    ...(storeId && { storeId }),
    ...(startTime && { startTime }),
    ...(completionTime && { completionTime }),
    ...sums(volumes),
    volumesSummary: `${volumes.filter((volume) => volume.phase === 'Completed').length}/${volumes.length}`,
    volumes: [...volumes],
    ...(deletion && { deletion }),
    conditions: conditionsOf(facts, { ...change, message }),
  }
}

/** Before it begins its repository may still be made anew. */
function isBegun(phase: StatusChange['phase']): boolean {
  return phase !== 'New' && phase !== 'Queued'
}

function conditionsOf(facts: Facts, { phase, reason, message }: StatusChange): BackupStatus['conditions'] {
  const ready = phase === 'Completed'
  const stalled = isTerminal(phase) && !ready
  const generation = facts.backup.metadata.generation
  const next = readyConditions({ ready, stalled, reconciling: !isTerminal(phase), reason, message, generation })
  return mergeConditions(facts.status.conditions, next, facts.now)
}

function sums(volumes: readonly Volume[]): Pick<BackupStatus, 'bytes' | 'files' | 'errors'> {
  return { ...sum(volumes, 'bytes'), ...sum(volumes, 'files'), ...sum(volumes, 'errors') }
}

/** Unknown stays unknown: a snapshot has no files to count. */
function sum(volumes: readonly Volume[], key: 'bytes' | 'files' | 'errors'): Partial<Record<typeof key, number>> {
  const known = volumes.map((volume) => volume[key]).filter((value) => value !== undefined)
  return known.length === 0 ? {} : { [key]: known.reduce((total, value) => total + value, 0) }
}
