import { groupOf } from './resources.ts'
import type { KubeObject } from '../../schemas/generated/types.ts'

/** Objects by `Kind.version` or `Kind.group/version`, then by `namespace/name` or `name`: the keys of hook version v2. */
export type ObjectMap = Record<string, Record<string, KubeObject>>

/** Outer key of a kind. */
export function groupKey(apiVersion: string, kind: string): string {
  return `${kind}.${apiVersion}`
}

/** Inner key of an object. */
export function nameKey(object: KubeObject): string {
  return object.metadata.namespace ? `${object.metadata.namespace}/${object.metadata.name}` : object.metadata.name
}

/** Adds objects; of two with the same key the last one stays. A null entry crashes, as it does in the real thing. */
export function insert(map: ObjectMap, objects: readonly KubeObject[]): ObjectMap {
  for (const object of objects) {
    const group = map[groupKey(object.apiVersion, object.kind)] ??= {}
    group[nameKey(object)] = object
  }
  return map
}

/**
 * The same objects as hook version v1 sends them: a namespaced parent's objects by bare name, others left out; a
 * cluster-scoped parent's by `namespace/name`.
 */
export function relativeTo(parent: KubeObject, map: ObjectMap): ObjectMap {
  const namespace = parent.metadata.namespace
  if (!namespace) return map
  return Object.fromEntries(Object.entries(map).map(([key, group]) => [key, Object.fromEntries(Object.values(group)
    .filter(object => object.metadata.namespace === namespace).map(object => [object.metadata.name, object]))]))
}

/** Outer keys in the order in which Metacontroller works through kinds: group, version, kind. */
export function sortedGroups(map: ObjectMap): readonly string[] {
  const rank = (key: string) => {
    const dot = key.indexOf('.')
    const apiVersion = key.slice(dot + 1)
    return `${groupOf(apiVersion)}\0${apiVersion.slice(apiVersion.indexOf('/') + 1)}\0${key.slice(0, dot)}`
  }
  return Object.keys(map).sort((a, b) => rank(a) < rank(b) ? -1 : 1)
}
