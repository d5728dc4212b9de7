import { mergeConditions, readyConditions } from '../lib/conditions.ts'
import { UserError } from '../lib/errors.ts'
import { isTerminal } from '../lib/phases.ts'
import type { Condition } from '../schemas/generated/types.ts'
import type { Decision, KubeObject, SyncRequest } from './hook.ts'
import { shorten } from './jobs/finding.ts'
import type { Registered } from './registry-map.ts'

/** What could not be carried out, and why. */
export interface Refused {
  readonly registered: Registered
  readonly decision: Decision
  readonly error: unknown
  readonly now: Date
}

/** What we read of a status, whatever the kind. */
interface Status {
  readonly phase?: string
  readonly startTime?: string
  readonly conditions?: readonly Condition[]
}

/** What is said of anything that is refused and not given up. */
export const AGAIN = 'it is tried again every minute'

/** How soon it is tried again: a deadline of the decision may come before the last, and what is refused is not asked for all the time. */
const [SOONEST, LATEST] = [15, 60]

/**
 * The decision instead of one of whose effects the API server refuses (RBAC, quota, admission): everything stays exactly as it is, and the
 * status says why. Without an answer nobody would see it but in an Event, and a run would never have a start to count its deadline from.
 * Undefined for any other error, for a kind that has no effects, and for a run that has ended: its verdict stays as it is.
 */
export function asItIs(request: SyncRequest<KubeObject>, { registered: { hook }, decision, error, now }: Refused): Decision | undefined {
  const { kept } = hook
  const status = (request.parent as { readonly status?: Status }).status ?? {}
  if (kept === undefined || !(error instanceof UserError) || error.reason !== 'ApiRefused' || isTerminal(status.phase ?? 'New')) return undefined
  const children = Object.values(request.children).flatMap(group => Object.values(group)).map(child => kept(child))
  const resyncAfterSeconds = Math.min(LATEST, Math.max(SOONEST, decision.resyncAfterSeconds ?? LATEST))
  const said = stalled(request.parent, begun(status, decision.status), { message: told(status, error), now })
  return { status: { ...status, ...said }, children, effects: [], resyncAfterSeconds, finalized: false }
}

/** That a run begins now is kept: its deadline counts from then. */
function begun(status: Status, { phase, startTime }: Status): Status {
  return status.startTime === undefined && startTime !== undefined && phase === 'Running' ? { ...status, phase, startTime } : status
}

function stalled({ metadata }: KubeObject, { phase, startTime, conditions = [] }: Status, { message, now }: { message: string; now: Date }): object {
  const { generation } = metadata
  const next = readyConditions({ ready: false, stalled: true, reconciling: false, reason: 'ApiRefused', message, generation })
  const others = conditions.filter(({ type }) => !next.some(condition => condition.type === type))
  return {
    ...(phase !== undefined && { phase, reason: 'ApiRefused', message }),
    ...(startTime !== undefined && { startTime }),
    conditions: [...mergeConditions(conditions, next, now), ...others],
  }
}

/** An admission webhook may name each request by a number of its own. Each new message would be a write, and each write another call. */
function told({ conditions = [] }: Status, { message }: UserError): string {
  const before = conditions.find(({ type, reason }) => type === 'Stalled' && reason === 'ApiRefused')?.message
  return sameAgain(before, shorten(`${message}; ${AGAIN}`, 1024))
}

/** The former text if the new one says the same but for numbers. */
export function sameAgain(before: string | undefined, text: string): string {
  return before !== undefined && withoutNumbers(before) === withoutNumbers(text) ? before : text
}

function withoutNumbers(text: string): string {
  return text.replaceAll(/[0-9a-f-]*[0-9][0-9a-f-]*/g, '#')
}
