import { act } from './act.ts'
import type { Effect } from './effects/effect.ts'
import { withFreshParent } from './fresh.ts'
import type { Settings } from './hook.ts'
import type { Live } from './live.ts'
import { asItIs } from './refused.ts'
import type { Registered } from './registry-map.ts'
import { customizeAnswer, syncAnswer, type SyncAnswer } from './validate-answer.ts'
import { customizeParent, requireParent, syncRequest } from './validate-request.ts'

/** What one call may use. */
export interface Context {
  readonly live: Live
  /** Executes one effect; throws when it could not be done. */
  readonly execute: (effect: Effect) => Promise<void>
  /** By our own clock; counts when the API server does not tell its time. */
  readonly now: Date
  readonly settings: Settings
  /** Aborted when the caller no longer waits. */
  readonly signal: AbortSignal
}

export const VERBS = ['sync', 'finalize', 'customize'] as const
export type Verb = (typeof VERBS)[number]

/** An answer, how many effects were executed for it, and what went wrong with others. */
export interface Outcome {
  readonly answer: object
  readonly effects: number
  readonly complaints?: readonly string[]
}

/** Answers one call of a hook. Throws whatever keeps the answer from being whole and true. */
export async function run(verb: Verb, { registered, body }: { registered: Registered; body: unknown }, context: Context): Promise<Outcome> {
  if (verb === 'customize') return { answer: customizeAnswer(registered.hook.customize(customizeParent(body, registered))), effects: 0 }
  return await sync({ registered, body, finalizing: verb === 'finalize' }, context)
}

/**
 * observe → decide → check → act → answer. Effects come after the whole answer was found good, so a faulty decision does
 * nothing; they come before it is sent, so that Metacontroller never deletes a child whose effect has not been.
 * The time is the API server's, for all that is older or younger than something has its stamp: by a clock of our own that
 * is ten minutes ahead each mover would be given up at once, for ever.
 */
async function sync({ registered, body, finalizing }: { registered: Registered; body: unknown; finalizing: boolean }, context: Context): Promise<Outcome> {
  const { hook } = registered
  const request = await withFreshParent(syncRequest(body, registered, finalizing), context.live)
  requireParent(request, registered)
  const now = context.live.time() ?? context.now
  const observed = await hook.observe(request, context.live, now)
  const decision = hook.decide({ request, observed, now, settings: context.settings })
  const answer: SyncAnswer = syncAnswer(decision, request, registered)
  try {
    const { refused, ...acted } = await act(decision, context)
    if (Object.keys(refused).length === 0) return { answer, ...acted }
    const rest = hook.decide({ request, observed, now, settings: context.settings, refused })
    return { answer: syncAnswer(rest, request, registered), ...acted }
  } catch (error) {
    const instead = asItIs(request, { registered, decision, error, now })
    if (instead === undefined) throw error
    return { answer: syncAnswer(instead, request, registered), effects: 0, complaints: [(error as Error).message] }
  }
}
