import { isCode } from './atomic.ts'
import { controllerReference } from './claim.ts'
import { applyUpdate, isUpToDate, withLastApplied } from './merge.ts'
import { sortedGroups, type ObjectMap } from './objects.ts'
import { groupOf, pathOf, pathOfObject, type Resource, type ResourceMap } from './resources.ts'
import type { Client } from './client.ts'
import type { UpdateMethod } from './manifest.ts'
import type { Time } from './time.ts'
import type { KubeObject } from '../../schemas/generated/types.ts'

interface Management {
  readonly client: Client
  readonly resources: ResourceMap
  readonly parent: KubeObject
  readonly methodOf: (group: string, kind: string) => UpdateMethod
}

/**
 * Makes the observed children the desired ones: all deletions first, then creations and updates, kind by kind. A failure does
 * not stop the rest; all of them are thrown together at the end.
 */
export async function manageChildren(management: Management, observed: ObjectMap, desired: ObjectMap): Promise<void> {
  const errors: unknown[] = []
  const each = async (map: ObjectMap, act: (resource: Resource, key: string, name: string) => Promise<void>) => {
    for (const key of sortedGroups(map)) {
      const dot = key.indexOf('.')
      const resource = await management.resources.byKind(key.slice(dot + 1), key.slice(0, dot)).catch((error: unknown) => void errors.push(error))
      if (resource === undefined) continue
      for (const name of shuffled(Object.keys(map[key] ?? {}), management.client.time)) await act(resource, key, name).catch((error: unknown) => void errors.push(error))
    }
  }
  await each(observed, async (resource, key, name) => {
    const object = observed[key]?.[name]
    if (object !== undefined && object.metadata.deletionTimestamp === undefined && desired[key]?.[name] === undefined) await remove(management, resource, object)
  })
  await each(desired, async (resource, key, name) => {
    const wanted = desired[key]?.[name]
    if (wanted !== undefined) await put(management, resource, { wanted, observed: observed[key]?.[name] })
  })
  if (errors.length > 0) throw new Error(errors.map(error => error instanceof Error ? error.message : String(error)).join(', '))
}

/** The kinds' update methods as declared; OnDelete where none is. */
export function methodsOf(rules: readonly { kind: string; apiVersion: string; method: UpdateMethod | undefined }[]): (group: string, kind: string) => UpdateMethod {
  const methods = new Map(rules.map(rule => [`${rule.kind}.${groupOf(rule.apiVersion)}`, rule.method ?? 'OnDelete']))
  return (group, kind) => methods.get(`${kind}.${group}`) ?? 'OnDelete'
}

async function put(management: Management, resource: Resource, child: { wanted: KubeObject; observed: KubeObject | undefined }): Promise<void> {
  if (child.observed === undefined) return create(management, resource, child.wanted)
  if (isUpToDate(child.observed, child.wanted) || child.observed.metadata.deletionTimestamp !== undefined) return
  const method = management.methodOf(groupOf(resource.apiVersion), resource.kind)
  if (method === 'OnDelete') return
  if (method === 'Recreate') return remove(management, resource, child.observed)
  const next = applyUpdate(child.observed, child.wanted)
  await management.client.call('PUT', pathOfObject(resource, next), next).catch(swallow(404, 409))
}

/** A name that is taken is no error: Metacontroller reports success although nothing happened. */
async function create(management: Management, resource: Resource, wanted: KubeObject): Promise<void> {
  const object = withLastApplied(wanted)
  const reference = controllerReference(management.parent)
  const others = (object.metadata.ownerReferences ?? []).filter(owner => owner.uid !== reference.uid)
  const owned = { ...object, metadata: { ...object.metadata, ownerReferences: [...others, reference] } }
  await management.client.call('POST', pathOf(resource, { namespace: object.metadata.namespace }), owned).catch((error: unknown) => {
    if (!isCode(error, 409) || (error as { reason?: string }).reason !== 'AlreadyExists') throw error
  })
}

async function remove(management: Management, resource: Resource, object: KubeObject): Promise<void> {
  const options = { kind: 'DeleteOptions', apiVersion: 'v1', propagationPolicy: 'Background', preconditions: { uid: object.metadata.uid } }
  await management.client.call('DELETE', pathOfObject(resource, object), options).catch(swallow(404))
}

function swallow(...codes: readonly number[]): (error: unknown) => void {
  return error => { if (!codes.some(code => isCode(error, code))) throw error }
}

function shuffled<T>(items: readonly T[], time: Time): readonly T[] {
  return items.map(item => ({ item, rank: time.random() })).sort((a, b) => a.rank - b.rank).map(({ item }) => item)
}
