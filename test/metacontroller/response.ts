import type { KubeObject } from '../../schemas/generated/types.ts'
import { sharedJson } from './json.ts'
import type { LabelSelector } from './selector.ts'

/** What a hook may answer, for all three hooks of both controller kinds. Absent fields have Go's zero values. */
export interface HookResponse {
  readonly status: Readonly<Record<string, unknown>> | undefined
  readonly children: readonly KubeObject[]
  readonly labels: Readonly<Record<string, string | null>>
  readonly annotations: Readonly<Record<string, string | null>>
  readonly resyncAfterSeconds: number
  readonly finalized: boolean
  readonly relatedResources: readonly RelatedRule[]
}

export interface RelatedRule {
  readonly apiVersion: string
  readonly resource: string
  readonly labelSelector?: LabelSelector
  readonly namespaceSelector?: LabelSelector
  readonly namespace?: string
  readonly names?: readonly string[]
}

export type HookShape = 'composite' | 'decorator' | 'customize'

const FIELDS: Readonly<Record<HookShape, readonly string[]>> = {
  composite: ['status', 'children', 'resyncAfterSeconds', 'finalized'],
  decorator: ['labels', 'annotations', 'status', 'attachments', 'resyncAfterSeconds', 'finalized'],
  customize: ['relatedResources'],
}
const RULE_FIELDS = ['apiVersion', 'resource', 'labelSelector', 'namespaceSelector', 'namespace', 'names']

/**
 * Reads a 200 answer as Metacontroller does: `null`, `{}` and absent lists are *empty lists*; a wrong type, and in strict
 * mode an unknown key, is an error; a null inside of a list goes through and crashes later.
 */
export function decode(text: string, shape: HookShape, strict: boolean): HookResponse {
  const body = (sharedJson(text) ?? {}) as Record<string, unknown>
  if (typeof body !== 'object' || Array.isArray(body)) throw new Error(`can't unmarshal webhookResponse: got ${kindOf(body)}, want an object`)
  const unknown = Object.keys(body).filter(key => !FIELDS[shape].includes(key))
  const known = Object.fromEntries(Object.entries(body).filter(([key]) => FIELDS[shape].includes(key)))
  const rules = list(known, 'relatedResources') as readonly (RelatedRule | null)[]
  if (shape === 'customize') unknown.push(...rules.flatMap(rule => Object.keys(rule ?? {}).filter(key => !RULE_FIELDS.includes(key))))
  if (strict && unknown.length > 0) throw new Error(`strict validation failed for webhookResponse: unknown field ${unknown.map(key => JSON.stringify(key)).join(', ')}`)
  return {
    status: map(known, 'status'),
    children: objects(list(known, shape === 'composite' ? 'children' : 'attachments')),
    labels: strings(known, 'labels'),
    annotations: strings(known, 'annotations'),
    resyncAfterSeconds: scalar(known, 'resyncAfterSeconds', 0),
    finalized: scalar(known, 'finalized', false),
    relatedResources: rules as readonly RelatedRule[],
  }
}

function objects(entries: readonly unknown[]): readonly KubeObject[] {
  for (const entry of entries) {
    if (entry === null) continue
    if (typeof entry !== 'object' || Array.isArray(entry)) throw new Error(`can't unmarshal webhookResponse: child is a ${kindOf(entry)}`)
    if (!(entry as { kind?: unknown }).kind) throw new Error("can't unmarshal webhookResponse: Object 'Kind' is missing")
  }
  return entries as readonly KubeObject[]
}

function list(body: Record<string, unknown>, key: string): readonly unknown[] {
  const value = body[key] ?? []
  if (!Array.isArray(value)) throw new Error(`can't unmarshal webhookResponse: ${key} is a ${kindOf(value)}, want a list`)
  return value
}

function map(body: Record<string, unknown>, key: string): Readonly<Record<string, unknown>> | undefined {
  const value = body[key] ?? undefined
  if (value !== undefined && (typeof value !== 'object' || Array.isArray(value))) throw new Error(`can't unmarshal webhookResponse: ${key} is a ${kindOf(value)}, want an object`)
  return value as Readonly<Record<string, unknown>> | undefined
}

function strings(body: Record<string, unknown>, key: string): Readonly<Record<string, string | null>> {
  const value = map(body, key) ?? {}
  const wrong = Object.entries(value).find(([, text]) => text !== null && typeof text !== 'string')
  if (wrong !== undefined) throw new Error(`can't unmarshal webhookResponse: ${key}.${wrong[0]} is a ${kindOf(wrong[1])}, want a string`)
  return value as Readonly<Record<string, string | null>>
}

function scalar<T extends number | boolean>(body: Record<string, unknown>, key: string, zero: T): T {
  const value = body[key] ?? zero
  if (typeof value !== typeof zero) throw new Error(`can't unmarshal webhookResponse: ${key} is a ${kindOf(value)}, want a ${typeof zero}`)
  return value as T
}

function kindOf(value: unknown): string {
  return Array.isArray(value) ? 'list' : typeof value
}
