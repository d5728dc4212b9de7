import { controllerOf } from './claim.ts'
import type { Informer } from './informer.ts'
import type { ControllerManifest, ParentRule } from './manifest.ts'
import { groupOf } from './resources.ts'
import { matches, type LabelSelector } from './selector.ts'
import type { KubeObject } from '../../schemas/generated/types.ts'

/** One kind of parent: its rule in the manifest and its cache. */
export interface ParentKind {
  readonly rule: ParentRule
  readonly informer: Informer
}

/** Whether an object is one that its rule asks for. */
export function selected(rule: ParentRule, object: KubeObject): boolean {
  const { matchAnnotations, matchExpressions } = rule.annotationSelector ?? {}
  return matches(rule.labelSelector, object.metadata.labels)
    && matches({ matchLabels: matchAnnotations, matchExpressions }, object.metadata.annotations)
}

/** Which children belong to a composite parent. `undefined` when the parent's own selector is absent or empty. */
export function childSelector(manifest: ControllerManifest, parent: KubeObject): LabelSelector | undefined {
  if (manifest.spec.generateSelector === true) return { matchLabels: { 'controller-uid': parent.metadata.uid ?? '' } }
  const selector = (parent.spec as { selector?: LabelSelector } | undefined)?.selector
  const empty = Object.keys(selector?.matchLabels ?? {}).length === 0 && (selector?.matchExpressions ?? []).length === 0
  return empty ? undefined : selector
}

/** The parents to sync when a child changed: its owner, or every parent that could adopt it. */
export function parentsOf(child: KubeObject, kinds: readonly ParentKind[], adopter: (parent: KubeObject) => LabelSelector | undefined): readonly KubeObject[] {
  const owner = controllerOf(child)
  if (owner === undefined) {
    if (child.metadata.deletionTimestamp !== undefined) return []
    return kinds.flatMap(({ informer }) => informer.list(informer.resource.namespaced ? child.metadata.namespace : undefined))
      .filter(parent => { const selector = adopter(parent); return selector !== undefined && matches(selector, child.metadata.labels) })
  }
  const kind = kinds.find(({ informer }) => informer.resource.kind === owner.kind && groupOf(informer.resource.apiVersion) === groupOf(owner.apiVersion ?? ''))
  const parent = kind?.informer.get(child.metadata.namespace, owner.name)
  return parent?.metadata.uid === owner.uid && parent !== undefined ? [parent] : []
}

/** Whether an update of a parent is worth a sync under `ignoreStatusChanges`. */
export function worthSync(rule: ParentRule, before: KubeObject | undefined, after: KubeObject): boolean {
  if (rule.ignoreStatusChanges !== true || before === undefined || after.metadata.deletionTimestamp !== undefined) return true
  const seen = ({ metadata }: KubeObject) => JSON.stringify([metadata.generation, sorted(metadata.labels), sorted(metadata.annotations)])
  return seen(before) !== seen(after)
}

function sorted(map: Readonly<Record<string, string>> = {}): readonly (readonly [string, string])[] {
  return Object.entries(map).sort(([a], [b]) => a < b ? -1 : 1)
}
