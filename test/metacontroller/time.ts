import { setTimeout as sleep } from 'node:timers/promises'

/** What passes and what chance decides. The simulator (test/sim) has a virtual one, everything else the real one. */
export interface Time {
  /** Milliseconds since the epoch. */
  now(): number
  /** Rejects when the signal aborts. */
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>
  /** Acts once; answers how to call that off. */
  after(milliseconds: number, act: () => void): () => void
  /** In [0, 1). */
  random(): number
}

/** The time of this machine. */
export const REAL_TIME: Time = {
  now: Date.now,
  sleep: (milliseconds, signal) => sleep(milliseconds, undefined, { signal }),
  after: (milliseconds, act) => {
    const timer = setTimeout(act, milliseconds)
    return () => clearTimeout(timer)
  },
  random: Math.random,
}
