import type { KubeObject } from '../../../schemas/generated/types.ts'

/** What earlier steps were answered, by their names. */
export type Seen = (step: string) => KubeObject

/** One request. */
export interface Ask {
  readonly name: string
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  readonly path: string
  readonly query?: Readonly<Record<string, string>>
  /** A function when it needs a UID or a resourceVersion that an earlier answer told. */
  readonly body?: object | ((seen: Seen) => object)
}

/** Waits for what controllers do: until a GET of the path is 404, or its object is as wanted. */
export interface Settle {
  readonly name: string
  readonly settle: string
  readonly until: 'gone' | ((object: KubeObject) => boolean)
}

export type Step = Ask | Settle

/** Requests that belong together, in a namespace of their own. */
export interface Scenario {
  readonly name: string
  readonly steps: (namespace: string) => readonly Step[]
}

/** POST. */
export function post(name: string, path: string, body: Ask['body']): Ask {
  return { name, method: 'POST', path, body }
}

/** PUT. */
export function put(name: string, path: string, body: Ask['body']): Ask {
  return { name, method: 'PUT', path, body }
}

/** PATCH with a JSON merge patch. */
export function patch(name: string, path: string, body: Ask['body']): Ask {
  return { name, method: 'PATCH', path, body }
}

/** GET. */
export function get(name: string, path: string, query?: Ask['query']): Ask {
  return { name, method: 'GET', path, ...(query === undefined ? {} : { query }) }
}

/** DELETE. */
export function del(name: string, path: string, body?: Ask['body']): Ask {
  return { name, method: 'DELETE', path, ...(body === undefined ? {} : { body: typeof body === 'function' ? body : { kind: 'DeleteOptions', apiVersion: 'v1', ...body } }) }
}

/** Waits for controllers. */
export function settle(name: string, path: string, until: Settle['until']): Settle {
  return { name, settle: path, until }
}

/** The object that a step was answered, with some metadata replaced. */
export function withMeta(object: KubeObject, metadata: object): KubeObject {
  return { ...object, metadata: { ...object.metadata, ...metadata } }
}

/** A reference to an owner. */
export function ownedBy({ apiVersion, kind, metadata }: KubeObject, more: object = {}): object {
  return { apiVersion, kind, name: metadata.name, uid: metadata.uid, ...more }
}
