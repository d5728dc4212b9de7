import { inline, walk, type JsonSchema, type KindFile } from './load.ts'

/** TypeScript source of the JSON Schemas that ajv uses in the hooks and movers, by kind (or Task, Result), references inlined. */
export function schemasSource(kinds: readonly KindFile[], definitions: Readonly<Record<string, JsonSchema>>): string {
  const objects = Object.fromEntries(kinds.map(kind => [kind.kind, {
    type: 'object',
    required: ['apiVersion', 'kind', 'metadata', 'spec'],
    properties: {
      metadata: { type: 'object', required: ['name', 'uid'], properties: { name: { type: 'string', minLength: 1 }, uid: { type: 'string', minLength: 1 } } },
      spec: plain(kind.spec, definitions),
      status: plain(kind.status, definitions),
    },
  }]))
  const documents = Object.fromEntries(['Task', 'Result'].map(name => [name, plain(definitions[name] ?? {}, definitions)]))
  return `/* Generated from schemas/ by \`npm run generate\`. Do not edit. */
export const SCHEMAS: Readonly<Record<${[...Object.keys(objects), 'Task', 'Result'].map(name => `'${name}'`).join(' | ')}, object>> = ${JSON.stringify({ ...objects, ...documents }, null, 1)}
`
}

/** Without what only Kubernetes reads (`x-…`) and what only people read (`description`). */
function plain(schema: JsonSchema, definitions: Readonly<Record<string, JsonSchema>>): JsonSchema {
  return walk(inline(schema, definitions), node =>
    Object.fromEntries(Object.entries(node).filter(([keyword]) => !keyword.startsWith('x-') && keyword !== 'description')))
}
