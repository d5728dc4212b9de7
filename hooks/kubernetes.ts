import { Agent as HttpAgent, request as requestHttp, type IncomingMessage } from 'node:http'
import { Agent as HttpsAgent, request as requestHttps, type RequestOptions } from 'node:https'
import type { KubeConfig } from '@kubernetes/client-node'
import { TransientError, UserError } from '../lib/errors.ts'
import type { KubeObject } from './hook.ts'

/** One call to the API server. `path` is absolute and already encoded (hooks/resource-path.ts). */
export interface Call {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE'
  readonly path: string
  readonly query?: Readonly<Record<string, string>>
  /** POST: the object. PATCH: a JSON merge patch. DELETE: DeleteOptions. */
  readonly body?: object
}

/** What a caller has to tell apart; every other answer is thrown. */
export type Answer =
  /** `time` is that of the API server's clock, to the second; undefined when it does not tell. */
  | { readonly outcome: 'ok'; readonly object: KubeObject; readonly time?: Date | undefined }
  | { readonly outcome: 'absent' | 'exists' | 'conflict' | 'terminating'; readonly message: string }

/** Throws TransientError when the API server cannot be reached or is overloaded, UserError when it refuses (RBAC, quota, admission). */
export interface Kubernetes {
  call(call: Call): Promise<Answer>
}

/**
 * The Kubernetes API that a kubeconfig points to. Connections are kept and shared, which the calls of
 * @kubernetes/client-node are not (an agent a call); it only lends its credentials here. `signal` ends every call made through the result.
 */
export function kubernetesOf(config: KubeConfig, timeoutMs = 5000): (signal?: AbortSignal) => Kubernetes {
  const agents = { http: new HttpAgent({ keepAlive: true, maxSockets: 64 }), https: new HttpsAgent({ keepAlive: true, maxSockets: 64 }) }
  return signal => ({
    call: async call => interpret(call, await send({ config, agents, call, signal, timeoutMs })),
  })
}

interface Sending {
  readonly config: KubeConfig
  readonly agents: { readonly http: HttpAgent; readonly https: HttpsAgent }
  readonly call: Call
  readonly signal: AbortSignal | undefined
  readonly timeoutMs: number
}

/** What came back: an HTTP status, a text, and the header Date. */
export interface Received {
  readonly status: number
  readonly text: string
  readonly date?: string | undefined
}

async function send(sending: Sending): Promise<Received> {
  try {
    const { url, options } = await prepare(sending)
    return await exchange({ url, options, sending, retried: false })
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error)
    throw new TransientError('ApiUnavailable', `${describe(sending.call)}: no answer from the Kubernetes API (${detail}); it is tried again by itself`, { cause: error })
  }
}

async function prepare({ config, agents, call, signal }: Sending): Promise<{ url: URL; options: RequestOptions }> {
  const cluster = config.getCurrentCluster()
  if (cluster === null) throw new Error('the kubeconfig has no current cluster')
  const url = new URL(cluster.server.replace(/\/$/, '') + call.path)
  for (const [name, value] of Object.entries(call.query ?? {})) url.searchParams.set(name, value)
  const options: RequestOptions = { method: call.method, signal }
  await config.applyToHTTPSOptions(options)
  if (cluster.proxyUrl === undefined) options.agent = url.protocol === 'http:' ? agents.http : agents.https
  options.headers = { ...options.headers as object, Accept: 'application/json', ...bodyHeaders(call) }
  return { url, options }
}

/** The length must be said: Node frames the body of a DELETE in no other way. */
function bodyHeaders({ method, body }: Call): Record<string, string | number> {
  if (body === undefined) return {}
  const type = method === 'PATCH' ? 'application/merge-patch+json' : 'application/json'
  return { 'Content-Type': type, 'Content-Length': Buffer.byteLength(JSON.stringify(body)) }
}

interface Exchange {
  readonly url: URL
  readonly options: RequestOptions
  readonly sending: Sending
  readonly retried: boolean
}

/** A kept connection may have been closed by the other end just now; such a call was never read and is sent once more. */
async function exchange(round: Exchange): Promise<Received> {
  const { url, options, sending, retried } = round
  const request = (url.protocol === 'http:' ? requestHttp : requestHttps)(url, options)
  const timer = setTimeout(() => request.destroy(new Error(`timed out after ${sending.timeoutMs} ms`)), sending.timeoutMs)
  try {
    const received = new Promise<Received>((resolve, reject) => {
      request.on('error', reject)
      request.on('response', response => collect(response).then(resolve, reject))
    })
    request.end(sending.call.body === undefined ? undefined : JSON.stringify(sending.call.body))
    return await received
  } catch (error) {
    if (retried || !request.reusedSocket || (error as NodeJS.ErrnoException).code !== 'ECONNRESET') throw error
    return await exchange({ ...round, retried: true })
  } finally {
    clearTimeout(timer)
  }
}

async function collect(response: IncomingMessage): Promise<Received> {
  const chunks: Buffer[] = []
  for await (const chunk of response) chunks.push(chunk as Buffer)
  return { status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString('utf8'), date: response.headers.date }
}

/** What an answer of the API server means to the hooks. Throws as `call` does. */
export function interpret(call: Call, { status, text, date }: Received): Answer {
  if (status >= 200 && status < 300) return { outcome: 'ok', object: parsed(call, text), time: timeOf(date) }
  const { message, reason, causes } = failure(text)
  const said = `${describe(call)}: the Kubernetes API answered ${status}: ${message}`
  if (status === 404) return { outcome: 'absent', message: said }
  // A POST may conflict although nothing of that name is there: quota admission loses a race for its own object.
  if (status === 409) return { outcome: reason === 'AlreadyExists' ? 'exists' : 'conflict', message: said }
  if (status === 403 && causes.includes('NamespaceTerminating')) return { outcome: 'terminating', message: said }
  if (status === 403) throw new UserError('ApiRefused', `${said}; check the hooks' ClusterRole, quotas and admission webhooks`)
  // 401 is a token that was renewed a moment ago, or not yet; 410 a list whose next page has grown too old.
  if (status === 401 || status === 408 || status === 410 || status === 429 || status >= 500) throw new TransientError('ApiUnavailable', said)
  throw new UserError('ApiRefused', said)
}

function timeOf(date: string | undefined): Date | undefined {
  const milliseconds = Date.parse(date ?? '')
  return Number.isNaN(milliseconds) ? undefined : new Date(milliseconds)
}

function parsed(call: Call, text: string): KubeObject {
  try {
    return JSON.parse(text) as KubeObject
  } catch (error) {
    throw new TransientError('ApiUnavailable', `${describe(call)}: the answer is not JSON; is a proxy between the hooks and the API server?`, { cause: error })
  }
}

interface Failure {
  readonly message: string
  readonly reason: string
  readonly causes: readonly string[]
}

function failure(text: string): Failure {
  try {
    const status = JSON.parse(text) as { message?: string; reason?: string; details?: { causes?: readonly { reason?: string }[] } }
    return { message: status.message ?? text.slice(0, 300), reason: status.reason ?? '', causes: (status.details?.causes ?? []).map(cause => cause.reason ?? '') }
  } catch {
    return { message: text.trim().slice(0, 300), reason: '', causes: [] }
  }
}

function describe(call: Call): string {
  return `${call.method} ${call.path}`
}
