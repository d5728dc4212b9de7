import { readdirSync, readFileSync } from 'node:fs'
import { load } from 'js-yaml'
import type { Crd } from '../../../sim/api/schema/crd.ts'
import { prune, readSchema, type Schema } from '../../../sim/api/schema/schema.ts'
import { validate } from '../../../sim/api/schema/validation.ts'

const CRDS = new URL('../../../../charts/holdfast/files/crds/', import.meta.url)

/** By the kind in lower case, as URLs have it. */
const schemas: ReadonlyMap<string, Schema> = new Map(readdirSync(CRDS).map(name => {
  const { spec: { names, versions } } = load(readFileSync(new URL(name, CRDS), 'utf8')) as Crd
  return [names.kind.toLowerCase(), readSchema(versions[0]?.schema.openAPIV3Schema.properties?.status ?? {})]
}))

/**
 * What the API server would refuse of a status, or drop without a word, by the chart's CRD. The server under test has a schema of its
 * own for its answers; this one is read by what stands in for the API server elsewhere, so that the two do not err together.
 */
export function statusFaults(kind: string, status: unknown): readonly string[] {
  const schema = schemas.get(kind)
  if (schema === undefined) return [`no CRD of ${kind}`]
  const kept = structuredClone(status)
  prune(schema, kept)
  const dropped = JSON.stringify(kept) === JSON.stringify(status) ? [] : ['the status has fields that its CRD does not know']
  return [...validate(schema, { now: status }, { path: 'status' }).map(({ field, message }) => `the status does not fit its CRD: ${field} ${message}`), ...dropped]
}
