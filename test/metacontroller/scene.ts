import { setTimeout as sleep } from 'node:timers/promises'
import { isCode } from './atomic.ts'
import type { Client } from './client.ts'
import type { HookAnswer, HookCall } from './hook-server.ts'
import type { ControllerSpec, HookManifest } from './manifest.ts'
import { pathOf } from './resources.ts'
import { THING, type World } from './world.ts'
import type { KubeObject } from '../../schemas/generated/types.ts'

type Hooks = Partial<Record<HookCall['hook'], (call: HookCall, count: number) => HookAnswer>>

/** One behaviour's stage: a namespace, a controller and its webhooks, all under the scene's name. */
export interface Scene {
  readonly name: string
  readonly client: Client
  readonly world: World
  /** Makes the CompositeController (or, with `resources`, the DecoratorController) with the given hooks. */
  play(hooks: Hooks, spec?: Partial<ControllerSpec>, options?: PlayOptions): Promise<void>
  /** Makes a Thing named `parent` that the controller serves. */
  parent(more?: { spec?: object; finalizers?: readonly string[]; labels?: Record<string, string> }): Promise<KubeObject>
  calls(hook?: HookCall['hook']): readonly HookCall[]
  get(apiVersion: string, plural: string, name: string): Promise<KubeObject | undefined>
  create(plural: string, object: KubeObject): Promise<KubeObject>
  put(plural: string, object: KubeObject): Promise<KubeObject>
  remove(apiVersion: string, plural: string, name: string, options?: object): Promise<void>
  /** Merges into the parent, whatever its resourceVersion. */
  patch(change: object): Promise<void>
  annotate(value: string): Promise<void>
}

interface PlayOptions {
  readonly hook?: Partial<HookManifest>
  readonly webhook?: object
  readonly instance?: string
}

/** Sets a stage. */
export async function scene(world: World, name: string): Promise<Scene> {
  const { client } = world.api
  await client.call('POST', '/api/v1/namespaces', { metadata: { name } })
  const path = (apiVersion: string, plural: string, named?: string) => pathOf(resource(apiVersion, plural), { namespace: name, name: named })
  return {
    name, client, world,
    async play(hooks, spec = {}, options = {}) {
      world.hooks.on(name, call => hooks[call.hook]?.(call, world.hooks.calls(name).filter(other => other.hook === call.hook).length) ?? { status: 503 })
      await client.call('POST', `/apis/metacontroller.k8s.io/v1alpha1/${spec.resources === undefined ? 'composite' : 'decorator'}controllers`, controller(world, name, { hooks, spec, options }))
    },
    parent: more => client.call('POST', path(THING.apiVersion, THING.plural), {
      apiVersion: THING.apiVersion, kind: THING.kind, spec: more?.spec ?? {},
      metadata: { name: 'parent', namespace: name, labels: { scene: name, ...more?.labels }, finalizers: more?.finalizers },
    }),
    calls: hook => world.hooks.calls(name).filter(call => hook === undefined || call.hook === hook),
    get: (apiVersion, plural, named) => client.call('GET', path(apiVersion, plural, named)).catch((error: unknown) => {
      if (isCode(error, 404)) return undefined
      throw error
    }),
    create: (plural, object) => client.call('POST', path(object.apiVersion, plural), object),
    put: (plural, object) => client.call('PUT', path(object.apiVersion, plural, object.metadata.name), object),
    async remove(apiVersion, plural, named, options = {}) {
      await client.call('DELETE', path(apiVersion, plural, named), options)
    },
    async patch(change) {
      await client.call('PATCH', path(THING.apiVersion, THING.plural, 'parent'), change)
    },
    async annotate(value) {
      await client.call('PATCH', path(THING.apiVersion, THING.plural, 'parent'), { metadata: { annotations: { touched: value } } })
    },
  }
}

/** Repeats a check until it holds; after fifteen seconds its last failure is thrown. */
export async function eventually<T>(check: () => Promise<T> | T): Promise<T> {
  const end = performance.now() + 15_000
  for (;;) {
    try {
      return await check()
    } catch (error) {
      if (performance.now() > end) throw error
      await sleep(25)
    }
  }
}

/** A ConfigMap as a hook would ask for it. */
export function configMap(name: string, data: Record<string, string> = { a: '1' }, more: object = {}): KubeObject {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, ...more }, data } as KubeObject
}

/** A Job as a hook would ask for it. */
export function job(name: string, image = 'one'): KubeObject {
  const template = { spec: { restartPolicy: 'Never', containers: [{ name: 'c', image }] } }
  return { apiVersion: 'batch/v1', kind: 'Job', metadata: { name }, spec: { template } }
}

function resource(apiVersion: string, plural: string) {
  return { apiVersion, name: plural, kind: '', namespaced: plural !== 'namespaces' && plural !== 'clusterthings', hasStatus: true }
}

function controller(world: World, name: string, made: { hooks: Hooks; spec: Partial<ControllerSpec>; options: PlayOptions }): object {
  const hook = (kind: string) => ({ version: 'v2', ...made.options.hook, webhook: { url: `${world.hooks.url}/${name}/${kind}`, timeout: '2s', ...made.options.webhook } })
  const hooks = Object.fromEntries(Object.keys(made.hooks).map(kind => [kind, hook(kind)]))
  const labelSelector = { matchLabels: { scene: name } }
  const composite = {
    parentResource: { apiVersion: THING.apiVersion, resource: THING.plural, labelSelector },
    childResources: [{ apiVersion: 'v1', resource: 'configmaps', updateStrategy: { method: 'InPlace' } }, { apiVersion: 'batch/v1', resource: 'jobs' }],
    generateSelector: true,
  }
  return {
    apiVersion: 'metacontroller.k8s.io/v1alpha1', kind: made.spec.resources === undefined ? 'CompositeController' : 'DecoratorController',
    metadata: { name, labels: { instance: made.options.instance ?? 'main' } },
    spec: { ...(made.spec.resources === undefined ? composite : {}), hooks, ...made.spec },
  }
}
