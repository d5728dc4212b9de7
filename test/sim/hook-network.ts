import type { Post } from '../metacontroller/webhook.ts'
import type { Engine } from './engine.ts'
import type { Faults } from './faults.ts'
import type { Hooks } from './hooks.ts'
import type { Reply } from './request.ts'

/** What may become of a call: its answer never comes, the call comes twice, the answer comes when nobody waits any more, or just before. */
export type HookBlow = 'drop' | 'repeat' | 'delay' | 'late'

export interface HookNetworkParts {
  readonly engine: Engine
  readonly faults: Faults
  /** Who answers the next call. */
  readonly hooks: () => Hooks
  /** A blow that was placed by hand. */
  readonly between: () => HookBlow | undefined
}

/** The way from Metacontroller to the hooks, with what networks do to calls and answers. */
export function hookNetwork({ engine, faults, hooks, between }: HookNetworkParts): Post {
  return async (url, call) => {
    const blow = between()
    if (engine.random.chance(0.2)) await engine.sleep(engine.random.below(50))
    if (blow === 'repeat' || faults.strikes('hookCallRepeated')) void hooks().post(url, call).catch(() => undefined)
    const answer = hooks().post(url, call)
    answer.catch(() => undefined)
    if (blow === 'drop' || faults.strikes('hookAnswerLost')) {
      await Promise.race([answer, engine.sleep(call.timeoutMilliseconds)])
      throw new Error('read: connection reset by peer')
    }
    const late = blow === 'delay' ? call.timeoutMilliseconds + 1000 : blow === 'late' ? call.timeoutMilliseconds - 1000 : faults.strikes('hookAnswerLate') ? call.timeoutMilliseconds - 2000 + engine.random.below(4000) : 0
    return await withinTimeout(engine, call.timeoutMilliseconds, answer.then(async reply => {
      if (late > 0) await engine.sleep(late)
      return reply
    }))
  }
}

/** What Go's client does: after the timeout it no longer listens, whatever comes. */
async function withinTimeout(engine: Engine, milliseconds: number, answer: Promise<Reply>): Promise<Reply> {
  let stop = (): void => undefined
  const expired = new Promise<never>((_, reject) => {
    stop = engine.after(milliseconds, () => reject(new Error('context deadline exceeded (Client.Timeout exceeded while awaiting headers)')))
  })
  try {
    return await Promise.race([answer, expired])
  } finally {
    stop()
  }
}
