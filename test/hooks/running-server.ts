import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { pino } from 'pino'
import { Problem } from '../../hooks/problem.ts'
import { createMetrics } from '../../hooks/metrics.ts'
import { byUrl } from '../../hooks/registry-map.ts'
import { createHookServer, type ServerOptions } from '../../hooks/server.ts'
import { registered } from './fake-hook.ts'
import { FakeLive } from './fake-live.ts'

export interface RunningServer extends AsyncDisposable {
  readonly server: Server
  readonly port: number
  readonly url: string
  /** Every log line so far. */
  readonly lines: string[]
  /** POSTs a text with the right token, unless headers say otherwise. */
  post(path: string, text: string | undefined, headers?: Record<string, string>): Promise<{ status: number; headers: Headers; text: string }>
}

/** The real server on a free port, with one fake hook unless options say otherwise. */
export async function runningServer(options: Partial<ServerOptions> = {}): Promise<RunningServer> {
  const lines: string[] = []
  const server = createHookServer({
    hooks: byUrl([registered()]),
    authenticate: (header) => {
      if (header !== 'Bearer right') throw new Problem(401, 'Unauthorized', { message: 'no' })
    },
    connect: () => ({ live: new FakeLive(), execute: () => Promise.resolve() }),
    settings: { moverImage: 'mover', imagePullPolicy: 'IfNotPresent' },
    clock: () => new Date('2026-11-21T02:00:00Z'),
    log: pino({ level: 'debug' }, { write: line => void lines.push(line) }),
    metrics: createMetrics(),
    ready: () => true,
    ...options,
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const url = `http://127.0.0.1:${port}`
  return {
    server,
    port,
    url,
    lines,
    post: async (path, text, headers = {}) => {
      const response = await fetch(url + path, { method: 'POST', body: text, headers: { authorization: 'Bearer right', ...headers } })
      return { status: response.status, headers: response.headers, text: await response.text() }
    },
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      await new Promise(resolve => server.close(resolve))
    },
  }
}
