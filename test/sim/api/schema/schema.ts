import { copy, type Fields } from '../draft.ts'
import { celRule, type Rule } from './cel.ts'

/** A CRD's schema as it is written; only these keywords are known. */
export interface SchemaSource {
  readonly type?: string
  readonly description?: string
  readonly required?: readonly string[]
  readonly properties?: Readonly<Record<string, SchemaSource>>
  readonly additionalProperties?: SchemaSource | boolean
  readonly items?: SchemaSource
  readonly enum?: readonly unknown[]
  readonly default?: unknown
  readonly pattern?: string
  readonly format?: string
  readonly nullable?: boolean
  readonly minLength?: number
  readonly maxLength?: number
  readonly minItems?: number
  readonly maxItems?: number
  readonly minProperties?: number
  readonly maxProperties?: number
  readonly minimum?: number
  readonly maximum?: number
  readonly 'x-kubernetes-validations'?: readonly { readonly rule: string; readonly message?: string }[]
  readonly 'x-kubernetes-list-type'?: string
  readonly 'x-kubernetes-list-map-keys'?: readonly string[]
  readonly 'x-kubernetes-map-type'?: string
  readonly 'x-kubernetes-preserve-unknown-fields'?: boolean
  readonly 'x-kubernetes-int-or-string'?: boolean
}

/** A schema ready for use. */
export interface Schema {
  readonly source: SchemaSource
  readonly properties: Readonly<Record<string, Schema>>
  readonly additional: Schema | undefined
  readonly items: Schema | undefined
  readonly required: readonly string[]
  readonly pattern: RegExp | undefined
  readonly rules: readonly (Rule & { readonly message: string })[]
  /** Keeps fields that it does not name. */
  readonly open: boolean
  /** Something in it has a default; something in it has a rule. */
  readonly defaulting: boolean
  readonly ruling: boolean
  readonly limits: Limits
}

type Limits = Pick<SchemaSource, 'minLength' | 'maxLength' | 'minItems' | 'maxItems' | 'minProperties' | 'maxProperties' | 'minimum' | 'maximum'>

const KEYWORDS = new Set([
  'type', 'description', 'required', 'properties', 'additionalProperties', 'items', 'enum', 'default', 'pattern', 'format', 'nullable',
  'minLength', 'maxLength', 'minItems', 'maxItems', 'minProperties', 'maxProperties', 'minimum', 'maximum',
  'x-kubernetes-validations', 'x-kubernetes-list-type', 'x-kubernetes-list-map-keys', 'x-kubernetes-map-type', 'x-kubernetes-preserve-unknown-fields',
  'x-kubernetes-int-or-string',
])

/** Reads a schema. Throws for a keyword that is not known: it would not be checked. */
export function readSchema(source: SchemaSource): Schema {
  const unknown = Object.keys(source).find(key => !KEYWORDS.has(key))
  if (unknown !== undefined) throw new Error(`the simulated API server does not know the schema keyword ${unknown}`)
  const properties = Object.fromEntries(Object.entries(source.properties ?? {}).map(([name, property]) => [name, readSchema(property)]))
  const additional = typeof source.additionalProperties === 'object' ? readSchema(source.additionalProperties) : undefined
  const items = source.items === undefined ? undefined : readSchema(source.items)
  const below = [...Object.values(properties), ...[additional, items].filter(schema => schema !== undefined)]
  const rules = (source['x-kubernetes-validations'] ?? []).map(({ rule, message }) => ({ ...celRule(rule), message: message ?? `failed rule: ${rule}` }))
  return {
    source, properties, additional, items, rules,
    required: source.required ?? [],
    pattern: source.pattern === undefined ? undefined : new RegExp(source.pattern, 'u'),
    open: source['x-kubernetes-preserve-unknown-fields'] === true || source.additionalProperties === true,
    defaulting: below.some(schema => schema.defaulting || schema.source.default !== undefined),
    ruling: rules.length > 0 || below.some(schema => schema.ruling),
    limits: source,
  }
}

/** The schema of a named field, be it a property or a key of a map. */
export function schemaOf(schema: Schema, key: string): Schema | undefined {
  return Object.hasOwn(schema.properties, key) ? schema.properties[key] : schema.additional
}

/** Takes away what the schema does not know, everywhere below. */
export function prune(schema: Schema, value: unknown): void {
  if (Array.isArray(value)) {
    if (schema.items !== undefined) for (const item of value) prune(schema.items, item)
    return
  }
  if (typeof value !== 'object' || value === null) return
  for (const key of Object.keys(value)) {
    const property = schemaOf(schema, key)
    if (property !== undefined) prune(property, (value as Fields)[key])
    else if (!schema.open) delete (value as Fields)[key]
  }
}

/** Fills in defaults, everywhere below. */
export function setDefaults(schema: Schema, value: unknown): void {
  if (!schema.defaulting) return
  if (Array.isArray(value)) {
    if (schema.items !== undefined) for (const item of value) setDefaults(schema.items, item)
    return
  }
  if (typeof value !== 'object' || value === null) return
  const fields = value as Fields
  for (const name in schema.properties) {
    const property = schema.properties[name] as Schema
    if (fields[name] === undefined && property.source.default !== undefined) fields[name] = copy(property.source.default)
  }
  for (const key in fields) {
    const property = schemaOf(schema, key)
    if (property !== undefined) setDefaults(property, fields[key])
  }
}
