import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { KubeObject } from '../../schemas/generated/types.ts'

export interface Recorded {
  readonly method: string
  /** Path with query. */
  readonly url: string
  readonly body: unknown
  readonly headers: IncomingMessage['headers']
}

export interface FakeOptions {
  readonly objects?: readonly KubeObject[]
  /** Texts of logs by pod name. */
  readonly logs?: Readonly<Record<string, string>>
  /** Answers instead of the usual one; status and body. */
  readonly intercept?: (request: Recorded, seen: number) => { readonly status: number, readonly body: unknown, readonly headers?: Record<string, string> } | undefined
  /** Sees every request before it is answered; may change the objects, as a controller would. */
  readonly act?: (request: Recorded, objects: Map<string, KubeObject>) => void
  /** Kinds that the server does not know. */
  readonly absent?: readonly string[]
  /** Items a page of a list has at most. */
  readonly page?: number
  /** The server's clock, RFC 3339; without it that of this machine. */
  readonly date?: string
}

const PLURALS: Readonly<Record<string, string>> = {
  Backup: 'backups', Restore: 'restores', BackupPolicy: 'backuppolicies', BackupRepository: 'backuprepositories',
  PersistentVolumeClaim: 'persistentvolumeclaims', Pod: 'pods', Event: 'events', Namespace: 'namespaces', Deployment: 'deployments',
}

/** A small API server over plain HTTP: enough of get, list, create and merge patch to run the plugin against. */
export class FakeApi implements AsyncDisposable {
  readonly requests: Recorded[] = []
  readonly objects = new Map<string, KubeObject>()
  readonly #options: FakeOptions
  readonly #server: Server

  constructor(options: FakeOptions = {}) {
    this.#options = options
    for (const object of options.objects ?? []) this.objects.set(keyOf(object), object)
    this.#server = createServer((request, response) => void this.#answer(request, response))
  }

  async start(): Promise<string> {
    await new Promise<void>(resolve => this.#server.listen(0, '127.0.0.1', resolve))
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise(resolve => this.#server.close(resolve))
  }

  /** Requests that change something, as `METHOD path`. */
  get writes(): readonly Recorded[] {
    return this.requests.filter(request => request.method !== 'GET')
  }

  async #answer(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    let text = ''
    for await (const chunk of incoming) text += String(chunk)
    const request: Recorded = { method: incoming.method ?? '', url: incoming.url ?? '', body: text === '' ? undefined : JSON.parse(text), headers: incoming.headers }
    this.requests.push(request)
    this.#options.act?.(request, this.objects)
    const { status, body, headers = {} } = this.#options.intercept?.(request, this.requests.length) ?? this.#route(request)
    const { date } = this.#options
    response.writeHead(status, { 'content-type': 'application/json', ...date !== undefined && { date: new Date(date).toUTCString() }, ...headers })
    response.end(typeof body === 'string' ? body : JSON.stringify(body))
  }

  #route({ method, url, body }: Recorded): { status: number, body: unknown, headers?: Record<string, string> } {
    const { pathname, searchParams } = new URL(url, 'http://fake')
    if (pathname === '/version') return { status: 200, body: { gitVersion: 'v1.35.0' } }
    if (pathname === '/apis/holdfast.dev') return { status: 200, body: { preferredVersion: { groupVersion: 'holdfast.dev/v1alpha1' } } }
    const match = /^\/(?:api\/v1|apis\/[^/]+\/[^/]+)(?:\/namespaces\/([^/]+))?\/([^/]+)(?:\/([^/]+))?(\/log)?$/.exec(pathname)
    const [, namespace, plural = '', name, log] = match ?? []
    const kind = Object.entries(PLURALS).find(([, value]) => value === plural)?.[0]
    if (kind === undefined || this.#options.absent?.includes(kind)) return { status: 404, body: '404 page not found\n' }
    if (log !== undefined) return { status: 200, body: this.#options.logs?.[name ?? ''] ?? '', headers: { 'content-type': 'text/plain' } }
    if (method === 'POST') return this.#create(body as KubeObject, plural)
    if (name === undefined) return { status: 200, body: this.#list(kind, namespace, searchParams) }
    const key = `${kind}/${namespace}/${name}`
    const found = this.objects.get(key)
    if (found === undefined) return absent(plural, name)
    if (method === 'GET') return { status: 200, body: found }
    const patched = merge(found, body) as KubeObject
    if (!searchParams.has('dryRun')) this.objects.set(key, patched)
    return { status: 200, body: patched }
  }

  #create(object: KubeObject, plural: string): { status: number, body: unknown } {
    const { name } = object.metadata
    if (this.objects.has(keyOf(object))) return { status: 409, body: failure(409, { reason: 'AlreadyExists', message: `${plural}.holdfast.dev "${name}" already exists`, name }) }
    const made = { ...object, metadata: { ...object.metadata, uid: 'made', creationTimestamp: '2026-11-21T08:00:00Z' } }
    this.objects.set(keyOf(made), made)
    return { status: 201, body: made }
  }

  #list(kind: string, namespace: string | undefined, query: URLSearchParams): unknown {
    const selector = query.get('labelSelector') ?? ''
    const all = [...this.objects.values()].filter(object => object.kind === kind
      && (namespace === undefined || object.metadata.namespace === namespace)
      && selector.split(',').filter(Boolean).every(part => fits(object.metadata.labels ?? {}, part))
      && (query.get('fieldSelector') ?? '').split(',').filter(Boolean).every(part => hasField(object, part)))
    const from = Number(query.get('continue') ?? 0)
    const size = this.#options.page ?? Number(query.get('limit') ?? all.length)
    const more = from + size < all.length
    // As the real server: items of a list have no kind of their own.
    const items = all.slice(from, from + size).map(({ apiVersion: _a, kind: _k, ...rest }) => rest)
    return { apiVersion: kind in { Backup: 1, Restore: 1, BackupPolicy: 1, BackupRepository: 1 } ? 'holdfast.dev/v1alpha1' : 'v1', kind: `${kind}List`, metadata: more ? { continue: String(from + size) } : {}, items }
  }
}

const keyOf = ({ kind, metadata }: KubeObject): string => `${kind}/${metadata.namespace}/${metadata.name}`

const fits = (labels: Readonly<Record<string, string>>, part: string): boolean => {
  if (part.startsWith('!')) return !(part.slice(1) in labels)
  const [key = '', value] = part.split('=')
  return value === undefined ? key in labels : labels[key] === value
}

const hasField = (object: KubeObject, part: string): boolean => {
  const [path = '', wanted] = part.split('=')
  const found = path.split('.').reduce<unknown>((value, key) => (value as Readonly<Record<string, unknown>> | undefined)?.[key], object)
  return found === wanted
}

const absent = (plural: string, name: string): { status: number, body: unknown } =>
  ({ status: 404, body: failure(404, { reason: 'NotFound', message: `${plural} "${name}" not found`, name }) })

/** A Kubernetes Status. */
export const failure = (code: number, about: { reason: string, message: string, name?: string }): object =>
  ({ kind: 'Status', apiVersion: 'v1', status: 'Failure', code, reason: about.reason, message: about.message, details: { name: about.name } })

const merge = (target: unknown, patch: unknown): unknown => {
  if (typeof patch !== 'object' || patch === null || Array.isArray(patch)) return patch
  const base = typeof target === 'object' && target !== null ? { ...target as Record<string, unknown> } : {}
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete base[key]
    else base[key] = merge(base[key], value)
  }
  return base
}
