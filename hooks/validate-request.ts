import { Ajv, type ValidateFunction } from 'ajv'
import formats from 'ajv-formats'
import { API_VERSION } from '../lib/api.ts'
import { SCHEMAS } from '../schemas/generated/schemas.ts'
import type { KubeObject, ObjectsByKind, RelatedRule, SyncRequest } from './hook.ts'
import { Problem } from './problem.ts'
import type { Registered } from './registry-map.ts'

/**
 * A request body as a sync or finalize request. Throws Problem 400 when it has not the shape of hook version v2 or lacks a
 * group that has to be there (a missing group must never read as "all gone"), 422 when the parent breaks its schema.
 */
export function syncRequest(body: unknown, registered: Registered, finalizing: boolean): SyncRequest<KubeObject> {
  const request = record(body, 'the body')
  const parent = parentOf(request, registered)
  const children = objects(request.children, 'children')
  const related = objects(request.related, 'related')
  if (request.finalizing !== finalizing) throw invalid(`finalizing is ${JSON.stringify(request.finalizing)}, but this is the ${finalizing ? 'finalize' : 'sync'} hook`)
  for (const group of registered.children.always) requireGroup(children, { group, place: 'children', mend: 'add the resource to childResources of the CompositeController' })
  for (const rule of registered.hook.customize(parent)) requireRelated(related, rule)
  return { parent, children, related, finalizing }
}

/** The parent of a customize request. Throws as `syncRequest`. */
export function customizeParent(body: unknown, registered: Registered): KubeObject {
  return parentOf(record(body, 'the body'), registered)
}

function parentOf(request: Readonly<Record<string, unknown>>, { kind, namespaced }: Registered): KubeObject {
  const parent = object(request.parent, 'parent')
  const { name } = parent.metadata
  if (parent.kind !== kind || parent.apiVersion !== API_VERSION) throw invalid(`parent is a ${parent.apiVersion} ${parent.kind}, this hook is for ${API_VERSION} ${kind}`)
  if (namespaced !== (parent.metadata.namespace !== undefined)) throw invalid(`parent ${kind} ${name} must ${namespaced ? '' : 'not '}have a namespace`)
  const validate = validators[kind]
  if (validate(parent) as boolean) return parent
  throw new Problem(422, 'InvalidObject', { message: `${kind} ${name} does not fit its schema: ${faults(validate)}` })
}

const ajv = formats.default(new Ajv({ allErrors: false, strict: true, strictRequired: false, allowUnionTypes: true }))
const validators = Object.fromEntries(
  Object.entries(SCHEMAS).map(([kind, schema]) => [kind, ajv.compile(schema)]),
) as Record<keyof typeof SCHEMAS, ValidateFunction>

/** What a failed validation found, as one line without values (they may be secret). */
export function faults(validate: ValidateFunction): string {
  return (validate.errors ?? []).map(({ instancePath, message, params }) => `${instancePath || '/'} ${message}${extra(params)}`).join('; ')
}

function extra(params: Readonly<Record<string, unknown>>): string {
  const { additionalProperty, allowedValues } = params
  if (typeof additionalProperty === 'string') return ` (${additionalProperty})`
  return Array.isArray(allowedValues) ? ` (${allowedValues.join(', ')})` : ''
}

/** Groups of objects under their v2 keys. A key of another form would hide objects from the hooks that look them up. */
function objects(value: unknown, place: string): ObjectsByKind {
  const groups = record(value, place)
  for (const [group, members] of Object.entries(groups)) {
    for (const [key, member] of Object.entries(record(members, `${place}[${group}]`))) {
      const { metadata } = object(member, `${place}[${group}][${key}]`)
      const expected = metadata.namespace === undefined ? metadata.name : `${metadata.namespace}/${metadata.name}`
      if (key !== expected) throw invalid(`${place}[${group}] has the key ${JSON.stringify(key)} where ${JSON.stringify(expected)} is expected; set version: v2 on every hook of the controller`)
    }
  }
  return groups as ObjectsByKind
}

function requireRelated(related: ObjectsByKind, { apiVersion, resource }: RelatedRule): void {
  const kind = RELATED[resource]
  if (kind === undefined) throw new Error(`related resource ${resource} has no kind in hooks/validate-request.ts`)
  const mend = 'Metacontroller remembers an older answer of the customize hook; it asks again within 20 minutes, or at once when it is restarted'
  requireGroup(related, { group: `${kind}.${apiVersion}`, place: 'related', mend })
}

/** Kinds of the resources that customize hooks ask for. */
const RELATED: Readonly<Record<string, string>> = {
  backups: 'Backup',
  backuppolicies: 'BackupPolicy',
  backuprepositories: 'BackupRepository',
  clusterbackuprepositories: 'ClusterBackupRepository',
  restores: 'Restore',
  persistentvolumeclaims: 'PersistentVolumeClaim',
  volumesnapshots: 'VolumeSnapshot',
  volumesnapshotcontents: 'VolumeSnapshotContent',
}

function requireGroup(groups: ObjectsByKind, { group, place, mend }: { group: string; place: string; mend: string }): void {
  if (!Object.hasOwn(groups, group)) throw invalid(`${place} has no group ${group}: ${mend}`)
}

function object(value: unknown, place: string): KubeObject {
  const found = record(value, place)
  const metadata = record(found.metadata, `${place}.metadata`)
  const words = [found.apiVersion, found.kind, metadata.name]
  if (!words.every(word => typeof word === 'string' && word !== '')) throw invalid(`${place} has no apiVersion, kind or metadata.name`)
  return found as unknown as KubeObject
}

function record(value: unknown, place: string): Readonly<Record<string, unknown>> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>
  throw invalid(`${place} must be an object, got ${Array.isArray(value) ? 'a list' : value === null ? 'null' : typeof value}`)
}

function invalid(what: string): Problem {
  return new Problem(400, 'InvalidRequest', { message: `not a request of Metacontroller's hook version v2: ${what}` })
}
