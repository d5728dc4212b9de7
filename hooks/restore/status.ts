import { mergeConditions, readyConditions } from '../../lib/conditions.ts'
import { stableHash } from '../../lib/names.ts'
import { isTerminal } from '../../lib/phases.ts'
import type { Reason } from '../../lib/reasons.ts'
import { timestamp } from '../../lib/timestamps.ts'
import type { KubeObject, Restore, RestoreStatus } from '../../schemas/generated/types.ts'
import type { Effect } from '../effects/effect.ts'
import type { DecideInput } from '../hook.ts'
import { shorten, type Finding } from '../jobs/finding.ts'
import { AGAIN, sameAgain } from '../refused.ts'
import { WHOLE, type Observed, type RestoreVolume } from './model.ts'

type Input = DecideInput<Restore, Observed>
type Phase = NonNullable<RestoreStatus['phase']>

/** Status while the restore cannot begin yet. */
export function waitingStatus(input: Input, { reason, message }: Finding): RestoreStatus {
  return complete(input, { phase: 'New', reason, message })
}

/** Status of a restore that failed before it began. */
export function endedStatus(input: Input, { reason, message }: Finding): RestoreStatus {
  return complete(input, { phase: 'Failed', reason, message })
}

/** Status of a restore whose volumes are on their way, or have all ended. */
export function runningStatus(input: Input, backup: string, volumes: readonly RestoreVolume[]): RestoreStatus {
  const completed = volumes.filter(({ phase }) => phase === 'Completed')
  const known = { backup, volumes: [...volumes], volumesSummary: `${completed.length}/${volumes.length}` }
  const sums = { ...sum('bytes', completed), ...sum('files', completed) }
  const startTime = input.request.parent.status?.startTime ?? timestamp(input.now)
  return complete(input, { ...known, ...sums, startTime, ...refusal(input) ?? summary(volumes) })
}

/** The Event of a Restore that has ended. Its name carries the UID's hash: a Restore made again under the same name has its own. */
export function eventOf(restore: Restore, status: RestoreStatus): Effect {
  const { phase = 'Failed', reason = phase, message = '' } = status
  return {
    type: 'emitEvent',
    name: `${restore.metadata.name}.${stableHash(restore.metadata.uid)}.${phase.toLowerCase()}`,
    about: restore as unknown as KubeObject,
    eventType: phase === 'Completed' ? 'Normal' : 'Warning',
    reason,
    message,
  }
}

interface Summary extends Finding {
  readonly phase: Phase
}

/** As long as anything is refused the restore has not ended. */
function refusal({ refused = {}, request: { parent } }: Input): Summary | undefined {
  const [first] = Object.entries(refused)
  if (first === undefined) return undefined
  return { phase: 'Running', reason: 'ApiRefused', message: sameAgain(parent.status?.message, shorten(`${first.join(': ')}; ${AGAIN}`, 1000)) }
}

/** Phase, reason and message of the whole from those of its volumes. */
function summary(volumes: readonly RestoreVolume[]): Summary {
  const failed = volumes.filter(({ phase }) => phase === 'Failed')
  const done = volumes.filter(({ phase }) => phase === 'Completed')
  if (failed.length + done.length < volumes.length) return underWay(volumes, done.length)
  if (failed.length === 0) return allDone(done)
  const message = shorten(failed.map(({ target, message: text }) => `${target}: ${text}`).join('; '), 1000)
  if (done.length > 0) return { phase: 'PartiallyFailed', reason: 'SomeVolumesFailed', message }
  const reasons = [...new Set(failed.map(({ reason }) => reason))]
  return { phase: 'Failed', reason: reasons.length === 1 ? reasons[0] as Reason : 'AllVolumesFailed', message }
}

function allDone(volumes: readonly RestoreVolume[]): Summary {
  const incomplete = volumes.find(({ reason }) => reason === 'UnreadableFiles') ?? volumes.find(({ message = WHOLE }) => message !== WHOLE)
  const message = `${volumes.length} of ${volumes.length} volumes restored`
  return { phase: 'Completed', reason: 'Completed', message: incomplete ? shorten(`${message}; ${incomplete.message}`, 1000) : message }
}

/** The first volume that waits for something says what for. */
function underWay(volumes: readonly RestoreVolume[], done: number): Summary {
  const usual: readonly (string | undefined)[] = ['Running', 'Queued', 'Publishing', 'Completed']
  const held = volumes.find(({ phase, reason }) => phase !== 'Failed' && phase !== 'Completed' && !usual.includes(reason))
  if (held) return { phase: 'Running', reason: held.reason as Reason, message: shorten(`${held.target}: ${held.message}`, 1000) }
  return { phase: 'Running', reason: 'Running', message: `${done} of ${volumes.length} volumes restored` }
}

/** Adds what every status has: conditions by kstatus, generation, time of the end. */
function complete({ request: { parent }, now }: Input, news: RestoreStatus & Summary): RestoreStatus {
  const { phase, reason, message } = news
  const generation = parent.metadata.generation
  const hasEnded = isTerminal(phase)
  const isRefused = reason === 'ApiRefused' && !hasEnded
  const stalled = isRefused || (hasEnded && phase !== 'Completed')
  const readiness = { ready: phase === 'Completed', stalled, reconciling: !hasEnded && !isRefused, reason, message, generation }
  return {
    ...(generation !== undefined && { observedGeneration: generation }),
    ...news,
    ...(hasEnded && { completionTime: timestamp(now) }),
    conditions: mergeConditions(parent.status?.conditions, readyConditions(readiness), now),
  }
}

function sum(field: 'bytes' | 'files', volumes: readonly RestoreVolume[]): Partial<Record<'bytes' | 'files', number>> {
  const known = volumes.map(volume => volume[field]).filter(value => value !== undefined)
  return known.length === 0 ? {} : { [field]: known.reduce((total, value) => total + value, 0) }
}
