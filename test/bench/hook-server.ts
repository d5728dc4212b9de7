import { writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { bearerToken } from '../../hooks/auth.ts'
import { createMetrics } from '../../hooks/metrics.ts'
import { REGISTRY } from '../../hooks/registry.ts'
import { createHookServer } from '../../hooks/server.ts'
import { LIVE, TOKEN } from './hook-request.ts'

/** The real server with every hook; only the API server behind it is a map in memory. Prints its port. */
const tokenFile = join(tmpdir(), `holdfast-bench-${process.pid}`)
writeFileSync(tokenFile, TOKEN, { mode: 0o600 })
const server = createHookServer({
  hooks: REGISTRY,
  authenticate: bearerToken(tokenFile, () => performance.now()),
  connect: () => ({ live: LIVE, execute: async () => undefined }),
  settings: { moverImage: 'holdfast-mover:0.1.0', imagePullPolicy: 'IfNotPresent' },
  clock: () => new Date(),
  log: pino({ level: 'info' }),
  metrics: createMetrics(),
  ready: () => true,
})
server.listen(0, '127.0.0.1', () => {
  const address = server.address()
  console.log(typeof address === 'object' && address !== null ? address.port : '')
})
