import { isCode } from './atomic.ts'
import { manageChildren } from './children.ts'
import { controllerOf } from './claim.ts'
import { ensureFinalizer, hasFinalizer, managesChildren } from './composite.ts'
import { same } from './merge.ts'
import { groupKey, insert, relativeTo, type ObjectMap } from './objects.ts'
import { selected, type ParentKind } from './parents.ts'
import { pathOfObject } from './resources.ts'
import type { Controller } from './controller.ts'
import type { HookResponse } from './response.ts'
import type { KubeObject } from '../../schemas/generated/types.ts'

const MADE_BY = 'metacontroller.k8s.io/decorator-controller'

/** One sync of a decorated object: its labels, annotations and status first, its attachments after. */
export async function syncDecorator(controller: Controller, kind: ParentKind, cached: KubeObject): Promise<void> {
  const parent = await ensureFinalizer(controller, kind, cached)
  if (!hasFinalizer(controller, parent) && !selected(kind.rule, parent)) return
  const observed = observe(controller, parent)
  const related = await controller.customize.related(parent)
  const response = await callHook(controller, kind, { parent, observed, related })
  if (response === undefined) throw new Error('no enabled hooks found')
  const attachments = response.children.map(child => attached(controller, parent, child))
  if (response.resyncAfterSeconds > 0) controller.resyncAfter(parent, response.resyncAfterSeconds)
  if (!await decorate(controller, kind, { parent, response })) return
  if (!managesChildren(controller, parent)) return
  await manageChildren({ ...controller, ...controller.environment, parent }, observed, insert({}, attachments))
}

function observe(controller: Controller, parent: KubeObject): ObjectMap {
  const map: ObjectMap = {}
  for (const { informer } of controller.children) {
    map[groupKey(informer.resource.apiVersion, informer.resource.kind)] ??= {}
    insert(map, informer.list(parent.metadata.namespace).filter(object => controllerOf(object)?.uid === parent.metadata.uid
      && object.metadata.annotations?.[MADE_BY] === controller.manifest.metadata.name))
  }
  return map
}

async function callHook(controller: Controller, kind: ParentKind, seen: { parent: KubeObject; observed: ObjectMap; related: ObjectMap }): Promise<HookResponse | undefined> {
  const { parent, observed, related } = seen
  const finalizing = controller.finalize !== undefined && (parent.metadata.deletionTimestamp !== undefined || !selected(kind.rule, parent))
  const hook = finalizing ? controller.finalize : controller.sync
  const keyed = (map: ObjectMap) => hook?.version === 'v2' ? map : relativeTo(parent, map)
  return hook?.call({ controller: controller.manifest, object: parent, attachments: keyed(observed), related: keyed(related), finalizing }, parent)
}

function attached(controller: Controller, parent: KubeObject, child: KubeObject | null): KubeObject {
  if (child === null) return controller.environment.crash('nil dereference: the hook answered a null attachment')
  const annotations = { ...child.metadata?.annotations, [MADE_BY]: controller.manifest.metadata.name }
  const namespace = child.metadata?.namespace ?? parent.metadata.namespace
  return { ...child, metadata: { ...child.metadata, annotations, ...(namespace ? { namespace } : {}) } }
}

/** Writes what changed with the cached resourceVersion. False on conflict or absence: the attachments then wait for the next sync. */
async function decorate(controller: Controller, kind: ParentKind, of: { parent: KubeObject; response: HookResponse }): Promise<boolean> {
  const { parent, response } = of
  const { resource } = kind.informer
  const labels = changed(parent.metadata.labels, response.labels)
  const annotations = changed(parent.metadata.annotations, response.annotations)
  const status = response.status ?? parent.status
  const statusChanged = !same(status, parent.status)
  const finalizers = response.finalized ? (parent.metadata.finalizers ?? []).filter(name => name !== controller.finalizer) : parent.metadata.finalizers
  const metadata = { ...parent.metadata, labels, annotations, finalizers }
  if (!statusChanged && same(metadata, { ...parent.metadata, labels: parent.metadata.labels ?? {}, annotations: parent.metadata.annotations ?? {} , finalizers: parent.metadata.finalizers })) return true
  const { client } = controller.environment
  let next: KubeObject = { ...parent, metadata, ...(status === undefined ? {} : { status }) }
  try {
    if (statusChanged && resource.hasStatus) {
      const written = await client.call('PUT', pathOfObject(resource, parent, 'status'), next)
      next = { ...next, metadata: { ...next.metadata, resourceVersion: written.metadata.resourceVersion } }
    }
    await client.call('PUT', pathOfObject(resource, parent), next)
    return true
  } catch (error) {
    if (isCode(error, 404) || isCode(error, 409)) return false
    throw error
  }
}

function changed(map: Readonly<Record<string, string>> = {}, updates: Readonly<Record<string, string | null>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries({ ...map, ...updates }).filter((entry): entry is [string, string] => entry[1] !== null))
}
