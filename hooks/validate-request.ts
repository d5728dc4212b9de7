import { Ajv, type ValidateFunction } from 'ajv'
import formats from 'ajv-formats'
import { API_VERSION } from '../lib/api.ts'
import { SCHEMAS } from '../schemas/generated/schemas.ts'
import type { KubeObject, ObjectMeta, ObjectsByKind, RelatedRule, SyncRequest } from './hook.ts'
import { Problem } from './problem.ts'
import type { Registered } from './registry-map.ts'

/**
 * A request body as a sync or finalize request. Throws Problem 400 when it has not the shape of hook version v2 or lacks a
 * group that has to be there (a missing group must never read as "all gone"), 422 when the parent breaks its schema.
 */
export function syncRequest(body: unknown, registered: Registered, finalizing: boolean): SyncRequest<KubeObject> {
  const request = record(body, 'the body')
  const parent = parentOf(request, registered)
  const children = objects(request.children, { place: 'children', parent })
  const related = objects(request.related, { place: 'related', parent })
  if (request.finalizing !== finalizing) throw invalid(`finalizing is not ${finalizing}, but this is the ${finalizing ? 'finalize' : 'sync'} hook`)
  requireKnown(children, registered)
  for (const group of registered.children.always) requireGroup(children, { group, place: 'children', mend: 'add the resource to childResources of the CompositeController' })
  const checked = { parent, children, related, finalizing }
  requireAsked(checked, registered)
  return checked
}

/** Checks a parent that was read since as the first one was. Throws as `syncRequest`, also when what it asks for now was not sent. */
export function requireParent(request: SyncRequest<KubeObject>, registered: Registered): void {
  parentOf({ parent: request.parent }, registered)
  requireAsked(request, registered)
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

const text = { type: 'string' }
const word = { type: 'string', minLength: 1 }
const texts = { type: 'object', additionalProperties: text }

/** What the API server vouches for in the metadata of every object, and hooks rely on. */
const isMetadata = ajv.compile({
  type: 'object',
  properties: {
    name: word, namespace: word, uid: text, resourceVersion: text, creationTimestamp: text, deletionTimestamp: text,
    generation: { type: 'integer' }, labels: texts, annotations: texts, finalizers: { type: 'array', items: text },
    ownerReferences: { type: 'array', items: { type: 'object', properties: { uid: text } } },
  },
})

/** What a failed validation found, as one line without values (they may be secret). */
export function faults(validate: ValidateFunction): string {
  return (validate.errors ?? []).map(({ instancePath, message, params }) => `${instancePath || '/'} ${message}${extra(params)}`).join('; ')
}

function extra(params: Readonly<Record<string, unknown>>): string {
  const { additionalProperty, allowedValues } = params
  if (typeof additionalProperty === 'string') return ` (${additionalProperty})`
  return Array.isArray(allowedValues) ? ` (${allowedValues.join(', ')})` : ''
}

/**
 * Groups of objects under their v2 keys, each of the kind and namespace that the request is about. Under another key or in
 * another group an object would be hidden from the hook that looks it up there, and a child that no hook sees is deleted.
 */
function objects(value: unknown, of: { readonly place: string; readonly parent: KubeObject }): ObjectsByKind {
  const groups = record(value, of.place)
  for (const [group, members] of Object.entries(groups)) {
    const place = `${of.place}[${group}]`
    for (const [key, member] of Object.entries(record(members, place))) {
      requirePlace(object(member, `${place}[${key}]`), { group, key, place, parent: of.parent })
    }
  }
  return groups as ObjectsByKind
}

interface Place {
  readonly group: string
  readonly key: string
  readonly place: string
  readonly parent: KubeObject
}

function requirePlace({ apiVersion, kind, metadata }: KubeObject, { group, key, place, parent }: Place): void {
  const { name, namespace } = metadata
  const expected = namespace === undefined ? name : `${namespace}/${name}`
  if (key !== expected) throw invalid(`${place} has the key ${JSON.stringify(key)} where ${JSON.stringify(expected)} is expected; set version: v2 on every hook of the controller`)
  if (group !== `${kind}.${apiVersion}`) throw invalid(`${place}[${key}] is a ${kind}.${apiVersion}`)
  const home = parent.metadata.namespace
  const isAbroad = home !== undefined && namespace !== home && (namespace !== undefined || place.startsWith('children'))
  if (isAbroad) throw invalid(`${place}[${key}] is not in namespace ${home} of its parent`)
  if (place.startsWith('children') && isForeign(metadata, parent)) throw invalid(`${place}[${key}] belongs to another parent`)
}

/** Metacontroller sends no child of another's; of one that it has just adopted it may not have seen the owner yet. */
function isForeign({ ownerReferences = [] }: ObjectMeta, { metadata }: KubeObject): boolean {
  return ownerReferences.some(({ controller, uid, name }) => controller === true && (uid !== metadata.uid || name !== metadata.name))
}

/** No answer can name a child of a kind that is not ours (a newer version may have made it), so any answer would delete it. */
function requireKnown(children: ObjectsByKind, { kind, children: { always, sometimes } }: Registered): void {
  const strange = Object.keys(children).find(group => ![...always, ...sometimes].includes(group) && Object.keys(children[group] ?? {}).length > 0)
  if (strange !== undefined) throw invalid(`children has ${strange}, which this version makes for no ${kind}; an answer would delete them`)
}

function requireAsked({ parent, related }: SyncRequest<KubeObject>, { hook }: Registered): void {
  for (const rule of hook.customize(parent)) requireRelated(related, rule)
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
  if (!isMetadata(metadata)) throw invalid(`${place}.metadata is not what Kubernetes sends: ${faults(isMetadata)}`)
  return found as unknown as KubeObject
}

function record(value: unknown, place: string): Readonly<Record<string, unknown>> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>
  throw invalid(`${place} must be an object, got ${Array.isArray(value) ? 'a list' : value === null ? 'null' : typeof value}`)
}

function invalid(what: string): Problem {
  return new Problem(400, 'InvalidRequest', { message: `not a request of Metacontroller's hook version v2: ${what}` })
}
