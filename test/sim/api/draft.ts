import type { KubeObject, OwnerReference } from '../../../schemas/generated/types.ts'

export type Fields = Record<string, unknown>

/** Metadata that is still being written. */
export interface Meta {
  name?: string
  generateName?: string
  namespace?: string
  uid?: string
  resourceVersion?: string
  generation?: number
  creationTimestamp?: string
  deletionTimestamp?: string
  deletionGracePeriodSeconds?: number
  labels?: Record<string, string>
  annotations?: Record<string, string>
  finalizers?: string[]
  ownerReferences?: OwnerReference[]
  [field: string]: unknown
}

/** An object on its way into the store: a copy of its own, free to be changed. */
export interface Draft {
  apiVersion: string
  kind: string
  metadata: Meta
  spec?: Fields
  status?: Fields
  [field: string]: unknown
}

/** A copy that shares nothing. Undefined fields vanish as they do in JSON, and so do nulls: to Kubernetes both are absent. */
export function copy<T>(value: T): T {
  return copied(value) as T
}

/** A stored object as a draft. */
export function draftOf(object: KubeObject): Draft {
  return copied(object) as Draft
}

/** Freezes it and all in it. */
export function freeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value
  for (const key in value) freeze(value[key])
  return Object.freeze(value)
}

/** Deep equality of JSON values; the order of keys does not count. */
export function equal(a: unknown, b: unknown): boolean {
  if (a === b) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  if (Array.isArray(a)) return Array.isArray(b) && a.length === b.length && a.every((item, index) => equal(item, b[index]))
  if (Array.isArray(b)) return false
  const keys = Object.keys(a)
  return keys.length === Object.keys(b).length && keys.every(key => Object.hasOwn(b, key) && equal((a as Fields)[key], (b as Fields)[key]))
}

/** The fields of an object, or none. */
export function fieldsOf(value: unknown): Fields {
  return isFields(value) ? value : {}
}

/** Whether a value is a JSON object. */
export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The items of a list, or none. */
export function listOf<T = Fields>(value: unknown): T[] {
  return Array.isArray(value) ? value as T[] : []
}

/** Takes away what an object never keeps, and lists and maps that are empty. */
export function tidy(metadata: Meta): void {
  for (const field of ['selfLink', 'managedFields']) delete metadata[field]
  for (const field of ['labels', 'annotations'] as const) if (isFields(metadata[field]) && Object.keys(metadata[field]).length === 0) delete metadata[field]
  for (const field of ['finalizers', 'ownerReferences'] as const) if (metadata[field]?.length === 0) delete metadata[field]
}

/** Sets fields that are absent. */
export function defaults(into: Fields, values: Fields): void {
  for (const key in values) into[key] ??= values[key]
}

function copied(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(item => copied(item))
  const result: Fields = {}
  for (const key of Object.keys(value)) {
    const item = (value as Fields)[key]
    if (item !== undefined && item !== null && key !== '__proto__') result[key] = copied(item)
  }
  return result
}
