import type { KubeObject, OwnerReference } from '../../../schemas/generated/types.ts'
import { remove } from './delete.ts'
import { Refusal } from './failure.ts'
import type { Kind } from './kind.ts'
import { clearNamespaces } from './namespaces.ts'
import type { Server } from './server.ts'
import { patch } from './update.ts'

const FOREGROUND = 'foregroundDeletion'
const ORPHAN = 'orphan'

/** An object and where it is. */
interface Item {
  readonly kind: Kind
  readonly object: KubeObject
}

/** What the garbage collector remembers of the objects that concern it, by UID, oldest first. */
interface Graph {
  readonly owned: Map<string, Item>
  /** UID of an owner → UIDs of what it owns. */
  readonly dependents: Map<string, Set<string>>
  /** Deleted with dependents that are to be dealt with first. */
  readonly waiting: Map<string, Item>
}

/** Makes one pass of the garbage collector and the namespace controller; it answers whether anything was changed. */
export function createGarbageCollector(server: Server): () => boolean {
  const graph: Graph = { owned: new Map(), dependents: new Map(), waiting: new Map() }
  const byResource = new Map(server.kinds.map(kind => [`${kind.apiVersion}/${kind.plural}`, kind]))
  const byKind = new Map(server.kinds.map(kind => [`${kind.apiVersion}/${kind.kind}`, kind]))
  server.storage.subscribe(({ type, resource, before, after }) => {
    const kind = byResource.get(resource)
    if (kind === undefined) return
    if (before !== undefined) forget(graph, before)
    if (type !== 'DELETED') learn(graph, { kind, object: after })
  })
  return () => {
    const version = server.storage.version()
    for (const item of [...graph.waiting.values()]) releaseOwner(server, graph, item)
    for (const uid of [...graph.owned.keys()]) {
      const item = graph.owned.get(uid)
      if (item !== undefined) collect(server, graph, { ...item, byKind })
    }
    clearNamespaces(server)
    return server.storage.version() !== version
  }
}

function learn(graph: Graph, item: Item): void {
  const { uid = '', ownerReferences = [], deletionTimestamp, finalizers = [] } = item.object.metadata
  if (deletionTimestamp !== undefined && finalizers.some(name => name === FOREGROUND || name === ORPHAN)) graph.waiting.set(uid, item)
  else graph.waiting.delete(uid)
  if (ownerReferences.length === 0) return void graph.owned.delete(uid)
  graph.owned.set(uid, item)
  for (const owner of ownerReferences) {
    const dependents = graph.dependents.get(owner.uid)
    if (dependents === undefined) graph.dependents.set(owner.uid, new Set([uid]))
    else dependents.add(uid)
  }
}

/** `owned` and `waiting` keep their order when an object only changes; an object that is gone leaves them. */
function forget(graph: Graph, object: KubeObject): void {
  const { uid = '', ownerReferences = [] } = object.metadata
  for (const owner of ownerReferences) graph.dependents.get(owner.uid)?.delete(uid)
  graph.owned.delete(uid)
  graph.waiting.delete(uid)
}

function dependentsOf(graph: Graph, owner: string): readonly Item[] {
  return [...graph.dependents.get(owner) ?? []].map(uid => graph.owned.get(uid)).filter(item => item !== undefined)
}

/** Orphans what is to be orphaned; lets an owner go when nothing that blocks it is left. */
function releaseOwner(server: Server, graph: Graph, { kind, object }: Item): void {
  const { uid = '', finalizers = [] } = object.metadata
  const dependents = dependentsOf(graph, uid)
  if (finalizers.includes(ORPHAN)) {
    for (const dependent of dependents) dropOwners(server, dependent, [uid])
    return dropFinalizer(server, { kind, object }, ORPHAN)
  }
  const blocking = dependents.some(dependent => dependent.object.metadata.ownerReferences?.some(owner => owner.uid === uid && owner.blockOwnerDeletion === true))
  if (!blocking) dropFinalizer(server, { kind, object }, FOREGROUND)
}

/** Deletes an object whose owners are all gone or wait for it; takes those off that it no longer needs. */
function collect(server: Server, graph: Graph, item: Item & { readonly byKind: ReadonlyMap<string, Kind> }): void {
  const { metadata } = item.object
  if (metadata.deletionTimestamp !== undefined) return
  const owners = metadata.ownerReferences ?? []
  const states = owners.map(owner => ({ owner, state: stateOf(server, item, owner) }))
  if (states.some(({ state }) => state === 'unknown')) return
  const needless = states.filter(({ state }) => state !== 'solid').map(({ owner }) => owner.uid)
  if (needless.length === 0) return
  if (needless.length < owners.length) return dropOwners(server, item, needless)
  const waited = states.some(({ state }) => state === 'waiting')
  const foreground = waited && dependentsOf(graph, metadata.uid ?? '').length > 0
  if (foreground) unblockCircle(server, graph, item)
  erase(server, item, foreground ? 'Foreground' : policyOf(metadata.finalizers))
}

function policyOf(finalizers: readonly string[] = []): 'Orphan' | 'Foreground' | 'Background' {
  return finalizers.includes(ORPHAN) ? 'Orphan' : finalizers.includes(FOREGROUND) ? 'Foreground' : 'Background'
}

/** Owners that wait for each other would wait for ever. */
function unblockCircle(server: Server, graph: Graph, item: Item): void {
  const { uid = '', ownerReferences = [] } = item.object.metadata
  if (!dependentsOf(graph, uid).some(({ object }) => object.metadata.deletionTimestamp !== undefined && object.metadata.finalizers?.includes(FOREGROUND) === true)) return
  write(server, item, { ownerReferences: ownerReferences.map(owner => ({ ...owner, blockOwnerDeletion: false })) })
}

function stateOf(server: Server, item: Item & { readonly byKind: ReadonlyMap<string, Kind> }, owner: OwnerReference): 'solid' | 'gone' | 'waiting' | 'unknown' {
  const kind = item.byKind.get(`${owner.apiVersion}/${owner.kind}`)
  const { namespace } = item.object.metadata
  if (kind === undefined || (kind.namespaced && namespace === undefined)) return 'unknown'
  const found = server.storage.get(kind, kind.namespaced ? namespace : undefined, owner.name)
  if (found === undefined || found.metadata.uid !== owner.uid) return 'gone'
  return found.metadata.deletionTimestamp !== undefined && found.metadata.finalizers?.includes(FOREGROUND) === true ? 'waiting' : 'solid'
}

function dropOwners(server: Server, item: Item, uids: readonly string[]): void {
  write(server, item, { ownerReferences: (item.object.metadata.ownerReferences ?? []).filter(owner => !uids.includes(owner.uid)) })
}

function dropFinalizer(server: Server, item: Item, finalizer: string): void {
  write(server, item, { finalizers: (item.object.metadata.finalizers ?? []).filter(name => name !== finalizer) })
}

function write(server: Server, { kind, object }: Item, metadata: object): void {
  const { namespace, name, uid } = object.metadata
  unlessRefused(() => patch(server, kind, { namespace, name, status: false, actor: 'cluster', body: { metadata: { uid, ...metadata } } }))
}

function erase(server: Server, { kind, object }: Item, propagationPolicy: string): void {
  const { namespace, name, uid } = object.metadata
  unlessRefused(() => remove(server, kind, { namespace, name, actor: 'cluster', body: { propagationPolicy, preconditions: { uid } } }))
}

/** Somebody else may have been quicker; the next pass looks again. */
function unlessRefused(act: () => unknown): void {
  try {
    act()
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
  }
}
