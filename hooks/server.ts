import { createServer, type RequestListener, type Server } from 'node:http'
import express, { type NextFunction, type Request, type Response } from 'express'
import type { Logger } from 'pino'
import type { Authenticate } from './auth.ts'
import { announcedSize, readJson } from './body.ts'
import { realTimer, withDeadline, type After } from './deadline.ts'
import type { Effect } from './effects/effect.ts'
import type { Settings } from './hook.ts'
import type { Live } from './live.ts'
import type { Metrics } from './metrics.ts'
import { framesOf, Problem, problemOf } from './problem.ts'
import type { Registered } from './registry-map.ts'
import { isObjectName } from './resource-path.ts'
import { roomFor, type Room, type RoomOptions } from './room.ts'
import { run, VERBS, type Context, type Outcome, type Verb } from './run.ts'

export interface ServerOptions {
  /** By the first part of the URL (hooks/registry.ts). */
  readonly hooks: ReadonlyMap<string, Registered>
  readonly authenticate: Authenticate
  /** Reads and effects of one call; both end with the signal. */
  readonly connect: (signal: AbortSignal) => { readonly live: Live; readonly execute: (effect: Effect, now: Date) => Promise<void> }
  readonly settings: Settings
  readonly clock: () => Date
  readonly log: Logger
  readonly metrics: Metrics
  /** Whether new requests are welcome: the API server was reached, and the process is not ending. */
  readonly ready: () => boolean
  /** @default 9000, below Metacontroller's 10 s */
  readonly deadlineMs?: number
  /** What times the deadline. @default the timers of this process */
  readonly after?: After
  /** Bytes of a request body. @default 64 MiB */
  readonly bodyLimit?: number
  /** How long a body may take once its head was read. @default 9000 */
  readonly bodyMs?: number
  /** Bytes of all bodies at once */
  readonly room?: Partial<RoomOptions>
  /** How long the head of a request, or the first byte on a new connection, may take. @default 125000: Go keeps idle connections for 90 s */
  readonly headMs?: number
}

const BODY_LIMIT = 64 * 1024 * 1024
const HEAD_MS = 125_000

/** The webhook server, not yet listening. */
export function createHookServer(options: ServerOptions): Server {
  const app = express().disable('x-powered-by').disable('etag')
  app.get('/healthz', (_request, response) => void response.type('text').send('ok\n'))
  app.get('/readyz', (_request, response) => void response.status(options.ready() ? 200 : 503).type('text').send(options.ready() ? 'ok\n' : 'not ready\n'))
  app.get('/metrics', (_request, response) => void response.type('text/plain; version=0.0.4').send(options.metrics.text()))
  const room = roomFor(options.room)
  app.post('/:kind/:hook', (request, response) => handle({ request, response, room }, options))
  app.use((request: Request, response: Response) => refuse(request, response, options))
  // Only a URL that cannot be decoded comes here. Express tells its handlers of errors by their four parameters.
  app.use((_error: unknown, request: Request, response: Response, _next: NextFunction) => refuse(request, response, options))
  return listener(app, options.headMs ?? HEAD_MS)
}

/** Go keeps idle connections for 90 s; a server that closes them first makes its next POST fail. */
function listener(app: RequestListener, headMs: number): Server {
  const server = createServer({ connectionsCheckingInterval: Math.min(30_000, headMs) }, app)
  server.keepAliveTimeout = 120_000
  server.headersTimeout = headMs
  server.requestTimeout = headMs + 5000
  return server
}

async function handle({ request, response, room }: { request: Request; response: Response; room: Room }, options: ServerOptions): Promise<void> {
  const started = performance.now()
  const call = { kind: String(request.params.kind), hook: String(request.params.hook) }
  const limit = options.bodyLimit ?? BODY_LIMIT
  let body: unknown
  let leave = (): void => undefined
  try {
    const { verb, registered } = route(request, call, options)
    leave = await room(announcedSize(request, limit), request)
    body = await readJson(request, limit, options.bodyMs)
    const { answer, effects, complaints } = await runWithin({ verb, registered, body }, response, options)
    send(response, 200, JSON.stringify(answer))
    record({ ...call, code: 200, started, body, effects, complaints }, options)
  } catch (error) {
    const problem = problemOf(error)
    sendProblem(request, response, problem)
    record({ ...known(call, options), code: problem.status, started, body, problem }, options)
  } finally {
    leave()
  }
}

/** The token comes first: a stranger learns nothing, and none of his bytes is read. */
function route(request: Request, call: { kind: string; hook: string }, options: ServerOptions): { verb: Verb; registered: Registered } {
  options.authenticate(request.headers.authorization)
  const registered = options.hooks.get(call.kind)
  const verb = VERBS.find(name => name === call.hook)
  if (registered !== undefined && verb !== undefined) return { verb, registered }
  throw notFound(request, options)
}

async function runWithin(work: { verb: Verb; registered: Registered; body: unknown }, response: Response, options: ServerOptions): Promise<Outcome> {
  const onGone = (gone: () => void): void => void response.once('close', () => response.writableFinished || gone())
  return await withDeadline({ milliseconds: options.deadlineMs ?? 9000, after: options.after ?? realTimer }, onGone, signal => {
    const { live, execute } = options.connect(signal)
    const now = options.clock()
    const context: Context = { live, now, settings: options.settings, signal, execute: effect => counted(effect, options, () => execute(effect, now)) }
    return run(work.verb, work, context)
  })
}

async function counted({ type }: Effect, { metrics }: ServerOptions, execute: () => Promise<void>): Promise<void> {
  try {
    await execute()
    metrics.effect(type, 'done')
  } catch (error) {
    metrics.effect(type, 'failed')
    throw error
  }
}

function refuse(request: Request, response: Response, options: ServerOptions): void {
  const started = performance.now()
  const problem = refusal(request, options)
  sendProblem(request, response, problem)
  record({ kind: 'unknown', hook: 'unknown', code: problem.status, started, problem }, options)
}

/** What there is, only those learn who have the token. */
function refusal(request: Request, options: ServerOptions): Problem {
  try {
    options.authenticate(request.headers.authorization)
    return notFound(request, options)
  } catch (error) {
    return problemOf(error)
  }
}

function notFound(request: Request, { hooks }: ServerOptions): Problem {
  const message = `no hook at ${request.method} ${request.path}; there is POST /<kind>/{${VERBS.join(',')}} for ${[...hooks.keys()].join(', ')}`
  return new Problem(404, 'NotFound', { message })
}

/** A body that was not read to its end makes the connection useless for the next request. */
function sendProblem(request: Request, response: Response, problem: Problem): void {
  if (response.headersSent) return
  const unread = request.complete ? {} : { Connection: 'close' }
  response.set({ ...unread, ...problem.headers })
  send(response, problem.status, JSON.stringify({ error: { reason: problem.reason, message: problem.message } }))
}

function send(response: Response, status: number, json: string): void {
  response.writeHead(status, { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(json) }).end(json)
}

/** Only known words become labels. */
function known({ kind, hook }: { kind: string; hook: string }, { hooks }: ServerOptions): { kind: string; hook: string } {
  return { kind: hooks.has(kind) ? kind : 'unknown', hook: VERBS.some(verb => verb === hook) ? hook : 'unknown' }
}

interface Line {
  readonly kind: string
  readonly hook: string
  readonly code: number
  readonly started: number
  readonly body?: unknown
  readonly effects?: number
  readonly complaints?: readonly string[] | undefined
  readonly problem?: Problem
}

/** One line a request, at `debug` when nothing happened. Never a body: it may hold what no log should. */
function record({ kind, hook, code, started, body, effects = 0, complaints = [], problem }: Line, { log, metrics }: ServerOptions): void {
  const seconds = (performance.now() - started) / 1000
  metrics.request({ kind, hook, code }, seconds)
  const level = levelOf(effects, complaints, problem)
  if (!log.isLevelEnabled(level)) return
  const { name, namespace } = (body as { parent?: { metadata?: { name?: unknown; namespace?: unknown } } } | null | undefined)?.parent?.metadata ?? {}
  const stack = problem?.status === 500 ? framesOf(problem.cause) : undefined
  const ms = Math.round(seconds * 1000)
  const about = { namespace: nameOnly(namespace), name: nameOnly(name) }
  log[level]({ kind, hook, code, ms, ...about, effects, reason: problem?.reason, error: problem?.message ?? told(complaints), stack }, 'hook request')
}

function levelOf(effects: number, complaints: readonly string[], problem: Problem | undefined): 'debug' | 'info' | 'warn' | 'error' {
  if (problem !== undefined) return problem.status >= 500 ? 'error' : 'warn'
  return complaints.length > 0 ? 'warn' : effects > 0 ? 'info' : 'debug'
}

/** What went wrong beside a good answer. */
function told(complaints: readonly string[]): string | undefined {
  return complaints.length === 0 ? undefined : complaints.join('; ').slice(0, 2000)
}

/** In a body that was refused anything may stand where a name should. */
function nameOnly(value: unknown): string | undefined {
  return typeof value === 'string' && isObjectName(value) ? value : undefined
}
