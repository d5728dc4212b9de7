import type { Time } from './time.ts'

/** Work by key: never twice at once for a key, never lost while it runs, slower after each failure. */
export interface Queue {
  add(key: string): void
  /** Of several delayed adds of a key only the earliest counts (client-go's delaying queue keeps one entry a key). */
  addAfter(key: string, milliseconds: number): void
  stop(): Promise<void>
}

const FIRST_BACKOFF = 5
const LONGEST_BACKOFF = 1_000_000

/** How a piece of work ended: done, try again with backoff, or try again after exactly that time. */
export type Outcome = 'done' | 'retry' | { readonly afterMilliseconds: number }

/** A queue that lets `workers` run `work` at once. `work` must not throw. */
export function queue(workers: number, time: Time, work: (key: string) => Promise<Outcome>): Queue {
  const waiting = new Set<string>()
  const busy = new Map<string, Promise<void>>()
  const failures = new Map<string, number>()
  const delayed = new Map<string, { readonly at: number; readonly cancel: () => void }>()
  let stopped = false

  const add = (key: string): void => {
    if (stopped) return
    waiting.add(key)
    pump()
  }
  const addAfter = (key: string, milliseconds: number): void => {
    if (stopped) return
    if (milliseconds <= 0) return add(key)
    const wait = Math.min(milliseconds, 2 ** 31 - 1)
    const at = time.now() + wait
    const known = delayed.get(key)
    if (known !== undefined && known.at <= at) return
    known?.cancel()
    delayed.set(key, { at, cancel: time.after(wait, () => { delayed.delete(key); add(key) }) })
  }
  const settle = (key: string, outcome: Outcome): void => {
    if (outcome === 'done') return void failures.delete(key)
    if (outcome !== 'retry') return addAfter(key, outcome.afterMilliseconds)
    const failed = failures.get(key) ?? 0
    failures.set(key, failed + 1)
    addAfter(key, Math.min(FIRST_BACKOFF * 2 ** failed, LONGEST_BACKOFF))
  }
  const pump = (): void => {
    for (const key of waiting) {
      if (busy.size >= workers || stopped) return
      if (busy.has(key)) continue
      waiting.delete(key)
      busy.set(key, work(key).then(outcome => { busy.delete(key); settle(key, outcome); pump() }))
    }
  }
  return {
    add,
    addAfter,
    async stop() {
      stopped = true
      delayed.forEach(({ cancel }) => cancel())
      await Promise.all(busy.values())
    },
  }
}
