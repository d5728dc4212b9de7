import { setTimeout as sleep } from 'node:timers/promises'

export interface WaitOptions {
  what: string
  seconds: number
  /** Between two tries. Default 250. */
  everyMilliseconds?: number
}

/** Tries until `attempt` answers something other than undefined or false, or rejects with the last error when the time is over. */
export async function waitFor<T>(attempt: () => Promise<T | undefined | false>, options: WaitOptions): Promise<T> {
  const end = performance.now() + options.seconds * 1000
  let last: unknown
  while (performance.now() < end) {
    try {
      const value = await attempt()
      if (value !== undefined && value !== false) return value
    } catch (error) {
      last = error
    }
    await sleep(options.everyMilliseconds ?? 250)
  }
  const why = last instanceof Error ? `: ${last.message}` : ''
  throw new Error(`${options.what}: not within ${options.seconds} s${why}`, { cause: last })
}
