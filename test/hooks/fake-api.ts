import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { KubeConfig } from '@kubernetes/client-node'
import type { KubeObject } from '../../hooks/hook.ts'
import { kubernetesOf, type Kubernetes } from '../../hooks/kubernetes.ts'
import { mergePatch } from './merge-patch.ts'

/** A Kubernetes API server as far as the hooks use one: GET, LIST with pages and selectors, POST, fenced merge PATCH and DELETE. */
export interface FakeApi extends AsyncDisposable {
  readonly api: Kubernetes
  readonly config: KubeConfig
  /** Objects by path. */
  readonly objects: Map<string, KubeObject>
  /** `METHOD path` of every request, in order. */
  readonly requests: string[]
  /** Whatever this returns is answered instead; called before each request is looked at. */
  intercept: (method: string, path: string) => { status: number; body: object | string } | 'hang' | 'reset' | undefined
  /** The header Date of each answer. @default none */
  date: string | undefined
  put(path: string, object: object): KubeObject
  writes(): readonly string[]
}

/** Starts a fake API server on a free port. */
export async function fakeApi(timeoutMs = 2000): Promise<FakeApi> {
  const objects = new Map<string, KubeObject>()
  const requests: string[] = []
  const server = createServer((request, response) => void serve(request, response))
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const config = new KubeConfig()
  config.loadFromClusterAndUser({ name: 'fake', server: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, skipTLSVerify: true }, { name: 'hooks', token: 'api-token' })
  const fake: FakeApi = {
    config,
    api: kubernetesOf(config, timeoutMs)(),
    objects,
    requests,
    intercept: () => undefined,
    date: undefined,
    put: (path, object) => store(objects, path, object as KubeObject),
    writes: () => requests.filter(line => !line.startsWith('GET ')),
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      await new Promise(resolve => server.close(resolve))
    },
  }
  return fake

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '', 'http://fake')
    const method = request.method ?? ''
    requests.push(`${method} ${url.pathname}`)
    const forced = fake.intercept(method, url.pathname)
    if (forced === 'hang') return
    if (forced === 'reset') return void request.socket.destroy()
    let text = ''
    for await (const chunk of request) text += String(chunk)
    const { status, body } = forced ?? answer(objects, { method, url, body: text === '' ? {} : JSON.parse(text) as Body })
    response.sendDate = false
    if (fake.date !== undefined) response.setHeader('Date', fake.date)
    response.writeHead(status, { 'Content-Type': 'application/json' }).end(typeof body === 'string' ? body : JSON.stringify(body))
  }
}

interface Body {
  readonly metadata?: Record<string, unknown>
  readonly preconditions?: { uid?: string; resourceVersion?: string }
  readonly [field: string]: unknown
}

interface Asked {
  readonly method: string
  readonly url: URL
  readonly body: Body
}

let counter = 100

function store(objects: Map<string, KubeObject>, path: string, object: KubeObject): KubeObject {
  counter += 1
  const { uid = `uid-${counter}` } = object.metadata
  const stored = { ...object, metadata: { ...object.metadata, uid, resourceVersion: String(counter) } }
  objects.set(path, stored)
  return stored
}

function answer(objects: Map<string, KubeObject>, asked: Asked): { status: number; body: object } {
  const { pathname } = asked.url
  if (asked.method === 'POST') return created(objects, asked)
  const found = objects.get(pathname)
  if (asked.method === 'GET') return found === undefined ? listed(objects, asked.url) : { status: 200, body: found }
  if (found === undefined) return failed(404, 'NotFound', `${pathname} not found`)
  const { uid, resourceVersion } = asked.method === 'PATCH' ? asked.body.metadata as { uid?: string; resourceVersion?: string } : asked.body.preconditions ?? {}
  const { metadata } = found
  if ((uid ?? metadata.uid) !== metadata.uid || (resourceVersion ?? metadata.resourceVersion) !== metadata.resourceVersion) return failed(409, 'Conflict', 'the object has been modified')
  if (asked.method === 'PATCH') return { status: 200, body: store(objects, pathname, mergePatch(found, asked.body) as KubeObject) }
  objects.delete(pathname)
  return { status: 200, body: { kind: 'Status', status: 'Success' } }
}

function created(objects: Map<string, KubeObject>, { url, body }: Asked): { status: number; body: object } {
  const path = `${url.pathname}/${String(body.metadata?.name)}`
  if (objects.has(path)) return failed(409, 'AlreadyExists', `${path} already exists`)
  return { status: 201, body: store(objects, path, body as unknown as KubeObject) }
}

function listed(objects: Map<string, KubeObject>, url: URL): { status: number; body: object } {
  const inside = [...objects].filter(([path]) => path.startsWith(`${url.pathname}/`) && !path.slice(url.pathname.length + 1).includes('/')).map(([, object]) => object)
  if (inside.length === 0) return failed(404, 'NotFound', 'no such object or collection')
  const matching = inside.filter(object => selected(object, url.searchParams))
  const from = Number(url.searchParams.get('continue') ?? 0)
  const page = matching.slice(from, from + 2)
  const items = page.map(({ apiVersion: _version, kind: _kind, ...item }) => item)
  return { status: 200, body: { apiVersion: 'v1', kind: 'List', metadata: from + 2 < matching.length ? { continue: String(from + 2) } : {}, items } }
}

/** Label selectors `a=b` and field selectors over `involvedObject`, `type` and the name; others select everything. */
function selected(object: KubeObject, query: URLSearchParams): boolean {
  const labels = (query.get('labelSelector') ?? '').split(',').filter(Boolean).every(term => object.metadata.labels?.[term.split('=')[0] ?? ''] === term.split('=')[1])
  const fields = (query.get('fieldSelector') ?? '').split(',').filter(term => /^(involvedObject\.|type=|metadata\.name=)/.test(term)).every((term) => {
    const [path = '', value] = term.split('=')
    return path.split('.').reduce<unknown>((at, key) => (at as Record<string, unknown> | undefined)?.[key], object) === value
  })
  return labels && fields
}

function failed(code: number, reason: string, message: string): { status: number; body: object } {
  return { status: code, body: { kind: 'Status', status: 'Failure', code, reason, message } }
}
