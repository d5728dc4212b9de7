import { recent } from './recent.ts'
import type { KubeObject } from '../../schemas/generated/types.ts'

type Json = Record<string, unknown>

export const LAST_APPLIED = 'metacontroller.k8s.io/last-applied-configuration'

const SYSTEM_FIELDS = ['selfLink', 'uid', 'resourceVersion', 'generation', 'creationTimestamp', 'deletionTimestamp', 'deletionGracePeriodSeconds', 'managedFields']
const LIST_KEYS = ['containerPort', 'port', 'mountPath', 'name', 'uid', 'ip', 'path']

/**
 * The observed object with the desired changes: three ways, against what was applied last, so that fields others set stay and
 * fields we no longer name go. System fields and status are never touched.
 */
export function applyUpdate(observed: KubeObject, desired: KubeObject): KubeObject {
  const update = withAnnotation(desired, undefined)
  const merged = merge(observed, lastApplied(observed), update) as Json & KubeObject
  const metadata = { ...merged.metadata } as Json
  const original = observed.metadata as unknown as Json
  for (const field of SYSTEM_FIELDS) restore(metadata, original, field)
  const result = { ...merged, metadata }
  restore(result, observed as Json, 'status')
  return withAnnotation(result as unknown as KubeObject, JSON.stringify(update))
}

/** Whether an observed object has nothing to gain from a desired one. As both come again and again as they are, the answer is kept. */
export function isUpToDate(observed: KubeObject, desired: KubeObject): boolean {
  const satisfied = satisfiedBy(observed)
  const text = JSON.stringify(desired)
  if (satisfied.text === text) return true
  if (!same(applyUpdate(observed, desired), observed)) return false
  satisfied.text = text
  return true
}

/** The JSON of what an object is up to date with. */
const satisfiedBy = recent((_observed: KubeObject): { text?: string } => ({}))

/** A desired object as it is first created: it remembers what was asked for. */
export function withLastApplied(desired: KubeObject): KubeObject {
  return withAnnotation(desired, JSON.stringify(desired))
}

/** Whether two JSON values say the same, whatever the order of their keys. */
export function same(a: unknown, b: unknown): boolean {
  if (a === b) return true
  if (Array.isArray(a)) return Array.isArray(b) && a.length === b.length && a.every((item, index) => same(item, b[index]))
  if (!isObject(a) || !isObject(b)) return false
  const keys = Object.keys(a)
  return keys.length === Object.keys(b).length && keys.every(key => Object.hasOwn(b, key) && same(a[key], b[key]))
}

function lastApplied(observed: KubeObject): unknown {
  const text = observed.metadata.annotations?.[LAST_APPLIED]
  return text ? JSON.parse(text) : undefined
}

function withAnnotation(object: KubeObject, value: string | undefined): KubeObject {
  const { [LAST_APPLIED]: old, ...others } = object.metadata.annotations ?? {}
  if (value === undefined && old === undefined) return object
  return { ...object, metadata: { ...object.metadata, annotations: value === undefined ? others : { ...others, [LAST_APPLIED]: value } } }
}

function restore(target: Json, original: Json, field: string): void {
  if (field in original) target[field] = original[field]
  else delete target[field]
}

function merge(observed: unknown, last: unknown, desired: unknown): unknown {
  if (Array.isArray(observed)) return mergeLists(observed, asList(last), asList(desired))
  if (isObject(observed)) return mergeObjects(observed, asObject(last), asObject(desired))
  return desired
}

function mergeObjects(observed: Json, last: Json, desired: Json): Json {
  const result = { ...observed }
  for (const key of Object.keys(last)) if (!(key in desired)) delete result[key]
  for (const [key, value] of Object.entries(desired)) result[key] = merge(result[key], last[key], value)
  return result
}

/** Lists whose items all carry one of the well-known keys are merged as maps by it; other lists are replaced whole. */
function mergeLists(observed: readonly unknown[], last: readonly unknown[], desired: readonly unknown[]): readonly unknown[] {
  const all = [...observed, ...last, ...desired]
  const key = all.every(isObject) ? LIST_KEYS.find(name => all.length > 0 && all.every(item => name in (item as Json))) : undefined
  if (key === undefined) return desired
  const byKey = (items: readonly unknown[]) => Object.fromEntries(items.map(item => [String((item as Json)[key]), item]))
  const merged = mergeObjects(byKey(observed), byKey(last), byKey(desired))
  const order = [...new Set([...observed, ...desired].map(item => String((item as Json)[key])))]
  return order.filter(name => name in merged).map(name => merged[name])
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function asObject(value: unknown): Json {
  if (value !== undefined && value !== null && !isObject(value)) throw new Error(`can't merge desired changes: expecting an object, got ${typeof value}`)
  return (value ?? {}) as Json
}

function asList(value: unknown): readonly unknown[] {
  if (value !== undefined && value !== null && !Array.isArray(value)) throw new Error(`can't merge desired changes: expecting a list, got ${typeof value}`)
  return (value ?? []) as readonly unknown[]
}
