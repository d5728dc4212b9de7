import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { Agent, request as requestHttp } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { bearerToken } from '../../../hooks/auth.ts'
import { executeEffect } from '../../../hooks/effects/execute.ts'
import type { KubeObject } from '../../../hooks/hook.ts'
import type { Call, Kubernetes } from '../../../hooks/kubernetes.ts'
import { liveKubernetes } from '../../../hooks/live-kubernetes.ts'
import { REGISTRY } from '../../../hooks/registry.ts'
import type { Registered } from '../../../hooks/registry-map.ts'
import type { ServerOptions } from '../../../hooks/server.ts'
import { runningServer, type RunningServer } from '../running-server.ts'
import { FrozenApi } from './frozen-api.ts'
import { CLOCK, pathIfAny, type Scene } from './scene.ts'
import { MARKER } from './secrets.ts'

/** The token of the server; a secret like any other. */
export const TOKEN = `${MARKER}-7c1e0b9a4d`

/** What a client saw, and what the cluster had to take for it. */
export interface Reply {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly text: string
  /** Only right for requests that are sent one after another. */
  readonly writes: readonly Call[]
}

export interface Target extends AsyncDisposable {
  readonly running: RunningServer
  /** Every log line so far, at the lowest level. */
  readonly lines: string[]
  /** Requests that came as far as to a hook. */
  calls(): number
  ask(path: string, body: Buffer | string, how?: Asking): Promise<Reply>
}

export interface Asking {
  readonly headers?: Readonly<Record<string, string>>
  /** Whether the API server has the parent as the body says, instead of as it was: damaged at rest, not under way. One at a time. */
  readonly atRest?: boolean
}

export interface TargetOptions extends Partial<ServerOptions> {
  readonly hooks?: ReadonlyMap<string, Registered>
  /** Connections at once. @default 8 */
  readonly sockets?: number
  /** What stands between the server and the cluster. @default nothing */
  readonly through?: (api: Kubernetes) => Kubernetes
}

/** The shipped server with its real hooks, token file and effects, before one cluster that holds what all scenes need. */
export async function target(scenes: readonly Scene[], { sockets = 8, through = api => api, ...options }: TargetOptions = {}): Promise<Target> {
  const objects = new Map<string, KubeObject>(scenes.flatMap(scene => [...scene.objects]))
  const folder = mkdtempSync(join(tmpdir(), 'hostile-'))
  writeFileSync(join(folder, 'token'), TOKEN)
  const lines: string[] = []
  const apis: FrozenApi[] = []
  let damaged: ReadonlyMap<string, KubeObject> = new Map()
  let calls = 0
  const running = await runningServer({
    hooks: REGISTRY,
    authenticate: bearerToken(join(folder, 'token'), () => performance.now()),
    connect: (signal) => {
      const api = new FrozenApi(objects, damaged)
      signal.throwIfAborted()
      calls += 1
      apis.splice(0, apis.length, api)
      const reached = through(api)
      return { live: liveKubernetes(reached), execute: (effect, now) => executeEffect(effect, reached, now) }
    },
    clock: () => CLOCK,
    log: pino({ level: 'trace' }, { write: line => void lines.push(line) }),
    ...options,
  })
  const agent = new Agent({ keepAlive: true, maxSockets: sockets })
  return {
    running,
    lines,
    calls: () => calls,
    ask: async (path, body, { headers = {}, atRest = false } = {}) => {
      apis.length = 0
      damaged = atRest ? parentIn(String(body)) : new Map()
      const reply = await post({ port: running.port, path, agent, body, headers: { authorization: `Bearer ${TOKEN}`, ...headers } })
      return { ...reply, writes: apis[0]?.writes ?? [] }
    },
    [Symbol.asyncDispose]: async () => {
      agent.destroy()
      rmSync(folder, { recursive: true })
      await running[Symbol.asyncDispose]()
    },
  }
}

function parentIn(text: string): ReadonlyMap<string, KubeObject> {
  try {
    const { parent } = JSON.parse(text) as { readonly parent: KubeObject }
    const path = pathIfAny(parent)
    return path === undefined ? new Map() : new Map([[path, parent]])
  } catch {
    return new Map()
  }
}

interface Post {
  readonly port: number
  readonly path: string
  readonly agent: Agent
  readonly body: Buffer | string
  readonly headers: Readonly<Record<string, string>>
}

function post({ port, path, agent, body, headers }: Post): Promise<Omit<Reply, 'writes'>> {
  return new Promise((resolve, reject) => {
    const length = { 'content-length': String(Buffer.byteLength(body)) }
    const request = requestHttp({ port, host: '127.0.0.1', method: 'POST', path, agent, headers: { ...length, ...headers } }, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => void chunks.push(chunk))
      response.on('error', reject)
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, text: Buffer.concat(chunks).toString('utf8') }))
    })
    // A server that has answered may close before it has read all: the answer counts.
    request.on('error', reject)
    request.end(body)
  })
}
