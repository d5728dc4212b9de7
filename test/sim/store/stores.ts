import type { Task } from '../../../schemas/generated/types.ts'

/** A restore point, or what is left of the making or removing of one. */
export interface Point {
  readonly location: string
  readonly namespace: string
  readonly volume: string
  readonly backup: string
  /** UID of the Backup. */
  readonly run: string | undefined
  readonly strategy: Task['strategy']
  /** Restic snapshot, or place of the archive. */
  readonly handle: string
  readonly content: string
  /** Whether it is a restore point: its manifest, or the note of its result, was written. */
  readonly committed: boolean
  readonly damaged: boolean
  /** Files that could not be read when it was made. */
  readonly errors: number
  /** When its data came to be, in virtual milliseconds. */
  readonly at: number
}

/** Data that the world has lost, not we. */
export interface Loss {
  readonly kind: 'emptied' | 'damaged'
  readonly location: string
  /** The one point; undefined when all are gone. */
  readonly handle?: string
  readonly at: number
}

/** A time in which lists of a location do not show what is new. */
export interface Veil {
  readonly location: string
  /** What came later is not shown, in virtual milliseconds. */
  readonly over: number
  readonly from: number
  readonly until: number
}

type Writable<T> = { -readonly [Field in keyof T]: T[Field] }

/** Everything at one location. Changes are those of single requests: what has to be whole is up to who asks. */
export class Store {
  readonly location: string
  /** Its identity, which a check gives it; undefined while there is none. */
  storeId: string | undefined
  /** Identity of the restic repository; undefined while there is none. */
  resticId: string | undefined
  /** Credentials are refused until then. */
  deniedUntil = 0
  /** They are not refused anew before. */
  calmUntil = 0
  /** When everything was lost last. */
  emptiedAt = -Infinity
  #veil: Veil | undefined
  readonly #points = new Set<Writable<Point>>()
  readonly #losses: Loss[]
  readonly #veils: Veil[]

  constructor(location: string, { losses, veils }: { readonly losses: Loss[]; readonly veils: Veil[] }) {
    this.location = location
    this.#losses = losses
    this.#veils = veils
  }

  points(): readonly Point[] {
    return [...this.#points]
  }

  find(holds: (point: Point) => boolean): Point | undefined {
    for (const point of this.#points) if (holds(point)) return point
    return undefined
  }

  add(point: Omit<Point, 'location' | 'damaged' | 'committed'>): Point {
    const added = { ...point, location: this.location, damaged: false, committed: false }
    this.#points.add(added)
    return added
  }

  has(point: Point): boolean {
    return this.#points.has(point)
  }

  setCommitted(point: Point, committed: boolean): void {
    if (this.#points.has(point)) (point as Writable<Point>).committed = committed
  }

  remove(point: Point): void {
    this.#points.delete(point)
  }

  /** What a list shows at this time. */
  listed(now: number): readonly Point[] {
    const { over, until } = this.#veil ?? { over: 0, until: 0 }
    return now < until ? this.points().filter(({ at }) => at <= over) : this.points()
  }

  /** From now on lists are slow. */
  veil(veil: Omit<Veil, 'location'>): void {
    this.#veil = { ...veil, location: this.location }
    this.#veils.push(this.#veil)
  }

  /** Everything is gone, for good. */
  empty(at: number): void {
    this.#points.clear()
    this.storeId = undefined
    this.resticId = undefined
    this.emptiedAt = at
    this.#losses.push({ kind: 'emptied', location: this.location, at })
  }

  /** Everything of another store is here now, and gone from there. */
  takeOver(other: Store, at: number): void {
    for (const point of other.#points) this.#points.add({ ...point, location: this.location })
    this.storeId = other.storeId
    this.resticId = other.resticId
    other.empty(at)
  }

  /** Nobody can read this point any more. */
  damage(point: Point, at: number): void {
    if (point.damaged) return
    (point as Writable<Point>).damaged = true
    this.#losses.push({ kind: 'damaged', location: this.location, handle: point.handle, at })
  }
}

/** All repositories, by location. */
export interface Stores {
  /** The store of a location, which comes to be when it is first asked for. */
  at(location: string): Store
  all(): readonly Store[]
  points(): readonly Point[]
  /** Everything that was lost without a deletion, oldest first. */
  readonly losses: readonly Loss[]
  readonly veils: readonly Veil[]
}

/** No repository yet. */
export function createStores(): Stores {
  const stores = new Map<string, Store>()
  const losses: Loss[] = []
  const veils: Veil[] = []
  return {
    at(location) {
      const store = stores.get(location) ?? new Store(location, { losses, veils })
      stores.set(location, store)
      return store
    },
    all: () => [...stores.values()],
    points: () => [...stores.values()].flatMap(store => store.points()),
    losses,
    veils,
  }
}

/**
 * Location of a task's store: `s3://bucket/prefix/namespace`, or the path in what is mounted at /repository: `pvc://namespace/claim/…`,
 * `nfs://server/path/…` (`mount` is that without what follows).
 */
export function locationOf({ type, bucket, prefix, path = '' }: Task['store'], mount = ''): string {
  if (type === 's3') return `s3://${bucket}/${prefix}`
  return `${mount}${path.replace(/^\/repository/, '')}`
}
