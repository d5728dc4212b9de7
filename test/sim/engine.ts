import { random, type Random } from './random.ts'

/** Virtual time: everything that takes time in the simulation waits here, and nothing else moves the clock. */
export interface Engine {
  readonly random: Random
  /** Milliseconds since the epoch. */
  now(): number
  /** How many events have happened. */
  readonly steps: number
  /** Acts after this many milliseconds; answers how to call it off. Events of one instant keep their order. */
  after(milliseconds: number, act: () => void): () => void
  /** Rejects when the signal aborts. */
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>
  /** Lets events happen until this time, or until `done` (asked after each event) or none is left. */
  run(until: number, done?: () => boolean): Promise<void>
  /** Called after every event, when all that follows from it at the same instant has been done. */
  afterStep: () => void
}

interface Event {
  readonly at: number
  readonly order: number
  readonly act: () => void
  cancelled: boolean
}

/** An engine whose randomness comes from the seed, starting at `start` (milliseconds since the epoch). */
export function createEngine(seed: number, start: number): Engine {
  const events = new Heap()
  let now = start
  let order = 0
  let steps = 0
  const after = (milliseconds: number, act: () => void): (() => void) => {
    const event: Event = { at: now + Math.max(0, Math.round(milliseconds)), order: order++, act, cancelled: false }
    events.push(event)
    return () => { event.cancelled = true }
  }
  const engine: Engine = {
    random: random(seed),
    now: () => now,
    get steps() { return steps },
    after,
    sleep: (milliseconds, signal) => new Promise((resolve, reject) => {
      if (signal?.aborted === true) return reject(signal.reason as Error)
      const abort = (): void => { cancel(); reject(signal?.reason as Error) }
      const cancel = after(milliseconds, () => { signal?.removeEventListener('abort', abort); resolve() })
      signal?.addEventListener('abort', abort)
    }),
    async run(until, done = () => false) {
      await settled()
      for (let event = events.peek(); event !== undefined && event.at <= until && !done(); event = events.peek()) {
        events.pop()
        if (event.cancelled) continue
        now = event.at
        steps += 1
        event.act()
        await settled()
        engine.afterStep()
      }
      if (!done()) now = Math.max(now, until)
    },
    afterStep: () => undefined,
  }
  return engine
}

/** A turn of the real event loop comes when no promise and no `nextTick` is left to run. */
function settled(): Promise<void> {
  return new Promise(resolve => setImmediate(resolve))
}

/** The earliest event first. */
class Heap {
  readonly #items: Event[] = []

  peek(): Event | undefined {
    return this.#items[0]
  }

  push(event: Event): void {
    const items = this.#items
    let at = items.push(event) - 1
    while (at > 0) {
      const parent = (at - 1) >> 1
      if (!before(event, items[parent] as Event)) break
      items[at] = items[parent] as Event
      at = parent
    }
    items[at] = event
  }

  pop(): Event | undefined {
    const items = this.#items
    const [first] = items
    const last = items.pop()
    if (first === undefined || last === undefined || items.length === 0) return first
    let at = 0
    for (let child = 1; child < items.length; child = 2 * at + 1) {
      const right = items[child + 1]
      if (right !== undefined && before(right, items[child] as Event)) child += 1
      if (!before(items[child] as Event, last)) break
      items[at] = items[child] as Event
      at = child
    }
    items[at] = last
    return first
  }
}

function before(a: Event, b: Event): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order)
}
