import { REASONS } from '../../../lib/reasons.ts'
import type { Change } from '../api/api.ts'
import type { Invariant, Watched } from './invariant.ts'
import { isUs, keyOf, OWN, RESOURCE, uidOf, type Condition } from './resources.ts'
import { pastOf } from './past.ts'
import { mayBeStale } from './staleness.ts'

const NAME = 'S9'
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/

interface Status {
  readonly phase?: string
  readonly reason?: string
  readonly observedGeneration?: number
  readonly conditions?: readonly Condition[]
}

/** S9. */
export function conditions(watched: Watched): Invariant {
  pastOf(watched)
  return {
    name: NAME,
    title: 'S9 conditions are well-formed, their times move only with their status, and Ready, Reconciling and Stalled agree with each other and with the phase',
    onChange(change) {
      if (!OWN.has(change.resource) || change.type === 'DELETED' || !isUs(change.actor) || change.after.status === undefined) return undefined
      if (change.before?.status === change.after.status) return undefined
      const status = change.after.status as Status
      const complaint = malformed(status, change.after.metadata.generation ?? 0) ?? contradicted(watched, change) ?? restless(watched, change)
      return complaint && `${change.after.kind} ${keyOf(change.after)}: ${complaint}`
    },
  }
}

function malformed({ conditions: all = [], observedGeneration = 0, reason }: Status, generation: number): string | undefined {
  if (observedGeneration > generation) return `observedGeneration ${observedGeneration} is of the future, generation is ${generation}`
  if (reason !== undefined && !isReason(reason)) return `status.reason ${reason} is not in the enum`
  if (new Set(all.map(({ type }) => type)).size !== all.length) return 'a condition stands there twice'
  for (const { type, status, reason: why, message, lastTransitionTime = '', observedGeneration: seen = 0 } of all) {
    if (!['True', 'False', 'Unknown'].includes(status)) return `${type} is ${status}`
    if (!isReason(why)) return `reason ${why} of ${type} is not in the enum`
    if (typeof message !== 'string') return `${type} has no message`
    if (!TIME.test(lastTransitionTime)) return `lastTransitionTime of ${type} is ${lastTransitionTime}`
    if (seen > generation) return `${type} speaks of generation ${seen}, there is only ${generation}`
  }
  return undefined
}

/** A record that waits, for its readers say, keeps its status as it is: what somebody wrote into that by hand stands there until it goes on. */
function contradicted(watched: Watched, { before, after, resource }: Change): string | undefined {
  const found = contradiction(after.status as Status, resource)
  const wasThere = found !== undefined && before?.status !== undefined && contradiction(before.status as Status, resource) === found
  return wasThere && watched.blame.excuses(NAME, 'statusEdited', { subject: uidOf(after) }) ? undefined : found
}

function contradiction({ conditions: all = [], phase }: Status, resource: string): string | undefined {
  const is = (type: string): boolean => all.find(condition => condition.type === type)?.status === 'True'
  // A run that cannot go on because the API server refuses something has not ended, and nothing moves until a person acts.
  const isRefused = all.some(({ type, reason }) => type === 'Stalled' && reason === 'ApiRefused') && phase !== 'Completed'
  if (all.length === 0 || !all.some(({ type }) => type === 'Ready')) return all.length === 0 ? undefined : 'there is no condition Ready'
  if (is('Ready') && (is('Stalled') || is('Reconciling'))) return 'Ready, and yet Stalled or Reconciling'
  if (!is('Ready') && is('Stalled') === is('Reconciling')) return `not Ready, and ${is('Stalled') ? 'both' : 'neither'} of Stalled and Reconciling`
  const isRun = resource === RESOURCE.backups || resource === RESOURCE.restores
  if (isRun && is('Ready') !== (phase === 'Completed')) return `phase ${phase}, and Ready is ${is('Ready')}`
  if (isRun && is('Stalled') !== (isRefused || phase === 'Failed' || phase === 'PartiallyFailed')) return `phase ${phase}, and Stalled is ${is('Stalled')}`
  return undefined
}

/** A hook that was shown an older status takes the time from there: that is the cache's fault and not the hook's. */
function restless(watched: Watched, { before, after }: Change): string | undefined {
  const former = new Map(((before?.status as Status | undefined)?.conditions ?? []).map(condition => [condition.type, condition]))
  const moved = ((after.status as Status).conditions ?? []).find(({ type, status, lastTransitionTime }) => {
    const known = former.get(type)
    return known !== undefined && known.status === status && known.lastTransitionTime !== lastTransitionTime
  })
  if (moved === undefined) return undefined
  if (mayBeStale(watched)) return void watched.blame.count(NAME, 'a stale cache')
  if (watched.blame.excuses(NAME, 'statusEdited', { subject: uidOf(after) })) return undefined
  return `lastTransitionTime of ${moved.type} moved to ${moved.lastTransitionTime}, but it is ${moved.status} as before`
}

function isReason(reason: unknown): boolean {
  return (REASONS as readonly unknown[]).includes(reason)
}
