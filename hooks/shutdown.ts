import type { Server } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'

/** Milliseconds. */
export interface Drain {
  /** How long the Service may still send new connections here. */
  readonly lingerMs: number
  /** How long a request that is going on may take; above the server's own deadline. */
  readonly limitMs: number
}

/**
 * Ends a server without breaking a call: keeps answering for a while (Services forget an endpoint slowly), then takes no new
 * connection, waits for the calls that are going on, and closes what is left.
 */
export async function drain(server: Server, { lingerMs, limitMs }: Drain): Promise<void> {
  await sleep(lingerMs)
  const { promise, resolve } = Promise.withResolvers<void>()
  server.close(() => resolve())
  server.closeIdleConnections()
  const idle = setInterval(() => server.closeIdleConnections(), 100)
  const limit = setTimeout(() => server.closeAllConnections(), limitMs)
  await promise
  clearInterval(idle)
  clearTimeout(limit)
}
