import { Agent, request, type RequestOptions } from 'node:https'
import type { IncomingMessage } from 'node:http'
import type { KubeConfig } from '@kubernetes/client-node'
import { REAL_TIME, type Time } from './time.ts'
import type { KubeObject } from '../../schemas/generated/types.ts'

/** An answer of the API server that is not 2xx. `code` is the HTTP status. */
export class ApiError extends Error {
  override readonly name = 'ApiError'
  readonly code: number
  readonly reason: string

  constructor(code: number, status: { reason?: string; message?: string }) {
    super(status.message ?? `HTTP ${code}`)
    this.code = code
    this.reason = status.reason ?? ''
  }
}

export interface WatchEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR'
  readonly object: KubeObject & { readonly code?: number }
}

/** Raw access to the API server by path: the stand-in decides itself what to retry and what to swallow. */
export interface Client {
  /** The time that its callers live in. */
  readonly time: Time
  call<T = KubeObject>(method: string, path: string, body?: unknown): Promise<T>
  /** Yields events until the server ends the stream or `signal` aborts. */
  watch(path: string, signal: AbortSignal): AsyncGenerator<WatchEvent>
}

/** A client for the current context of a kubeconfig, over kept-alive connections. */
export async function connect(config: KubeConfig): Promise<Client> {
  const server = new URL(config.getCurrentCluster()?.server ?? '')
  const tls: RequestOptions = {}
  await config.applyToHTTPSOptions(tls)
  const agent = new Agent({ keepAlive: true, ca: tls.ca, cert: tls.cert, key: tls.key, rejectUnauthorized: tls.rejectUnauthorized })
  const open = async (method: string, path: string, more: { body?: string; signal?: AbortSignal }) => {
    const fresh: RequestOptions = {}
    await config.applyToHTTPSOptions(fresh)
    const headers = { ...fresh.headers, accept: 'application/json', ...(more.body === undefined ? {} : bodyHeaders(method, more.body)) }
    return send({ agent, method, headers, host: server.hostname, port: server.port || 443, path, signal: more.signal }, more.body)
  }
  return {
    time: REAL_TIME,
    async call<T>(method: string, path: string, body?: unknown) {
      const response = await open(method, path, body === undefined ? {} : { body: JSON.stringify(body) })
      const text = await readAll(response)
      const parsed: unknown = text === '' ? {} : parse(text)
      if ((response.statusCode ?? 0) >= 300) throw new ApiError(response.statusCode ?? 0, parsed as { message?: string })
      return parsed as T
    },
    async *watch(path, signal) {
      const response = await open('GET', path, { signal })
      if (response.statusCode !== 200) throw new ApiError(response.statusCode ?? 0, parse(await readAll(response)) as { message?: string })
      for await (const line of lines(response)) yield JSON.parse(line) as WatchEvent
    },
  }
}

function bodyHeaders(method: string, body: string): Record<string, string> {
  return {
    'content-type': method === 'PATCH' ? 'application/merge-patch+json' : 'application/json',
    'content-length': String(Buffer.byteLength(body)),
  }
}

function send(options: RequestOptions, body: string | undefined): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const outgoing = request(options, resolve)
    outgoing.on('error', reject)
    outgoing.end(body)
  })
}

async function readAll(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of response) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString('utf8')
}

async function* lines(response: IncomingMessage): AsyncGenerator<string> {
  let rest = ''
  response.setEncoding('utf8')
  for await (const chunk of response) {
    const parts = (rest + String(chunk)).split('\n')
    rest = parts.pop() ?? ''
    yield* parts.filter(line => line !== '')
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return { message: text.slice(0, 500) }
  }
}
