import { atomicUpdate, isCode, setFinalizer } from './atomic.ts'
import { manageChildren } from './children.ts'
import { claim, controllerOf } from './claim.ts'
import { same } from './merge.ts'
import { groupKey, insert, relativeTo, type ObjectMap } from './objects.ts'
import { childSelector, selected, type ParentKind } from './parents.ts'
import { matches } from './selector.ts'
import type { Controller } from './controller.ts'
import type { HookResponse } from './response.ts'
import type { KubeObject } from '../../schemas/generated/types.ts'

/** One sync of a composite parent, in the order of the real one; whatever fails before the children are managed leaves them untouched. */
export async function syncComposite(controller: Controller, kind: ParentKind, cached: KubeObject): Promise<void> {
  let parent = await ensureFinalizer(controller, kind, cached)
  if (!hasFinalizer(controller, parent) && !selected(kind.rule, parent)) return
  const observed = await observe(controller, kind, parent)
  const related = await controller.customize.related(parent)
  const response = await callHook(controller, kind, { parent, observed, related })
  if (response === undefined) return
  const children = response.children.map(child => defaultNamespace(controller, child, parent))
  if (response.resyncAfterSeconds > 0) controller.resyncAfter(parent, response.resyncAfterSeconds)
  if (response.finalized) parent = await setFinalizer(controller.environment.client, { resource: kind.informer.resource, object: parent }, { name: controller.finalizer, present: false })
  const desired = insert({}, children.map(child => labelled(controller, parent, child)))
  const failure = managesChildren(controller, parent)
    ? await manageChildren({ ...controller, ...controller.environment, parent }, observed, desired).then(() => undefined, (error: unknown) => error)
    : undefined
  const written = await writeStatus(controller, kind, { parent, status: response.status })
  if (failure !== undefined && written) throw new Error(`can't reconcile children for ${parent.kind} ${parent.metadata.namespace}/${parent.metadata.name}: ${(failure as Error).message}`)
}

/** Adds or removes the controller's finalizer before anything else happens; never to a parent that is already going. */
export async function ensureFinalizer(controller: Controller, kind: ParentKind, parent: KubeObject): Promise<KubeObject> {
  const present = controller.finalize !== undefined
  if (hasFinalizer(controller, parent) === present || (present && parent.metadata.deletionTimestamp !== undefined)) return parent
  return setFinalizer(controller.environment.client, { resource: kind.informer.resource, object: parent }, { name: controller.finalizer, present })
}

/** Whether the parent carries the controller's finalizer. */
export function hasFinalizer(controller: Controller, parent: KubeObject): boolean {
  return (parent.metadata.finalizers ?? []).includes(controller.finalizer)
}

/** Children are managed for a living parent, and for a going one only while our finalizer, and no finalizer of the garbage collector, holds it. */
export function managesChildren(controller: Controller, parent: KubeObject): boolean {
  if (parent.metadata.deletionTimestamp === undefined) return true
  const finalizers = parent.metadata.finalizers ?? []
  if (finalizers.includes('foregroundDeletion') || finalizers.includes('orphan')) return false
  return controller.finalize !== undefined && finalizers.includes(controller.finalizer)
}

async function observe(controller: Controller, kind: ParentKind, parent: KubeObject): Promise<ObjectMap> {
  const selector = childSelector(controller.manifest, parent)
  if (selector === undefined) throw new Error('.spec.selector must have either matchLabels, matchExpressions, or both')
  const map: ObjectMap = {}
  for (const { informer } of controller.children) {
    map[groupKey(informer.resource.apiVersion, informer.resource.kind)] ??= {}
    const candidates = informer.list(kind.informer.resource.namespaced ? parent.metadata.namespace : undefined)
      .filter(object => [undefined, parent.metadata.uid].includes(controllerOf(object)?.uid))
    insert(map, await claim({ client: controller.environment.client, parent, parentResource: kind.informer.resource, childResource: informer.resource, selector }, candidates))
  }
  return map
}

async function callHook(controller: Controller, kind: ParentKind, seen: { parent: KubeObject; observed: ObjectMap; related: ObjectMap }): Promise<HookResponse | undefined> {
  const { parent, observed, related } = seen
  const finalizing = controller.finalize !== undefined && (parent.metadata.deletionTimestamp !== undefined || !selected(kind.rule, parent))
  const hook = finalizing ? controller.finalize : controller.sync
  const keyed = (map: ObjectMap) => hook?.version === 'v2' ? map : relativeTo(parent, map)
  const body = { controller: controller.manifest, parent, children: keyed(observed), related: keyed(related), finalizing }
  return hook?.call(body, parent)
}

function defaultNamespace(controller: Controller, child: KubeObject | null, parent: KubeObject): KubeObject {
  if (child === null) return controller.environment.crash('nil dereference: the hook answered a null child')
  const metadata = child.metadata ?? {}
  return metadata.namespace || !parent.metadata.namespace ? { ...child, metadata } : { ...child, metadata: { ...metadata, namespace: parent.metadata.namespace } }
}

function labelled(controller: Controller, parent: KubeObject, child: KubeObject): KubeObject {
  const generated: Record<string, string> = controller.manifest.spec.generateSelector === true ? { 'controller-uid': parent.metadata.uid ?? '' } : {}
  const labels = { ...generated, ...child.metadata.labels }
  const selector = childSelector(controller.manifest, parent)
  if (selector === undefined || !matches(selector, labels)) {
    throw new Error(`labels on desired child ${child.kind} ${child.metadata.namespace}/${child.metadata.name} don't match parent selector`)
  }
  return Object.keys(labels).length === 0 ? child : { ...child, metadata: { ...child.metadata, labels } }
}

/** Replaces the whole status. False when the parent is gone or keeps changing: then errors of children are dropped with it. */
async function writeStatus(controller: Controller, kind: ParentKind, of: { parent: KubeObject; status: HookResponse['status'] }): Promise<boolean> {
  const status = { ...of.status, observedGeneration: of.parent.metadata.generation }
  const { resource } = kind.informer
  try {
    await atomicUpdate(controller.environment.client, { resource, object: of.parent, subresource: 'status' }, live => same(live.status, status) ? undefined : { ...live, status })
    return true
  } catch (error) {
    if (isCode(error, 404) || isCode(error, 409)) return false
    throw error
  }
}
