import { API_VERSION } from '../../lib/api.ts'
import { inline, type JsonSchema, type KindFile } from './load.ts'

/** One kind's reference page as Markdown: every field with its type, default and limits. */
export function referencePage(kind: KindFile, definitions: Readonly<Record<string, JsonSchema>>): string {
  const spec = inline(kind.spec, definitions)
  const status = inline(kind.status, definitions)
  return `<!-- Generated from schemas/ by \`npm run generate\`. Do not edit. -->
# ${kind.kind}

${kind.description}

\`apiVersion: ${API_VERSION}\` · \`kind: ${kind.kind}\` · ${kind.scope === 'Cluster' ? 'cluster-scoped' : 'namespaced'} · short name \`${kind.shortNames.join('`, `')}\`

## spec

${table(spec)}
${rules(spec)}
## status

${table(status)}`
}

function table(schema: JsonSchema): string {
  return ['| Field | Type | Description |', '| --- | --- | --- |', ...rows(schema, '')].join('\n') + '\n'
}

function rows(schema: JsonSchema, prefix: string): readonly string[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, node]) => {
    const required = schema.required?.includes(name) ? ' **Required.**' : ''
    const path = `${prefix}${name}`
    return [`| \`${path}\` | ${typeName(node)} | ${cell(node)}${required} |`, ...rows(node.items ?? node, `${path}${node.items ? '[]' : ''}.`)]
  })
}

function typeName(node: JsonSchema): string {
  if (node.items !== undefined) return `list of ${typeName(node.items)}`
  if (node.enum !== undefined) return node.enum.map(value => `\`${String(value)}\``).join(' \\| ')
  if (typeof node.additionalProperties === 'object') return `map of ${typeName(node.additionalProperties)}`
  return node.type ?? 'any'
}

function cell(node: JsonSchema): string {
  const text = (node.description ?? '').trim().replaceAll('\n', ' ').replaceAll('|', '\\|')
  const limits = [
    node.minimum !== undefined || node.maximum !== undefined ? `${String(node.minimum ?? '')}–${String(node.maximum ?? '')}.` : '',
    node.default !== undefined ? `Default \`${JSON.stringify(node.default)}\`.` : '',
  ].filter(part => part !== '')
  return [text, ...limits].join(' ')
}

function rules(schema: JsonSchema): string {
  const messages = rulesOf(schema)
  return messages.length === 0 ? '' : `\nRules checked at admission:\n\n${messages.map(message => `- ${message}`).join('\n')}\n`
}

function rulesOf(schema: JsonSchema): readonly string[] {
  const own = (schema['x-kubernetes-validations'] as readonly { message: string }[] | undefined) ?? []
  return [...own.map(rule => rule.message), ...Object.values(schema.properties ?? {}).flatMap(rulesOf)]
}
