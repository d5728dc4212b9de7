import { authorizationOf } from './authorization.ts'
import { customize, NotSynced, type Customize } from './customize.ts'
import { syncComposite } from './composite.ts'
import { syncDecorator } from './decorator.ts'
import { methodsOf } from './children.ts'
import { waitForSync, type Informer } from './informer.ts'
import { childSelector, parentsOf, selected, worthSync, type ParentKind } from './parents.ts'
import type { Time } from './time.ts'
import { queue, type Outcome, type Queue } from './queue.ts'
import { TooManyRequests, webhook, type WebhookCall } from './webhook.ts'
import type { Environment } from './environment.ts'
import type { ChildRule, ControllerManifest, HookManifest, UpdateMethod } from './manifest.ts'
import type { HookShape } from './response.ts'
import type { KubeObject } from '../../schemas/generated/types.ts'

/** One running Composite- or DecoratorController, as its sync functions see it. */
export interface Controller {
  readonly environment: Environment
  readonly manifest: ControllerManifest
  readonly parents: readonly ParentKind[]
  readonly children: readonly { readonly rule: ChildRule; readonly informer: Informer }[]
  readonly methodOf: (group: string, kind: string) => UpdateMethod
  readonly finalizer: string
  readonly sync: WebhookCall | undefined
  readonly finalize: WebhookCall | undefined
  readonly customize: Customize
  readonly resyncAfter: (parent: KubeObject, seconds: number) => void
}

export interface Running {
  readonly manifest: ControllerManifest
  stop(): Promise<void>
}

/** Prepares and starts a controller; throws when it cannot be made (unknown resource, no hooks, absent Secret). */
export async function startController(environment: Environment, manifest: ControllerManifest): Promise<Running> {
  const shape = manifest.kind === 'CompositeController' ? 'composite' : 'decorator'
  const stopping = new AbortController()
  const parts = await prepare(environment, manifest, shape)
  const started = { stop: async () => undefined as void }
  void waitForSync([...parts.parents, ...parts.children].map(({ informer }) => informer), environment.client.time, stopping.signal)
    .then(() => { started.stop = run(environment, manifest, { ...parts, shape }) }, () => undefined)
  return { manifest, stop: async () => { stopping.abort(); await started.stop() } }
}

interface Parts extends Pick<Controller, 'parents' | 'children' | 'methodOf' | 'sync' | 'finalize'> {
  readonly customizeHook: WebhookCall | undefined
}

async function prepare(environment: Environment, manifest: ControllerManifest, shape: 'composite' | 'decorator'): Promise<Parts> {
  const { spec } = manifest
  const parentRules = spec.parentResource === undefined ? spec.resources ?? [] : [spec.parentResource]
  const childRules = spec.childResources ?? spec.attachments ?? []
  const rolling = childRules.find(rule => rule.updateStrategy?.method?.startsWith('Rolling'))
  if (rolling !== undefined) throw new Error(`${rolling.resource}: the stand-in has no rolling updates, use OnDelete, Recreate or InPlace`)
  if (spec.hooks === undefined) throw new Error('no hooks defined')
  const informerOf = async (rule: { apiVersion: string; resource: string }) => environment.informerOf(await environment.resources.byName(rule.apiVersion, rule.resource))
  const hookOf = async (hook: HookManifest | undefined, as: HookShape) =>
    webhook(hook, { shape: as, authorization: await authorizationOf(environment.client, hook?.webhook, spec), post: environment.post })
  const children = await Promise.all(childRules.map(async rule => ({ rule, informer: await informerOf(rule) })))
  return {
    parents: await Promise.all(parentRules.map(async rule => ({ rule, informer: await informerOf(rule) }))),
    children,
    methodOf: methodsOf(children.map(({ rule, informer }) => ({ kind: informer.resource.kind, apiVersion: rule.apiVersion, method: rule.updateStrategy?.method }))),
    sync: await hookOf(spec.hooks.sync, shape),
    finalize: await hookOf(spec.hooks.finalize, shape),
    customizeHook: await hookOf(spec.hooks.customize, 'customize'),
  }
}

function run(environment: Environment, manifest: ControllerManifest, parts: Parts & { shape: 'composite' | 'decorator' }): () => Promise<void> {
  const work = queue(environment.workers, environment.client.time, key => attempt(controller, key))
  const enqueue = (parent: KubeObject) => work.add(keyOf(parts.parents, parent))
  const controller: Controller = {
    ...parts,
    environment,
    manifest,
    finalizer: `metacontroller.io/${parts.shape}controller-${manifest.metadata.name}`,
    customize: customize({ environment, manifest, hook: parts.customizeHook, parents: () => parts.parents.flatMap(({ informer }) => informer.list()), enqueue: parent => concerns(controller, parent) && enqueue(parent) }),
    resyncAfter: (parent, seconds) => work.addAfter(keyOf(parts.parents, parent), seconds * 1000),
  }
  const unsubscribe = [...watchParents(controller, enqueue), ...watchChildren(controller, enqueue)]
  const resync = every(environment.client.time, manifest.spec.resyncPeriodSeconds, () => parts.parents.forEach(({ informer }) => informer.list().filter(parent => concerns(controller, parent)).forEach(enqueue)))
  environment.event(manifest, 'Normal', { reason: 'Starting', message: `Starting controller: ${manifest.metadata.name}` })
  return () => stop({ work, controller, unsubscribe: [...unsubscribe, resync] })
}

async function stop(running: { work: Queue; controller: Controller; unsubscribe: readonly (() => void)[] }): Promise<void> {
  running.unsubscribe.forEach(end => end())
  running.controller.customize.stop()
  await running.work.stop()
}

function watchParents(controller: Controller, enqueue: (parent: KubeObject) => void): readonly (() => void)[] {
  return controller.parents.map(({ rule, informer }) => informer.subscribe((before, after) => {
    if (after !== undefined && concerns(controller, after) && worthSync(rule, before, after)) enqueue(after)
  }))
}

function watchChildren(controller: Controller, enqueue: (parent: KubeObject) => void): readonly (() => void)[] {
  const adopter = (parent: KubeObject) => controller.manifest.kind === 'CompositeController' ? childSelector(controller.manifest, parent) : undefined
  return controller.children.map(({ informer }) => informer.subscribe((before, after) => {
    const changed = [before, after].filter(object => object !== undefined)
    const parents = changed.flatMap(child => parentsOf(child, controller.parents, adopter)).filter(parent => concerns(controller, parent))
    for (const parent of new Set(parents)) enqueue(parent)
  }))
}

/** A parent is ours when its labels match, or while it still carries our finalizer. */
function concerns(controller: Controller, parent: KubeObject): boolean {
  const kind = controller.parents.find(({ informer }) => informer.resource.kind === parent.kind)
  return kind !== undefined && (selected(kind.rule, parent) || (parent.metadata.finalizers ?? []).includes(controller.finalizer))
}

async function attempt(controller: Controller, key: string): Promise<Outcome> {
  const [index = '', namespace = '', name = ''] = key.split('/')
  const kind = controller.parents[Number(index)]
  const parent = kind?.informer.get(namespace, name)
  if (kind === undefined || parent === undefined || !concerns(controller, parent)) return 'done'
  try {
    await (controller.manifest.kind === 'CompositeController' ? syncComposite : syncDecorator)(controller, kind, parent)
    return 'done'
  } catch (error) {
    if (error instanceof TooManyRequests) return { afterMilliseconds: error.afterSeconds * 1000 }
    if (error instanceof NotSynced) return 'retry'
    const message = error instanceof Error ? `${error.message}${error.cause instanceof Error ? `: ${error.cause.message}` : ''}` : String(error)
    controller.environment.log(`failed to sync ${kind.informer.resource.kind} '${namespace}/${name}': ${message}`)
    controller.environment.event(parent, 'Warning', { reason: 'SyncError', message: `Sync error: ${message}` })
    return 'retry'
  }
}

function keyOf(kinds: readonly ParentKind[], parent: KubeObject): string {
  return `${kinds.findIndex(({ informer }) => informer.resource.kind === parent.kind)}/${parent.metadata.namespace ?? ''}/${parent.metadata.name}`
}

function every(time: Time, seconds: number | undefined, act: () => void): () => void {
  if (seconds === undefined) return () => undefined
  const again = (): (() => void) => time.after(Math.max(1, seconds) * 1000, () => { cancel = again(); act() })
  let cancel = again()
  return () => cancel()
}
