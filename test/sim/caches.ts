import type { KubeObject } from '../../schemas/generated/types.ts'
import type { ApiServer, Change, Response } from './api/api.ts'
import type { Engine } from './engine.ts'
import type { Faults } from './faults.ts'

/** One watch: changes come when they come, in their order. */
export interface Stream {
  /** Undefined after `close`; `expired` when the server no longer knows what came next. */
  next(): Promise<Change | 'expired' | undefined>
  close: () => void
}

/** What the watchers of each resource see, each resource with a delay of its own. */
export interface Caches {
  /** A list of a whole resource, perhaps as it was some time ago; undefined for any other path. */
  list(path: string): Response | undefined
  watch(path: string, after: number): Stream
  /** Keeps everything back from a resource (`batch/v1/jobs`), or from all, until this time. */
  freeze(resource: string | undefined, until: number): void
}

/** Caches over the journal of a server. Only lists of whole resources are cached, as informers make them. */
export function createCaches(api: ApiServer, engine: Engine, faults: Faults): Caches {
  const frozen = new Map<string, number>()
  const heldUntil = (resource: string): number => Math.max(frozen.get(resource) ?? 0, frozen.get('*') ?? 0)
  const freeze = (resource: string | undefined, until: number): void => {
    frozen.set(resource ?? '*', Math.max(until, frozen.get(resource ?? '*') ?? 0))
  }
  return {
    freeze,
    list(path) {
      const resource = resourceOf(path)
      if (resource === undefined || !faults.strikes('cacheTimeTravel')) return undefined
      const now = api.journal.at(-1)?.resourceVersion ?? 0
      return listAt(api, resource, Math.max(0, now - 1 - engine.random.below(40)))
    },
    watch: (path, after) => new Watch({ api, engine, faults, heldUntil, freeze }, resourceOf(path) ?? '', after),
  }
}

interface Surroundings {
  readonly api: ApiServer
  readonly engine: Engine
  readonly faults: Faults
  readonly heldUntil: (resource: string) => number
  readonly freeze: Caches['freeze']
}

class Watch implements Stream {
  readonly #around: Surroundings
  readonly #resource: string
  readonly #waiting: Change[]
  readonly #unsubscribe: () => void
  #wake: ((change: Change | 'expired' | undefined) => void) | undefined
  #timer: (() => void) | undefined
  #closed = false
  #expired = false
  #again: Change | undefined

  constructor(around: Surroundings, resource: string, after: number) {
    this.#around = around
    this.#resource = resource
    this.#waiting = around.api.journal.filter(change => change.resource === resource && change.resourceVersion > after)
    this.#unsubscribe = around.api.subscribe(change => { if (change.resource === resource) this.#arrive(change) })
  }

  next(): Promise<Change | 'expired' | undefined> {
    if (this.#closed) return Promise.resolve(undefined)
    return new Promise(resolve => {
      this.#wake = resolve
      this.#schedule()
    })
  }

  close = (): void => {
    this.#closed = true
    this.#unsubscribe()
    this.#timer?.()
    this.#give(undefined)
  }

  #arrive(change: Change): void {
    const { faults, freeze, engine } = this.#around
    if (faults.strikes('cacheLag')) freeze(this.#resource, engine.now() + 1000 * engine.random.below(300))
    if (faults.strikes('watchEventDropped')) this.#expired = true
    else this.#waiting.push(change)
    this.#schedule()
  }

  #schedule(): void {
    if (this.#wake === undefined || this.#timer !== undefined || (this.#waiting.length === 0 && this.#again === undefined && !this.#expired)) return
    const { engine, heldUntil } = this.#around
    const lag = Math.max(engine.random.below(60), heldUntil(this.#resource) - engine.now())
    this.#timer = engine.after(lag, () => {
      this.#timer = undefined
      if (heldUntil(this.#resource) > engine.now()) this.#schedule()
      else this.#give(this.#take())
    })
  }

  #take(): Change | 'expired' | undefined {
    const repeated = this.#again
    this.#again = undefined
    if (repeated !== undefined) return repeated
    const change = this.#waiting.shift()
    if (change === undefined) return this.#expired ? 'expired' : undefined
    if (this.#around.faults.strikes('watchEventRepeated')) this.#again = change
    return change
  }

  #give(change: Change | 'expired' | undefined): void {
    if (change === 'expired') this.#expired = false
    const wake = this.#wake
    this.#wake = undefined
    wake?.(change)
  }
}

/** `batch/v1/jobs` of `/apis/batch/v1/jobs`; undefined when the path names an object, a namespace or no resource. */
function resourceOf(path: string): string | undefined {
  return /^\/(?:api\/(v1\/[a-z]+)|apis\/([^/]+\/[^/]+\/[a-z]+))$/.exec(path)?.slice(1).find(part => part !== undefined)
}

function listAt(api: ApiServer, resource: string, version: number): Response {
  const objects = new Map<string, KubeObject>()
  for (const change of api.journal) {
    if (change.resourceVersion > version) break
    if (change.resource !== resource) continue
    const { namespace, name } = change.after.metadata
    if (change.type === 'DELETED') objects.delete(`${namespace}/${name}`)
    else objects.set(`${namespace}/${name}`, change.after)
  }
  return { status: 200, body: { apiVersion: 'v1', kind: 'List', metadata: { resourceVersion: String(version) }, items: [...objects.values()] } }
}
