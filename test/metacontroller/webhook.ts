import { bodyJson } from './json.ts'
import { decode, type HookResponse, type HookShape } from './response.ts'
import type { HookManifest, Webhook } from './manifest.ts'

/** Status 429: call again after exactly this time, without backoff and without an event. */
export class TooManyRequests extends Error {
  override readonly name = 'TooManyRequests'
  readonly afterSeconds: number

  constructor(afterSeconds: number) {
    super(`too many requests, next call after ${afterSeconds} s`)
    this.afterSeconds = afterSeconds
  }
}

export interface WebhookCall {
  readonly version: 'v1' | 'v2'
  call(body: object, root: { kind: string; metadata: { namespace?: string; name: string } }): Promise<HookResponse>
}

interface WebhookOptions {
  readonly shape: HookShape
  /** Value of the Authorization header. */
  readonly authorization: string | undefined
  readonly post: Post
}

export interface WebhookResponse {
  readonly status: number
  readonly headers: { get(name: string): string | null }
  text(): Promise<string>
}

export interface WebhookRequest {
  readonly headers: Record<string, string>
  readonly body: string
  /** What the body is the JSON of. */
  readonly value: object
  readonly timeoutMilliseconds: number
}

/** One POST; rejects when there was no answer within the timeout. */
export type Post = (url: string, request: WebhookRequest) => Promise<WebhookResponse>

/** Posts over HTTP. Outside of the cluster a Service has to be looked up: `locate` says where a URL leads to from here. */
export function postTo(locate: (url: string) => Promise<string>): Post {
  return async (url, { headers, body, timeoutMilliseconds }) =>
    await fetch(await locate(url), { method: 'POST', headers, body, signal: AbortSignal.timeout(timeoutMilliseconds) })
}

const DEFAULT_TIMEOUT = 10_000

/** One hook of a controller; undefined when it has no webhook. */
export function webhook(hook: HookManifest | undefined, options: WebhookOptions): WebhookCall | undefined {
  const target = hook?.webhook
  if (target === undefined) return undefined
  const url = urlOf(target)
  const version = hook?.version ?? 'v1'
  const timeoutMilliseconds = timeoutOf(target)
  const strict = (target.responseUnMarshallMode ?? (version === 'v2' ? 'strict' : 'loose')) === 'strict'
  const cache = target.etag?.enabled === true ? new Map<string, { etag: string; text: string }>() : undefined
  return {
    version,
    async call(body, root) {
      const key = `${root.kind}/${root.metadata.namespace ?? ''}/${root.metadata.name}`
      const cached = cache?.get(key)
      const headers = headersOf(options.authorization, cached?.etag)
      const response = await options.post(url, { headers, body: bodyJson(body), value: body, timeoutMilliseconds })
      if (response.status === 429) throw new TooManyRequests(retryAfter(response.headers.get('retry-after')))
      const text = await response.text()
      const replayed = cached !== undefined && (response.status === 304 || response.status === 412)
      if (response.status !== 200 && !replayed) throw new Error(`unsupported status code: ${response.status} body: ${text.slice(0, 1000)}`)
      const etag = response.headers.get('etag')
      if (!replayed && etag !== null) cache?.set(key, { etag, text })
      return decode(replayed ? cached.text : text, options.shape, strict)
    },
  }
}

/** The URL a webhook stands for. A Service is called as `name.namespace`, without `.svc`. */
export function urlOf(target: Webhook): string {
  if (target.url !== undefined) return target.url
  const service = target.service
  if (!service?.name || !service.namespace || target.path === undefined) {
    throw new Error("invalid webhook config: must specify either a full 'url', or both 'service' and 'path'")
  }
  return `${service.protocol ?? 'http'}://${service.name}.${service.namespace}:${service.port ?? 80}${target.path}`
}

/** Milliseconds of a Go duration such as `1m30s`; the default of 10 s when it is absent or not positive. */
export function timeoutOf(target: Webhook): number {
  const units: Readonly<Record<string, number>> = { h: 3_600_000, m: 60_000, s: 1000, ms: 1, us: 0.001, ns: 0.000001 }
  const parts = [...(target.timeout ?? '').matchAll(/([\d.]+)(ms|us|ns|h|m|s)/g)]
  const total = parts.reduce((sum, part) => sum + Number(part[1]) * (units[part[2] ?? ''] ?? 0), 0)
  return total > 0 && !target.timeout?.startsWith('-') ? Math.ceil(total) : DEFAULT_TIMEOUT
}

/** Seconds of a Retry-After header, a number or a date; 0 when there is none, which means at once. */
export function retryAfter(header: string | null): number {
  if (header === null) return 0
  if (/^\d+$/.test(header)) return Number(header)
  const date = Date.parse(header)
  return Number.isNaN(date) ? 0 : Math.ceil((date - Date.now()) / 1000)
}

function headersOf(authorization: string | undefined, etag: string | undefined): Record<string, string> {
  return {
    'content-type': 'application/json',
    ...(authorization === undefined ? {} : { authorization }),
    ...(etag === undefined ? {} : { 'if-none-match': etag }),
  }
}
