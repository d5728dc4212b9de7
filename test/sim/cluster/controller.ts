import type { Change } from '../api/api.ts'
import type { Random } from '../random.ts'
import type { Cluster } from './cluster.ts'
import type { KubeObject } from '../../../schemas/generated/types.ts'

export interface ControllerOptions {
  readonly cluster: Pick<Cluster, 'api' | 'engine'>
  /** Names the stream that its delays are drawn from. */
  readonly name: string
  /** Whose changes are looked at: `batch/v1/jobs`. */
  readonly resource: string
  /** Which of those changes matter. @default all */
  readonly concerns?: (change: Change) => boolean
  /** Keys that a change of another resource is about. */
  readonly also?: Readonly<Record<string, (object: KubeObject, change: Change) => readonly string[]>>
  /** Milliseconds from a change to its reconcile. @default mostly below 2 s, sometimes up to 10 s */
  readonly delay?: (random: Random) => number
  /** Brings one object (`namespace/name`) on its way; answers after how many milliseconds it wants to be called again. May be called at any time. */
  readonly reconcile: (key: string) => number | undefined
}

/** Asks for a reconcile, after the usual delay or this one. */
export type Enqueue = (key: string, milliseconds?: number) => void

/** Reconciles single objects a little after something about them has changed; changes in between are one. */
export function controller(options: ControllerOptions): Enqueue {
  const { cluster: { api, engine }, name, resource, concerns = () => true, also = {}, delay = usual, reconcile } = options
  const random = engine.random.fork(name)
  const waiting = new Map<string, { readonly at: number; readonly cancel: () => void }>()
  const act = (key: string): void => {
    waiting.delete(key)
    const again = reconcile(key)
    if (again !== undefined) enqueue(key, again)
  }
  const enqueue: Enqueue = (key, milliseconds) => {
    const after = Math.round(milliseconds ?? delay(random))
    const at = engine.now() + after
    const planned = waiting.get(key)
    if (planned !== undefined && planned.at <= at) return
    planned?.cancel()
    waiting.set(key, { at, cancel: engine.after(after, () => act(key)) })
  }
  api.subscribe(change => {
    if (change.resource === resource) {
      if (concerns(change)) enqueue(keyOf(change.after))
    } else for (const key of also[change.resource]?.(change.after, change) ?? []) enqueue(key)
  })
  for (const object of api.all(resource)) enqueue(keyOf(object))
  return enqueue
}

/** `namespace/name`; of what is in no namespace, `/name`. */
export function keyOf({ metadata }: Pick<KubeObject, 'metadata'>): string {
  return `${metadata.namespace ?? ''}/${metadata.name}`
}

/** A change by the cluster's own components of nothing but status, labels and the like: who made it need not be told. */
export function isOwnWriting({ type, actor, before, after }: Change): boolean {
  if (type !== 'MODIFIED' || actor !== 'cluster') return false
  return before?.metadata.generation === after.metadata.generation && before?.metadata.deletionTimestamp === after.metadata.deletionTimestamp
}

/** What a key names. */
export function placeOf(key: string): { readonly namespace: string; readonly name: string } {
  const cut = key.indexOf('/')
  return { namespace: key.slice(0, cut), name: key.slice(cut + 1) }
}

/** Doubles with each failure, with an upper bound. */
export function backoff(failures: number, { first, most }: { readonly first: number; readonly most: number }): number {
  return Math.min(first * 2 ** Math.min(failures, 20), most)
}

function usual(random: Random): number {
  return random.chance(0.05) ? random.below(10_000) : random.below(2000)
}
