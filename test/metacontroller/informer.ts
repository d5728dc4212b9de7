import { ApiError, type Client, type WatchEvent } from './client.ts'
import { pathOf, type Resource } from './resources.ts'
import type { Time } from './time.ts'
import type { KubeObject } from '../../schemas/generated/types.ts'

/** Called with what the cache held before and holds now. Equal arguments mean a periodic resync. */
export type Handler = (before: KubeObject | undefined, after: KubeObject | undefined) => void

/** A cache of every object of one resource, kept by list and watch. */
export interface Informer {
  readonly resource: Resource
  readonly synced: boolean
  get(namespace: string | undefined, name: string): KubeObject | undefined
  list(namespace?: string): readonly KubeObject[]
  /** Calls the handler for everything cached now and for each later change; answers how to stop that. */
  subscribe(handler: Handler): () => void
}

/** Shares one informer for each apiVersion and resource, as long as the process lives. */
export function informers(client: Client, signal: AbortSignal, log: (message: string) => void): (resource: Resource) => Informer {
  const running = new Map<string, Informer>()
  return resource => {
    const key = `${resource.apiVersion}/${resource.name}`
    const found = running.get(key) ?? start({ client, signal, log }, resource)
    running.set(key, found)
    return found
  }
}

/** Waits until every cache was filled once. */
export async function waitForSync(all: readonly Informer[], time: Time, signal: AbortSignal): Promise<void> {
  while (!all.every(informer => informer.synced)) await time.sleep(10, signal)
}

interface Context {
  readonly client: Client
  readonly signal: AbortSignal
  readonly log: (message: string) => void
}

function start(context: Context, resource: Resource): Informer {
  const cache = new Map<string, KubeObject>()
  const handlers = new Set<Handler>()
  const state = { synced: false }
  const notify: Handler = (before, after) => handlers.forEach(handler => handler(before, after))
  void run(context, resource, { cache, notify, state })
  return {
    resource,
    get synced() { return state.synced },
    get: (namespace, name) => cache.get(keyOf(resource.namespaced ? namespace : undefined, name)),
    list: namespace => [...cache.values()].filter(object => !namespace || object.metadata.namespace === namespace),
    subscribe(handler) {
      handlers.add(handler)
      for (const object of cache.values()) handler(undefined, object)
      return () => handlers.delete(handler)
    },
  }
}

interface Store {
  readonly cache: Map<string, KubeObject>
  readonly notify: Handler
  readonly state: { synced: boolean }
}

async function run(context: Context, resource: Resource, store: Store): Promise<void> {
  while (!context.signal.aborted) {
    try {
      let version = await relist(context, resource, store)
      store.state.synced = true
      for (;;) version = await follow(context, resource, { store, version })
    } catch (error) {
      if (context.signal.aborted) return
      const gone = error instanceof ApiError && error.code === 410
      if (!gone) context.log(`list and watch of ${resource.name}: ${error instanceof Error ? error.message : String(error)}`)
      await context.client.time.sleep(gone ? 10 : 1000, context.signal).catch(() => undefined)
    }
  }
}

async function relist(context: Context, resource: Resource, store: Store): Promise<string> {
  const list = await context.client.call<{ items: readonly KubeObject[]; metadata: { resourceVersion: string } }>('GET', pathOf(resource))
  const items = new Map(list.items.map(item => [keyOf(item.metadata.namespace, item.metadata.name), { ...item, apiVersion: resource.apiVersion, kind: resource.kind }]))
  for (const [key, object] of [...store.cache]) if (!items.has(key)) put(store, key, { before: object })
  for (const [key, object] of items) put(store, key, { before: store.cache.get(key), after: object })
  return list.metadata.resourceVersion
}

async function follow(context: Context, resource: Resource, at: { store: Store; version: string }): Promise<string> {
  let version = at.version
  const path = `${pathOf(resource)}?watch=true&allowWatchBookmarks=true&resourceVersion=${version}`
  for await (const event of context.client.watch(path, context.signal)) {
    if (event.type === 'ERROR') throw new ApiError(event.object.code ?? 500, { message: 'watch ended by the server' })
    version = event.object.metadata.resourceVersion ?? version
    if (event.type !== 'BOOKMARK') apply(at.store, event)
  }
  return version
}

function apply(store: Store, event: WatchEvent): void {
  const key = keyOf(event.object.metadata.namespace, event.object.metadata.name)
  const before = store.cache.get(key)
  put(store, key, event.type === 'DELETED' ? { before: before ?? event.object } : { before, after: event.object })
}

function put(store: Store, key: string, change: { before?: KubeObject; after?: KubeObject }): void {
  if (change.after === undefined) store.cache.delete(key)
  else store.cache.set(key, change.after)
  if (change.before?.metadata.resourceVersion !== change.after?.metadata.resourceVersion || change.after === undefined) {
    store.notify(change.before, change.after)
  }
}

function keyOf(namespace: string | undefined, name: string): string {
  return namespace ? `${namespace}/${name}` : name
}
