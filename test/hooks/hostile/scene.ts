import type { KubeObject, ObjectsByKind } from '../../../hooks/hook.ts'
import { isResourceKind, resourcePath } from '../../../hooks/resource-path.ts'
import { START } from '../restore/samples.ts'
import { plantSecrets } from './secrets.ts'

/** The one clock of all scenes. */
export const CLOCK = new Date(START.getTime() + 30_000)

/** A request body as it is on the wire. */
export interface Body {
  readonly controller: object
  readonly parent: KubeObject
  readonly children?: ObjectsByKind
  readonly related?: ObjectsByKind
  readonly finalizing?: boolean
}

/** One good request, and what the cluster holds besides. */
export interface Scene {
  readonly name: string
  /** URL: `/<kind>/<verb>`. */
  readonly path: string
  readonly body: Body
  /** Everything that the API server has, by path. */
  readonly objects: ReadonlyMap<string, KubeObject>
}

/** What a scene is made from; the namespace is `shop` throughout. */
export interface Draft {
  readonly kind: string
  readonly verb?: 'sync' | 'finalize' | 'customize'
  readonly parent: object
  readonly children?: ObjectsByKind
  readonly related?: ObjectsByKind
  /** In the cluster, but not in the request. */
  readonly besides?: readonly KubeObject[]
}

/** The scene of a draft, in a namespace of its own so that the clusters of all scenes can be one, and with secrets wherever one may be. */
export function sceneOf(name: string, draft: Draft): Scene {
  const { kind, verb = 'sync', parent, children = {}, related = {}, besides = [] } = draft
  const request = verb === 'customize' ? { controller: {}, parent } : { controller: {}, parent, children, related, finalizing: verb === 'finalize' }
  const moved = plantSecrets(inNamespace({ request, besides }, `shop-${name}`)) as { request: Body; besides: readonly KubeObject[] }
  const shown = [moved.request.parent, ...membersOf(moved.request.children), ...membersOf(moved.request.related)]
  const stored = [...shown, ...moved.besides].filter(object => isResourceKind(object.kind))
  return { name, path: `/${kind}/${verb}`, body: moved.request, objects: new Map(stored.map(object => [pathOf(object), frozen(object)])) }
}

/** Objects under the keys of hook version v2. */
export function keyed(...objects: readonly object[]): Readonly<Record<string, KubeObject>> {
  return Object.fromEntries((objects as readonly KubeObject[]).map(object => [keyOf(object), object]))
}

/** Key of an object within its group. */
export function keyOf({ metadata: { namespace, name } }: KubeObject): string {
  return namespace === undefined ? name : `${namespace}/${name}`
}

function membersOf(groups: ObjectsByKind = {}): readonly KubeObject[] {
  return Object.values(groups).flatMap(group => Object.values(group))
}

/** Names that are one in the whole cluster are made different too. */
function inNamespace<Value>(value: Value, namespace: string): Value {
  const text = JSON.stringify(value).replace(/(?<=")shop(?=["/])/g, namespace).replace(/(?<=")(pv|content)-/g, `$1-${namespace}-`)
  return JSON.parse(text.replace(/(?<=")restore-uid(?=")/g, `uid-of-${namespace}`)) as Value
}

/** Path of an object in the API; undefined for what no path leads to. */
export function pathIfAny(value: unknown): string | undefined {
  try {
    return pathOf(value as KubeObject)
  } catch {
    return undefined
  }
}

function pathOf({ kind, metadata: { namespace, name } }: KubeObject): string {
  if (!isResourceKind(kind)) throw new Error(`${kind} is not read by hooks`)
  return resourcePath(kind, { namespace, name })
}

/** A hook that changes what it was given is found at once. */
function frozen<Value>(value: Value): Value {
  if (typeof value === 'object' && value !== null) Object.values(Object.freeze(value)).forEach(frozen)
  return value
}
