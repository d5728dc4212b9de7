import type { KubeObject } from '../../../schemas/generated/types.ts'
import type { ApiServer, Response } from '../api/api.ts'

/** Where an object is. */
export interface Place {
  readonly namespace?: string
  readonly name?: string
}

/** Path of a collection or an object of a resource (`batch/v1/jobs`, `v1/pods`). */
export function pathOf(resource: string, { namespace, name }: Place): string {
  const cut = resource.lastIndexOf('/')
  const group = resource.slice(0, cut)
  const root = group === 'v1' ? '/api/v1' : `/apis/${group}`
  return `${root}${namespace ? `/namespaces/${namespace}` : ''}${resource.slice(cut)}${name === undefined ? '' : `/${name}`}`
}

/** An object as it is now. */
export function read<T = KubeObject>(api: ApiServer, resource: string, place: Place): T | undefined {
  return api.read<T>(pathOf(resource, place))
}

/** Merges into an object. False when that was refused: the next reconcile looks again. */
export function patch(api: ApiServer, path: string, body: object): boolean {
  return api.request({ actor: 'cluster', method: 'PATCH', path, body }).status < 300
}

/** Merges into the status of an object. */
export function patchStatus(api: ApiServer, path: string, status: object): boolean {
  return patch(api, `${path}/status`, { status })
}

/** Makes an object; the answer may be a refusal. */
export function create(api: ApiServer, path: string, body: object): Response {
  return api.request({ actor: 'cluster', method: 'POST', path, body })
}

/** Deletes an object. */
export function remove(api: ApiServer, path: string, options: object = {}): boolean {
  return api.request({ actor: 'cluster', method: 'DELETE', path, body: { kind: 'DeleteOptions', apiVersion: 'v1', ...options } }).status < 300
}

/** Takes one finalizer off, or puts it on. Writes nothing when that is so already. */
export function setFinalizer(api: ApiServer, path: string, { finalizer, present }: { readonly finalizer: string; readonly present: boolean }): boolean {
  const object = api.read(path)
  const finalizers = object?.metadata.finalizers ?? []
  if (object === undefined || finalizers.includes(finalizer) === present) return false
  const next = present ? [...finalizers, finalizer] : finalizers.filter(one => one !== finalizer)
  return patch(api, path, { metadata: { finalizers: next.length === 0 ? null : next } })
}
