import test from 'node:test'
import { history, type History } from './history.ts'
import type { InvariantOf } from './invariant.ts'

/** A sentence, what happens, and what the invariant has to say to it; nothing when the history is good. */
export type Case = readonly [sentence: string, happens: (history: History) => void, said?: RegExp]

/** Each history is played to a new invariant. */
export function tryHistories(make: InvariantOf, cases: readonly Case[]): void {
  for (const [sentence, happens, said] of cases) {
    test(sentence, () => {
      const world = history(make)
      happens(world)
      world.expect(said)
    })
  }
}
