import type { Condition } from '../schemas/generated/types.ts'
import type { Reason } from './reasons.ts'
import { timestamp } from './timestamps.ts'

/** A condition before it is known since when it holds. */
export interface NextCondition {
  readonly type: string
  readonly status: Condition['status']
  readonly reason: string
  readonly message: string
  readonly observedGeneration?: number
}

/**
 * The conditions to write: exactly those of `next`, in its order. `lastTransitionTime` is taken over from `previous` while the
 * status of that type stays the same, else it is `now`.
 */
export const mergeConditions = (
  previous: readonly Condition[] | undefined, next: readonly NextCondition[], now: Date
): Condition[] => next.map((condition) => {
  const before = previous?.find(({ type }) => type === condition.type)
  const lastTransitionTime = before?.status === condition.status ? before.lastTransitionTime : timestamp(now)
  return { ...withoutUndefined(condition), lastTransitionTime }
})

/** What the three kstatus conditions say about an object. */
export interface Readiness {
  readonly ready: boolean
  /** Nothing goes on until a person changes something. */
  readonly stalled: boolean
  /** Something is under way; the present state is not the last one. */
  readonly reconciling: boolean
  readonly reason: Reason
  readonly message: string
  readonly generation: number | undefined
}

/** The kstatus triple Ready, Reconciling, Stalled. All carry the reason; the message stands on Ready and on what is True. */
export const readyConditions = (readiness: Readiness): NextCondition[] => [
  condition('Ready', readiness.ready, { ...readiness, always: true }),
  condition('Reconciling', readiness.reconciling, readiness),
  condition('Stalled', readiness.stalled, readiness),
]

/** One condition that is True or False. Its message is kept for True, and for False only when `always` is set. */
export const condition = (
  type: string, holds: boolean, about: { reason: Reason, message: string, generation: number | undefined, always?: boolean },
): NextCondition => ({
  type,
  status: holds ? 'True' : 'False',
  reason: about.reason,
  message: holds || about.always === true ? about.message : '',
  ...(about.generation !== undefined && { observedGeneration: about.generation }),
})

const withoutUndefined = (next: NextCondition): NextCondition => {
  const { observedGeneration, ...rest } = next
  return observedGeneration === undefined ? rest : { ...rest, observedGeneration }
}
