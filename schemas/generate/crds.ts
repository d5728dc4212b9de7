import { dump } from 'js-yaml'
import { GROUP, VERSION } from '../../lib/api.ts'
import { inline, walk, type JsonSchema, type KindFile } from './load.ts'

const HEADER = '# Generated from schemas/ by `npm run generate`. Do not edit.\n'

/** One kind's CustomResourceDefinition as YAML. Kept on `helm uninstall`: with the CRD every record would go. */
export function crdYaml(kind: KindFile, definitions: Readonly<Record<string, JsonSchema>>): string {
  return HEADER + dump(crd(kind, definitions), { lineWidth: 140, noRefs: true })
}

function crd(kind: KindFile, definitions: Readonly<Record<string, JsonSchema>>): object {
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: {
      name: `${kind.plural}.${GROUP}`,
      annotations: { 'helm.sh/resource-policy': 'keep' },
      labels: { 'app.kubernetes.io/part-of': 'holdfast' },
    },
    spec: {
      group: GROUP,
      scope: kind.scope,
      names: {
        kind: kind.kind, listKind: `${kind.kind}List`, plural: kind.plural, singular: kind.kind.toLowerCase(),
        shortNames: kind.shortNames, categories: ['holdfast'],
      },
      versions: [version(kind, definitions)],
    },
  }
}

function version(kind: KindFile, definitions: Readonly<Record<string, JsonSchema>>): object {
  const structural = (schema: JsonSchema) => walk(inline(schema, definitions), withoutClosed)
  return {
    name: VERSION,
    served: true,
    storage: true,
    subresources: { status: {} },
    additionalPrinterColumns: kind.printerColumns,
    schema: {
      openAPIV3Schema: {
        type: 'object',
        description: kind.description,
        required: ['spec'],
        properties: {
          apiVersion: { type: 'string' },
          kind: { type: 'string' },
          metadata: { type: 'object' },
          spec: structural(kind.spec),
          status: structural(kind.status),
        },
      },
    },
  }
}

/** A structural schema may not say `additionalProperties: false`; the API server prunes unknown fields by itself. */
function withoutClosed(node: JsonSchema): JsonSchema {
  if (node.additionalProperties !== false) return node
  const { additionalProperties: _, ...open } = node
  return open
}
