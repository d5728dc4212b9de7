import type { KubeObject } from '../../../hooks/hook.ts'
import type { Answer, Call, Kubernetes } from '../../../hooks/kubernetes.ts'
import { mergePatch } from '../merge-patch.ts'

/**
 * A Kubernetes API that answers every write as the real one would and keeps none of them: each request meets the same cluster,
 * in whatever order and however many at once.
 */
export class FrozenApi implements Kubernetes {
  /** Writes that the API took. */
  readonly writes: Call[] = []
  readonly #objects: ReadonlyMap<string, KubeObject>

  /** `damaged`: objects that are not what they should be in this cluster. */
  constructor(objects: ReadonlyMap<string, KubeObject>, damaged: ReadonlyMap<string, KubeObject> = new Map()) {
    this.#objects = damaged.size === 0 ? objects : new Map([...objects, ...damaged])
  }

  async call(call: Call): Promise<Answer> {
    const answer = this.#answer(call)
    if (call.method !== 'GET' && answer.outcome === 'ok') this.writes.push(call)
    return answer
  }

  #answer(call: Call): Answer {
    const body = (call.body ?? {}) as KubeObject & { readonly preconditions?: Fence }
    if (call.method === 'GET') return call.query === undefined ? this.#read(call.path) : this.#list(call.path, call.query)
    if (call.method === 'POST') return this.#objects.has(`${call.path}/${body.metadata.name}`) ? { outcome: 'exists', message: 'exists' } : made(body)
    const found = this.#objects.get(call.path)
    if (found === undefined) return { outcome: 'absent', message: call.path }
    const fence: Fence = (call.method === 'PATCH' ? body.metadata : body.preconditions) ?? {}
    if (differs(fence, found.metadata)) return { outcome: 'conflict', message: 'changed' }
    return { outcome: 'ok', object: call.method === 'PATCH' ? mergePatch(found, body) as KubeObject : found }
  }

  #read(path: string): Answer {
    const object = this.#objects.get(path)
    return object === undefined ? { outcome: 'absent', message: path } : { outcome: 'ok', object }
  }

  #list(path: string, { labelSelector = '', fieldSelector = '' }: Readonly<Record<string, string>>): Answer {
    const inside = (foldersOf(this.#objects).get(path) ?? []).flatMap(at => this.#objects.get(at) ?? [])
    const [label = '', value] = labelSelector.split('=')
    const about = /involvedObject\.name=([^,]*)/.exec(fieldSelector)?.[1]
    const items = inside.filter(object => (label === '' || object.metadata.labels?.[label] === value) && (about === undefined || nameOfInvolved(object) === about))
    return { outcome: 'ok', object: { apiVersion: 'v1', kind: 'List', metadata: {}, items } as unknown as KubeObject }
  }
}

const known = new WeakMap<ReadonlyMap<string, KubeObject>, ReadonlyMap<string, readonly string[]>>()

/** Paths of objects by that of their collection; worked out once for each cluster, for thousands list at once. */
function foldersOf(objects: ReadonlyMap<string, KubeObject>): ReadonlyMap<string, readonly string[]> {
  const found = known.get(objects) ?? Map.groupBy(objects.keys(), path => path.slice(0, path.lastIndexOf('/')))
  known.set(objects, found)
  return found
}

interface Fence {
  readonly uid?: string
  readonly resourceVersion?: string
}

function differs(wanted: Fence, found: Fence): boolean {
  return (['uid', 'resourceVersion'] as const).some(field => wanted[field] !== undefined && wanted[field] !== found[field])
}

function made(object: KubeObject): Answer {
  return { outcome: 'ok', object: { ...object, metadata: { ...object.metadata, uid: 'made', resourceVersion: '1' } } }
}

function nameOfInvolved(object: KubeObject): string | undefined {
  return (object as { involvedObject?: { name?: string } }).involvedObject?.name
}
