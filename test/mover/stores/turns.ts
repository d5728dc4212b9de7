import type { Store } from '../../../mover/stores/store.ts'

interface Actor {
  ended: boolean
  /** Lets it take its next step; undefined while it is at work. */
  go?: () => void
}

/**
 * Runs several works over one store, one step (a call of the store, or the landing of an upload) at a time. `choose` names whose turn
 * it is; when that one has ended, the next one that has not takes it. Resolves when all have ended.
 */
export async function inTurns(store: Store, works: readonly ((store: Store) => Promise<void>)[], choose: () => number): Promise<void> {
  const actors = works.map(work => start(store, work))
  const settled = async () => {
    while (actors.some(({ ended, go }) => !ended && go === undefined)) await new Promise(setImmediate)
  }
  for (await settled(); actors.some(({ ended }) => !ended); await settled()) {
    const chosen = choose()
    const actor = actors.map((_, index) => actors[(chosen + index) % actors.length]).find(candidate => candidate?.ended === false)
    const go = actor?.go
    if (actor !== undefined) actor.go = undefined
    go?.()
  }
}

function start(store: Store, work: (store: Store) => Promise<void>): Actor {
  const actor: Actor = { ended: false }
  const turn = () => new Promise<void>(resolve => { actor.go = resolve })
  void work(stepping(store, turn)).finally(() => { actor.ended = true })
  return actor
}

function stepping(store: Store, turn: () => Promise<void>): Store {
  const after = <A extends readonly unknown[], R>(call: (...args: A) => Promise<R>) => async (...args: A): Promise<R> => {
    await turn()
    return call(...args)
  }
  return {
    ...store,
    get: after(store.get), head: after(store.head), create: after(store.create), delete: after(store.delete),
    put: (key, source) => store.put(key, landing(source, turn)),
  }
}

/** An upload is seen only once it has landed, and much can happen between its last byte and that. */
async function* landing(source: AsyncIterable<Uint8Array>, turn: () => Promise<void>): AsyncGenerator<Uint8Array> {
  yield* source
  await turn()
}
