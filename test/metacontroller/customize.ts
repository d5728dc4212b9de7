import type { Environment } from './environment.ts'
import type { Informer } from './informer.ts'
import { groupKey, insert, type ObjectMap } from './objects.ts'
import type { RelatedRule } from './response.ts'
import { matches, requireSelector } from './selector.ts'
import type { WebhookCall } from './webhook.ts'
import type { ControllerManifest } from './manifest.ts'
import type { KubeObject } from '../../schemas/generated/types.ts'

/** A cache that has not been filled yet: the parent is tried again soon, without an event. */
export class NotSynced extends Error {
  override readonly name = 'NotSynced'
}

export interface Customize {
  related(parent: KubeObject): Promise<ObjectMap>
  stop(): void
}

interface CustomizeOptions {
  readonly environment: Environment
  readonly manifest: ControllerManifest
  readonly hook: WebhookCall | undefined
  readonly parents: () => readonly KubeObject[]
  readonly enqueue: (parent: KubeObject) => void
}

const LIFETIME = 20 * 60 * 1000

/** Finds the objects that a parent wants to see besides its children; a change of one of them enqueues the parent. */
export function customize(options: CustomizeOptions): Customize {
  const { environment, hook } = options
  const answers = new Map<string, { rules: Promise<readonly RelatedRule[]>; until: number }>()
  const watched = new Map<Informer, () => void>()

  const ask = async (parent: KubeObject): Promise<readonly RelatedRule[]> => {
    const response = await hook?.call({ controller: options.manifest, parent }, parent)
    const rules = response?.relatedResources ?? []
    if (rules.some(rule => rule === null)) environment.crash('nil dereference: customize answered a null rule')
    return rules
  }
  const rulesOf = (parent: KubeObject): Promise<readonly RelatedRule[]> => {
    const key = `${parent.metadata.uid}/${parent.metadata.generation ?? 0}`
    const cached = answers.get(key)
    if (cached !== undefined && cached.until > environment.client.time.now()) return cached.rules
    const rules = ask(parent)
    rules.catch(() => answers.delete(key))
    answers.set(key, { rules, until: environment.client.time.now() + LIFETIME })
    return rules
  }
  const notify = async (changed: readonly KubeObject[], informer: Informer): Promise<void> => {
    for (const parent of options.parents()) {
      const rules = await rulesOf(parent).catch(() => [])
      const mine = rules.filter(rule => rule.apiVersion === informer.resource.apiVersion && rule.resource === informer.resource.name && isSound(rule))
      if (mine.some(rule => changed.some(object => selects(options, parent, { rule, object, informer })))) options.enqueue(parent)
    }
  }
  const watch = (informer: Informer): void => {
    if (watched.has(informer)) return
    watched.set(informer, informer.subscribe((before, after) => void notify([before, after].filter(object => object !== undefined), informer)))
  }
  return {
    async related(parent) {
      const map: ObjectMap = {}
      if (hook === undefined) return map
      for (const rule of await rulesOf(parent)) {
        const informer = environment.informerOf(await environment.resources.byName(rule.apiVersion, rule.resource))
        watch(informer)
        if (!informer.synced) throw new NotSynced(`${rule.resource} not cached yet`)
        check(rule)
        map[groupKey(rule.apiVersion, informer.resource.kind)] ??= {}
        await namespaces(options, rule)
        insert(map, informer.list().filter(object => selects(options, parent, { rule, object, informer })))
      }
      return map
    },
    stop: () => watched.forEach(unsubscribe => unsubscribe()),
  }
}

function check(rule: RelatedRule): void {
  if (rule.names?.length && (rule.labelSelector !== undefined || rule.namespaceSelector !== undefined)) {
    throw new Error('related rule cannot have both names and labelSelector/namespaceSelector specified')
  }
  if (rule.namespace && rule.namespaceSelector !== undefined) throw new Error('related rule cannot have both namespace and namespaceSelector specified')
  requireSelector(rule.labelSelector)
  requireSelector(rule.namespaceSelector)
}

function isSound(rule: RelatedRule): boolean {
  try {
    check(rule)
    return true
  } catch {
    return false
  }
}

interface Candidate {
  readonly rule: RelatedRule
  readonly object: KubeObject
  readonly informer: Informer
}

function selects(options: CustomizeOptions, parent: KubeObject, { rule, object, informer }: Candidate): boolean {
  const { namespaced } = informer.resource
  const own = parent.metadata.namespace
  if (options.hook?.version === 'v1' && own && namespaced && object.metadata.namespace !== own) return false
  if (rule.namespace && namespaced && object.metadata.namespace !== rule.namespace) return false
  if (rule.names?.length && !rule.names.includes(object.metadata.name)) return false
  if (rule.namespaceSelector !== undefined && !inNamespaces(options, rule, object)) return false
  return matches(rule.labelSelector, object.metadata.labels)
}

const NAMESPACES = { apiVersion: 'v1', name: 'namespaces', kind: 'Namespace', namespaced: false, hasStatus: true }

async function namespaces(options: CustomizeOptions, rule: RelatedRule): Promise<void> {
  if (rule.namespaceSelector !== undefined && !options.environment.informerOf(NAMESPACES).synced) throw new NotSynced('namespaces not cached yet')
}

function inNamespaces(options: CustomizeOptions, rule: RelatedRule, object: KubeObject): boolean {
  const namespace = options.environment.informerOf(NAMESPACES).get(undefined, object.metadata.namespace ?? '')
  return namespace !== undefined && matches(rule.namespaceSelector, namespace.metadata.labels)
}
