import { compile } from 'json-schema-to-typescript'
import { refName, walk, type JsonSchema, type KindFile } from './load.ts'

const HEADER = `/* Generated from schemas/ by \`npm run generate\`. Do not edit. */

/** Metadata of a Kubernetes object, as far as we use it. */
export type ObjectMeta = {
  readonly name: string
  readonly namespace?: string
  readonly uid?: string
  readonly resourceVersion?: string
  readonly generation?: number
  readonly creationTimestamp?: string
  readonly deletionTimestamp?: string
  readonly labels?: Readonly<Record<string, string>>
  readonly annotations?: Readonly<Record<string, string>>
  readonly finalizers?: readonly string[]
  readonly ownerReferences?: readonly OwnerReference[]
}

export type OwnerReference = {
  readonly apiVersion?: string
  readonly kind: string
  readonly name: string
  readonly uid: string
  readonly controller?: boolean
  readonly blockOwnerDeletion?: boolean
}

/** A Kubernetes object as it comes over the wire. */
export type KubeObject = {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: ObjectMeta
  readonly [field: string]: unknown
}
`

/** TypeScript source of every kind, shared definition, Task and Result. */
export async function typesSource(kinds: readonly KindFile[], definitions: Readonly<Record<string, JsonSchema>>): Promise<string> {
  const named = Object.fromEntries([
    ...Object.entries(definitions),
    ...kinds.flatMap(kind => [[`${kind.kind}Spec`, kind.spec], [`${kind.kind}Status`, kind.status]]),
  ].filter(([, schema]) => (schema as JsonSchema).$ref === undefined).map(([name, schema]) => [name, localRefs(schema as JsonSchema)]))
  const root = { title: 'Generated', type: 'object', properties: {}, additionalProperties: false, definitions: named }
  const source = await compile(root as Parameters<typeof compile>[0], 'Generated', {
    bannerComment: '', unreachableDefinitions: true, additionalProperties: false, format: false, ignoreMinAndMaxItems: true,
  })
  const body = source
    .replace(/\/\*\*(?:(?!\*\/)[\s\S])*?via the `definition` "[^"]*"\.\n \*\/\n/g, '')
    .replace(/export interface Generated \{\s*\}\n/, '')
    .replace(/export interface (\w+) \{/g, 'export type $1 = {')
    .replace(/;$/gm, '')
  return HEADER + body + kinds.map(kindType).join('')
}

function localRefs(schema: JsonSchema): JsonSchema {
  return walk(schema, node => {
    if (node.$ref !== undefined) return { $ref: `#/definitions/${refName(node.$ref)}` }
    const { default: _, ...rest } = node
    return rest
  })
}

function kindType(kind: KindFile): string {
  const alias = kind.spec.$ref === undefined ? '' : `\nexport type ${kind.kind}Spec = ${refName(kind.spec.$ref)}\n`
  return `${alias}
/** ${kind.description} */
export type ${kind.kind} = {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: ObjectMeta
  readonly spec: ${kind.kind}Spec
  readonly status?: ${kind.kind}Status
}
`
}
