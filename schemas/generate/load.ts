import { readFileSync } from 'node:fs'
import { load } from 'js-yaml'

/** A JSON Schema node as we write it: only the keywords that Kubernetes' structural schemas know. */
export interface JsonSchema {
  readonly $ref?: string
  readonly type?: string
  readonly description?: string
  readonly properties?: Readonly<Record<string, JsonSchema>>
  readonly additionalProperties?: JsonSchema | boolean
  readonly items?: JsonSchema
  readonly required?: readonly string[]
  readonly enum?: readonly unknown[]
  readonly default?: unknown
  readonly [keyword: string]: unknown
}

/** One kind as its file in `schemas/` describes it. */
export interface KindFile {
  readonly kind: string
  readonly plural: string
  readonly shortNames: readonly string[]
  readonly scope: 'Namespaced' | 'Cluster'
  readonly description: string
  readonly printerColumns: readonly object[]
  readonly spec: JsonSchema
  readonly status: JsonSchema
}

const KIND_FILES = ['backup-policy', 'backup', 'restore', 'backup-repository', 'cluster-backup-repository']

/** The five kinds, in the order in which people meet them. */
export function loadKinds(): readonly KindFile[] {
  return KIND_FILES.map(name => read(`${name}.yaml`) as KindFile)
}

/** Shared definitions by name: those of `common.yaml`, and the mover's Task and Result. */
export function loadDefinitions(): Readonly<Record<string, JsonSchema>> {
  return { ...(read('common.yaml') as Record<string, JsonSchema>), ...(read('task.yaml') as Record<string, JsonSchema>) }
}

/** Replaces every `$ref` by what it names. */
export function inline(schema: JsonSchema, definitions: Readonly<Record<string, JsonSchema>>): JsonSchema {
  return walk(schema, node => node.$ref === undefined ? node : inline(definitionOf(node.$ref, definitions), definitions))
}

/** Rebuilds a schema bottom-up; `change` sees each schema node, never the values of keywords such as `default`. */
export function walk(schema: JsonSchema, change: (node: JsonSchema) => JsonSchema): JsonSchema {
  const next: Record<string, unknown> = { ...schema }
  if (schema.properties !== undefined) {
    next.properties = Object.fromEntries(Object.entries(schema.properties).map(([name, node]) => [name, walk(node, change)]))
  }
  if (schema.items !== undefined) next.items = walk(schema.items, change)
  if (typeof schema.additionalProperties === 'object') next.additionalProperties = walk(schema.additionalProperties, change)
  return change(next)
}

/** The definition's name in a reference such as `common.yaml#/Selector`. */
export function refName(ref: string): string {
  return ref.slice(ref.lastIndexOf('/') + 1)
}

function definitionOf(ref: string, definitions: Readonly<Record<string, JsonSchema>>): JsonSchema {
  const found = definitions[refName(ref)]
  if (found === undefined) throw new Error(`schemas: ${ref} is not defined; add it to common.yaml or task.yaml`)
  return found
}

function read(name: string): unknown {
  return load(readFileSync(new URL(`../${name}`, import.meta.url), 'utf8'))
}
