import type { ApiServer } from '../api/api.ts'
import type { Disks } from '../store/disks.ts'
import type { Point as StoredPoint, Store, Stores } from '../store/stores.ts'
import type { Watched } from './invariant.ts'

/** A committed restore point in a repository. */
export type Point = StoredPoint & { readonly run: string }

/** What a volume held from a time on. */
export interface Generation {
  readonly content: string
  readonly at: number
}

/** What really is stored, and what was. */
export interface Material {
  /** Another number after each change. */
  version(): number
  /** Of a volume or a driver snapshot; undefined when there is none of that handle. */
  contentOf(handle: string): string | undefined
  /** All that a volume has held, oldest first. */
  pastOf(handle: string): readonly Generation[]
  points(): readonly Point[]
}

const known = new WeakMap<ApiServer, Material>()

/** The storage of a world: one view for all its invariants. It listens at the storage's own doors, so that nobody has to look at everything after each event. */
export function materialOf(watched: Watched): Material {
  const found = known.get(watched.api)
  if (found !== undefined) return found
  const material = new Observer(watched)
  known.set(watched.api, material)
  return material
}

class Observer implements Material {
  readonly #watched: Watched
  readonly #past = new Map<string, Generation[]>()
  #version = 0
  #losses = 0
  #points: { readonly version: number; readonly points: readonly Point[] } = { version: -1, points: [] }

  constructor(watched: Watched) {
    this.#watched = watched
    const { disks, stores } = watched.cluster
    this.#listenToDisks(disks)
    this.#listenToStores(stores)
  }

  version(): number {
    return this.#version
  }

  contentOf(handle: string): string | undefined {
    return this.#watched.cluster.disks.read(handle)
  }

  pastOf(handle: string): readonly Generation[] {
    return this.#past.get(handle) ?? []
  }

  points(): readonly Point[] {
    if (this.#points.version !== this.#version) {
      const points = this.#watched.cluster.stores.points().filter((point): point is Point => point.committed && point.run !== undefined)
      this.#points = { version: this.#version, points: points.map(point => ({ ...point })) }
    }
    return this.#points.points
  }

  #listenToDisks(disks: Disks): void {
    for (const handle of disks.volumes()) this.#remember(handle)
    const { write, create, snapshot, remove } = disks
    const changed = (handle: string): void => {
      this.#version += 1
      this.#remember(handle)
    }
    Object.assign(disks, {
      write: (handle: string, content: string) => { write(handle, content); changed(handle) },
      create: (handle: string, content: string) => { create(handle, content); changed(handle) },
      remove: (handle: string) => { remove(handle); changed(handle) },
      snapshot: (volume: string, handle: string) => {
        const taken = snapshot(volume, handle)
        changed(handle)
        return taken
      },
    } satisfies Partial<Disks>)
  }

  #remember(handle: string): void {
    const content = this.contentOf(handle)
    const past = this.#past.get(handle) ?? []
    if (content !== undefined && past.at(-1)?.content !== content) past.push({ content, at: this.#watched.engine.now() })
    this.#past.set(handle, past)
  }

  #listenToStores(stores: Stores): void {
    const heard = new Set<Store>()
    const { at } = stores
    Object.assign(stores, {
      at: (location: string) => {
        const store = at(location)
        if (!heard.has(store)) this.#listenTo(store)
        heard.add(store)
        return store
      },
    })
    for (const store of stores.all()) stores.at(store.location)
  }

  #listenTo(store: Store): void {
    for (const method of ['add', 'setCommitted', 'remove', 'empty', 'damage'] as const) {
      const original = store[method].bind(store) as (...input: never[]) => unknown
      Object.assign(store, {
        [method]: (...input: never[]) => {
          const result = original(...input)
          this.#version += 1
          this.#noteLosses()
          return result
        },
      })
    }
  }

  /** What the world has lost is nobody's fault of ours. */
  #noteLosses(): void {
    const { cluster: { stores }, blame } = this.#watched
    for (const { kind, location, handle, at } of stores.losses.slice(this.#losses)) {
      if (kind === 'emptied') blame.note('storeEmptied', location, at)
      else blame.note('pointDamaged', `${location} ${handle}`, at)
    }
    this.#losses = stores.losses.length
  }
}
