import type { KubeObject } from '../../../schemas/generated/types.ts'
import type { Random } from '../random.ts'
import type { ApiServer, Request, Response } from './api.ts'
import { bind } from './binding.ts'
import { create } from './create.ts'
import { remove, timestamp } from './delete.ts'
import { discover } from './discovery.ts'
import { noSuchPath, notAllowed, notFound, Refusal } from './failure.ts'
import { createGarbageCollector } from './garbage.ts'
import type { Kind, Surroundings } from './kind.ts'
import { allKinds } from './kinds.ts'
import { list } from './list.ts'
import { router, type Route } from './route.ts'
import { createStorage, type Storage } from './storage.ts'
import { patch, replace } from './update.ts'

export interface ApiServerParts {
  /** Milliseconds since the epoch. */
  readonly now: () => number
  /** What the journal goes by, when the server's own clock may be wrong. @default now */
  readonly clock?: () => number
  /** UIDs and generated names come from here. */
  readonly random: Random
  /** @default all that Holdfast meets (kinds.ts) */
  readonly kinds?: readonly Kind[]
  /** Which of them have a path. @default all */
  readonly served?: (kind: Kind) => boolean
}

/** An API server whose garbage collector and namespace controller work when they are told to. */
export interface SimulatedApiServer extends ApiServer {
  /** One pass of the garbage collector and the namespace controller; false when there was nothing to do. */
  collectGarbage(): boolean
}

/** What the verbs share. */
export interface Server {
  readonly storage: Storage
  readonly random: Random
  readonly now: () => number
  readonly kinds: readonly Kind[]
  around(): Surroundings
}

/** An API server with the namespaces that every cluster has, and nothing else. */
export function createApiServer({ now, clock = now, random, kinds = allKinds(), served = () => true }: ApiServerParts): SimulatedApiServer {
  const storage = createStorage(clock)
  const byResource = new Map(kinds.map(kind => [`${kind.apiVersion}/${kind.plural}`, kind]))
  let last = { milliseconds: NaN, text: '' }
  const surroundings: Surroundings = {
    find: (resource, namespace, name) => storage.get(kindOf(byResource, resource), namespace, name),
    all: resource => storage.list(kindOf(byResource, resource)),
    get now() {
      const milliseconds = now()
      if (milliseconds !== last.milliseconds) last = { milliseconds, text: timestamp(milliseconds) }
      return last.text
    },
  }
  const server: Server = { storage, random, now, kinds: kinds.filter(served), around: () => surroundings }
  const routeOf = router(server.kinds)
  const placeOf = router(kinds)
  const garbage = createGarbageCollector(server)
  const api: SimulatedApiServer = {
    now,
    request(request) {
      try {
        return handle(server, routeOf(request.path), request)
      } catch (error) {
        if (error instanceof Refusal) return error.response
        throw error
      }
    },
    journal: storage.journal,
    subscribe: storage.subscribe,
    read<T>(path: string): T | undefined {
      const route = placeOf(path)
      return (route.to === 'resource' ? storage.get(route.kind, route.namespace, route.name ?? '') : undefined) as T | undefined
    },
    all: <T>(resource: string, namespace?: string) => storage.list(kindOf(byResource, resource), namespace) as readonly T[],
    collectGarbage: garbage,
  }
  if (byResource.has('v1/namespaces')) for (const name of ['default', 'kube-system']) prepare(api, name)
  return api
}

function prepare(api: ApiServer, name: string): void {
  api.request({ actor: 'cluster', method: 'POST', path: '/api/v1/namespaces', body: { apiVersion: 'v1', kind: 'Namespace', metadata: { name } } })
}

function kindOf(kinds: ReadonlyMap<string, Kind>, resource: string): Kind {
  const kind = kinds.get(resource)
  if (kind === undefined) throw new Error(`the simulated API has no resource ${resource}`)
  return kind
}

function handle(server: Server, route: Route, request: Request): Response {
  if (route.to === 'discovery') return request.method === 'GET' ? ok(discover(server.kinds, route.apiVersion)) : refuse()
  const { kind, namespace, name, sub } = route
  if (name === undefined) return collection(server, route, request)
  if (sub === 'binding') return request.method === 'POST' ? bind(server, kind, { namespace, name, body: request.body, actor: request.actor }) : refuse()
  const status = sub === 'status'
  const target = { namespace, name, status, body: request.body, actor: request.actor }
  switch (request.method) {
    case 'GET': return ok(read(server, kind, { namespace, name }))
    case 'PUT': return ok(replace(server, kind, target))
    case 'PATCH': return ok(patch(server, kind, target))
    case 'DELETE': return status ? refuse() : remove(server, kind, target)
    default: return refuse()
  }
}

function collection(server: Server, { kind, namespace }: Route & { to: 'resource' }, { method, query = {}, body, actor }: Request): Response {
  if (method === 'GET') return ok(list(server, kind, { namespace, query }))
  if (method !== 'POST') return refuse()
  if (kind.namespaced && namespace === undefined) throw noSuchPath()
  return { status: 201, body: create(server, kind, { namespace, body, actor }) }
}

function read({ storage }: Server, kind: Kind, { namespace, name }: { readonly namespace: string | undefined; readonly name: string }): KubeObject {
  const object = storage.get(kind, namespace, name)
  if (object === undefined) throw notFound(kind, name)
  return object
}

function ok(body: unknown): Response {
  return { status: 200, body }
}

function refuse(): never {
  throw notAllowed()
}
