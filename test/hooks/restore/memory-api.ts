import type { KubeObject } from '../../../hooks/hook.ts'
import type { Answer, Call, Kubernetes } from '../../../hooks/kubernetes.ts'
import { mergePatch } from '../merge-patch.ts'

/** A Kubernetes API in memory: UIDs, resourceVersions, preconditions, merge patches, finalizers, label selectors. */
export class MemoryApi implements Kubernetes {
  readonly objects = new Map<string, KubeObject>()
  /** Called after each write by `call`; may throw to play a lost answer. */
  afterWrite: (call: Call) => void = () => undefined
  #version = 0

  async call(call: Call): Promise<Answer> {
    const answer = this.#answer(call)
    if (call.method !== 'GET' && answer.outcome === 'ok') this.afterWrite(call)
    return answer
  }

  /** Stores an object as it is, with a new resourceVersion. */
  put(path: string, object: KubeObject): KubeObject {
    this.#version += 1
    const { uid = `uid-${this.#version}` } = object.metadata
    const stored = { ...object, metadata: { ...object.metadata, uid, resourceVersion: String(this.#version) } }
    this.objects.set(path, stored)
    return stored
  }

  /** From now on a collection holds these objects with these labels, and no others. */
  replace(path: string, objects: readonly KubeObject[], labels: Readonly<Record<string, string>>): void {
    for (const key of [...this.objects.keys()]) if (key.startsWith(`${path}/`)) this.objects.delete(key)
    for (const object of objects) this.put(`${path}/${object.metadata.name}`, { ...object, metadata: { ...object.metadata, labels } })
  }

  /** Merges a patch (null removes a field) into a stored object. */
  patch(path: string, patch: object): void {
    const found = this.objects.get(path)
    if (found) this.put(path, mergePatch(found, patch) as KubeObject)
  }

  /** Deletes an object, or only marks it while it has finalizers. */
  remove(path: string): void {
    const found = this.objects.get(path)
    if (found?.metadata.finalizers?.length) this.patch(path, { metadata: { deletionTimestamp: '2026-11-21T09:00:00Z' } })
    else this.objects.delete(path)
  }

  /** All objects of a kind. */
  all<T = KubeObject>(kind: string): [string, T][] {
    return [...this.objects].filter(([, object]) => object.kind === kind) as unknown as [string, T][]
  }

  #answer(call: Call): Answer {
    const body = (call.body ?? {}) as KubeObject & { readonly preconditions?: { readonly uid?: string; readonly resourceVersion?: string } }
    if (call.method === 'POST') return this.#create(`${call.path}/${body.metadata.name}`, body)
    const found = this.objects.get(call.path)
    if (call.method === 'GET') return found ? ok(found) : this.#list(call)
    if (!found) return { outcome: 'absent', message: call.path }
    const wanted = call.method === 'PATCH' ? body.metadata : body.preconditions
    const differs = (field: 'uid' | 'resourceVersion') => wanted?.[field] !== undefined && wanted[field] !== found.metadata[field]
    if (differs('uid') || differs('resourceVersion')) return { outcome: 'conflict', message: call.path }
    if (call.method === 'PATCH') this.patch(call.path, body)
    else this.remove(call.path)
    return ok(this.objects.get(call.path) ?? found)
  }

  #create(path: string, body: KubeObject): Answer {
    if (this.objects.has(path)) return { outcome: 'exists', message: path }
    const finalizers = body.kind === 'PersistentVolumeClaim' ? ['kubernetes.io/pvc-protection'] : []
    return ok(this.put(path, { ...body, metadata: { ...body.metadata, creationTimestamp: '2026-11-21T09:00:00Z', finalizers } }))
  }

  #list({ path, query }: Call): Answer {
    if (query === undefined) return { outcome: 'absent', message: path }
    const [label = '', value] = (query.labelSelector ?? '').split('=')
    const inside = [...this.objects].filter(([at]) => at.startsWith(`${path}/`)).map(([, object]) => object)
    const items = inside.filter(({ metadata }) => label === '' || metadata.labels?.[label] === value)
    return ok({ apiVersion: 'v1', kind: 'List', metadata: {}, items } as unknown as KubeObject)
  }
}

function ok(object: KubeObject): Answer {
  return { outcome: 'ok', object: structuredClone(object) }
}
