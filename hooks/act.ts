import { TransientError, UserError } from '../lib/errors.ts'
import type { Effect } from './effects/effect.ts'
import type { Decision } from './hook.ts'

/** What was executed, and what was not. */
export interface Acted {
  readonly effects: number
  /** What went wrong with Events, and with the parts that are refused. */
  readonly complaints: readonly string[]
  /** Parts one of whose effects the API server refuses, each with its words. */
  readonly refused: Readonly<Record<string, string>>
}

/** What an execution needs. */
export interface Acting {
  readonly execute: (effect: Effect) => Promise<void>
  readonly signal: AbortSignal
}

/**
 * One after the other, since a later one may rest on a former. What is refused to one part (a volume) stops that part, and what belongs to
 * no part, but not the others: they share nothing. Any other failure stops all. An Event is only told: whether it can be is no reason not to
 * go on. Except the last word about a record that goes with this answer, which is tried again as long as it is not refused.
 */
export async function act({ effects, parts = [], finalized }: Decision, { signal, execute }: Acting): Promise<Acted> {
  const partOf = new Map(parts.flatMap(part => part.effects.map(effect => [effect, part.name] as const)))
  const refused = new Map<string, string>()
  const complaints: string[] = []
  let skipped = 0
  for (const effect of effects) {
    const part = partOf.get(effect)
    if (part === undefined ? refused.size > 0 : refused.has(part)) {
      skipped += 1
      continue
    }
    signal.throwIfAborted()
    try {
      await execute(effect)
    } catch (error) {
      if (isToBear(effect, { error, finalized })) complaints.push(error instanceof Error ? error.message : String(error))
      else if (part !== undefined && isRefusal(error)) refused.set(part, error.message)
      else throw error
    }
  }
  const executed = effects.length - complaints.length - refused.size - skipped
  return { effects: executed, complaints: [...complaints, ...refused.values()], refused: Object.fromEntries(refused) }
}

function isToBear(effect: Effect, { error, finalized }: { readonly error: unknown; readonly finalized: boolean | undefined }): boolean {
  return effect.type === 'emitEvent' && !(finalized === true && error instanceof TransientError)
}

function isRefusal(error: unknown): error is UserError {
  return error instanceof UserError && error.reason === 'ApiRefused'
}
