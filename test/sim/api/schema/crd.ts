import type { Draft } from '../draft.ts'
import type { Kind } from '../kind.ts'
import { prune, readSchema, schemaOf, setDefaults, type Schema, type SchemaSource } from './schema.ts'
import { validate } from './validation.ts'

/** A CustomResourceDefinition as far as it is read. */
export interface Crd {
  readonly spec: {
    readonly group: string
    readonly scope: string
    readonly names: { readonly plural: string; readonly kind: string }
    readonly versions: readonly {
      readonly name: string
      readonly storage: boolean
      readonly subresources?: { readonly status?: object }
      readonly schema: { readonly openAPIV3Schema: SchemaSource }
    }[]
  }
}

/** The kind that a CRD defines, in its stored version. */
export function customKind({ spec }: Crd): Kind {
  const version = spec.versions.find(({ storage }) => storage)
  if (version === undefined) throw new Error(`the CRD of ${spec.names.kind} stores no version`)
  const schema = readSchema(version.schema.openAPIV3Schema)
  const complete = (draft: Draft): void => completeObject(schema, draft)
  return {
    group: spec.group,
    apiVersion: `${spec.group}/${version.name}`,
    plural: spec.names.plural,
    kind: spec.names.kind,
    namespaced: spec.scope === 'Namespaced',
    custom: true,
    status: version.subresources?.status !== undefined,
    generation: true,
    prepare: complete,
    prepareUpdate: complete,
    prepareStatus: ({ status }) => {
      const property = schema.properties.status
      if (property === undefined) return
      prune(property, status)
      setDefaults(property, status)
    },
    validate: (next, old) => validate(schema, { now: next, before: old }, { path: '' }),
    validateStatus: (next, old) => validate(schema, { now: statusOf(next), before: statusOf(old) }, { path: '', only: 'status' }),
  }
}

function statusOf({ status }: { readonly [field: string]: unknown }): object {
  return status === undefined ? {} : { status }
}

/** Metadata and status are the server's here: the one belongs to no CRD, the other is the stored one or none. */
function completeObject(schema: Schema, draft: Draft): void {
  for (const key of Object.keys(draft)) {
    if (key === 'apiVersion' || key === 'kind' || key === 'metadata' || (key === 'status' && Object.isFrozen(draft.status))) continue
    const property = schemaOf(schema, key)
    if (property !== undefined) {
      prune(property, draft[key])
      setDefaults(property, draft[key])
    } else if (!schema.open) delete draft[key]
  }
}

