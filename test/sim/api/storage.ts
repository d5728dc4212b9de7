import type { KubeObject } from '../../../schemas/generated/types.ts'
import type { Actor, Change } from './api.ts'
import { freeze, type Draft } from './draft.ts'
import type { Kind } from './kind.ts'

/** All objects by resource, namespace and name, and every change of them. */
export interface Storage {
  get(kind: Kind, namespace: string | undefined, name: string): KubeObject | undefined
  /** By namespace and name, as etcd keeps them. Without a namespace: all. */
  list(kind: Kind, namespace?: string): readonly KubeObject[]
  /** Gives the draft the next resourceVersion and freezes it. */
  put(kind: Kind, draft: Draft, by: { readonly actor: Actor; readonly before: KubeObject | undefined }): KubeObject
  remove(kind: Kind, object: KubeObject, actor: Actor): KubeObject
  /** The resourceVersion of the last change. */
  version(): number
  readonly journal: readonly Change[]
  subscribe(listener: (change: Change) => void): () => void
}

/** Objects of one resource in one namespace. */
interface Shelf {
  readonly objects: Map<string, KubeObject>
  /** Undefined after a change. */
  sorted: readonly KubeObject[] | undefined
}

/** An empty storage. */
export function createStorage(now: () => number): Storage {
  const shelves = new Map<Kind, Map<string, Shelf>>()
  const journal: Change[] = []
  const listeners = new Set<(change: Change) => void>()
  let version = 1
  const record = (change: Change): void => {
    journal.push(change)
    for (const listener of listeners) listener(change)
  }
  const change = (kind: Kind, type: Change['type'], of: Pick<Change, 'actor' | 'before' | 'after'>): void => {
    record({ type, resource: `${kind.apiVersion}/${kind.plural}`, ...of, resourceVersion: version, at: now() })
  }
  return {
    get: (kind, namespace, name) => shelves.get(kind)?.get(namespace ?? '')?.objects.get(name),
    list: (kind, namespace) => listed(shelves.get(kind), namespace),
    put(kind, draft, { actor, before }) {
      draft.metadata.resourceVersion = String(++version)
      const after = freeze(draft) as unknown as KubeObject
      const shelf = shelfOf(shelves, kind, after.metadata.namespace ?? '')
      shelf.objects.set(after.metadata.name, after)
      shelf.sorted = undefined
      change(kind, before === undefined ? 'ADDED' : 'MODIFIED', { actor, before, after })
      return after
    },
    remove(kind, object, actor) {
      const after = freeze({ ...object, metadata: { ...object.metadata, resourceVersion: String(++version) } })
      const shelf = shelfOf(shelves, kind, object.metadata.namespace ?? '')
      shelf.objects.delete(object.metadata.name)
      shelf.sorted = undefined
      change(kind, 'DELETED', { actor, before: object, after })
      return after
    },
    version: () => version,
    journal,
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}

function listed(shelves: ReadonlyMap<string, Shelf> | undefined, namespace: string | undefined): readonly KubeObject[] {
  if (shelves === undefined) return []
  if (namespace !== undefined) return sortedShelf(shelves.get(namespace))
  return [...shelves.keys()].map(name => `${name}/`).sort().flatMap(key => sortedShelf(shelves.get(key.slice(0, -1))))
}

function sortedShelf(shelf: Shelf | undefined): readonly KubeObject[] {
  if (shelf === undefined) return []
  shelf.sorted ??= [...shelf.objects.keys()].sort().map(name => shelf.objects.get(name) as KubeObject)
  return shelf.sorted
}

function shelfOf(shelves: Map<Kind, Map<string, Shelf>>, kind: Kind, namespace: string): Shelf {
  let namespaces = shelves.get(kind)
  if (namespaces === undefined) shelves.set(kind, namespaces = new Map())
  let shelf = namespaces.get(namespace)
  if (shelf === undefined) namespaces.set(namespace, shelf = { objects: new Map(), sorted: undefined })
  return shelf
}
