import type { KubeObject } from '../../../schemas/generated/types.ts'
import { mergePatch } from '../../hooks/merge-patch.ts'
import type { Actor } from './api.ts'
import { withoutTwins } from './create.ts'
import { copy, equal, freeze, isFields, tidy, type Draft, type Fields, type Meta } from './draft.ts'
import { badRequest, conflict, internal, invalid, notFound } from './failure.ts'
import type { Kind } from './kind.ts'
import { checkMetadata, checkMetadataUpdate, invalidField } from './metadata.ts'
import type { Server } from './server.ts'

/** One existing object that is to be changed. */
export interface Target {
  readonly namespace: string | undefined
  readonly name: string
  /** Through `/status`. */
  readonly status: boolean
  readonly body: unknown
  readonly actor: Actor
}

/** PUT. */
export function replace(server: Server, kind: Kind, target: Target): KubeObject {
  const wanted = objectOf(kind, target.body)
  const { name, namespace, uid } = wanted.metadata as Meta
  if (name !== target.name) throw badRequest(`the name of the object (${name}) does not match the name on the URL (${target.name})`)
  if ((namespace ?? target.namespace) !== target.namespace) throw badRequest('the namespace of the provided object does not match the namespace sent on the request')
  const old = existing(server, kind, target)
  if (uid !== undefined && uid !== null && uid !== old.metadata.uid) throw conflict(kind, target.name, `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${old.metadata.uid}`)
  return change(server, kind, { ...target, old, wanted })
}

/** PATCH with a JSON merge patch. */
export function patch(server: Server, kind: Kind, target: Target): KubeObject {
  if (!isFields(target.body)) throw badRequest('a merge patch must be an object')
  const old = existing(server, kind, target)
  const wanted = mergePatch(old, target.body) as Wanted
  const changedType = ['apiVersion', 'kind'].filter(field => wanted[field] !== old[field])
  if (changedType.length > 0) throw kind.custom ? invalid({ ...kind, kind: String(wanted.kind) }, target.name, changedType.map(field => invalidField(field, 'Invalid value: field is immutable'))) : badRequest('the kind of an object cannot be changed')
  if (!isFields(wanted.metadata) || wanted.metadata.name !== target.name) throw badRequest(`the name of the object does not match the name on the URL (${target.name})`)
  if (kind.namespaced && wanted.metadata.namespace !== target.namespace) throw badRequest('the namespace of the provided object does not match the namespace sent on the request')
  return change(server, kind, { ...target, old, wanted })
}

/** The body of a POST or PUT, which nobody has copied yet. */
export function objectOf(kind: Kind, body: unknown): Wanted {
  if (!isFields(body)) throw badRequest('the object provided is unrecognized (must be of type Object)')
  if (body.kind !== kind.kind || body.apiVersion !== kind.apiVersion) {
    throw badRequest(`the object provided is unrecognized: ${String(body.kind)} in version ${JSON.stringify(body.apiVersion)} is not ${kind.kind} of ${kind.apiVersion}`)
  }
  return isFields(body.metadata) ? body as Wanted : { ...body, metadata: {} }
}

type Wanted = Fields & { readonly metadata: Fields }

interface Changing extends Target {
  readonly old: KubeObject
  readonly wanted: Wanted
}

function existing(server: Server, kind: Kind, { namespace, name }: Target): KubeObject {
  const old = server.storage.get(kind, namespace, name)
  if (old === undefined) throw notFound(kind, name)
  return old
}

function change(server: Server, kind: Kind, changing: Changing): KubeObject {
  const { old, status, name, actor } = changing
  const { next, touched } = status ? withStatus(kind, changing) : withObject(kind, changing)
  checkVersion(kind, next, old)
  keepMetadata(next, old)
  const around = server.around()
  if (touched && status) kind.prepareStatus?.(next, old, around)
  else if (touched) kind.prepareUpdate?.(next, old, around)
  kind.prepareMetadata?.(next, changing.wanted)
  const errors = checkMetadataUpdate(next, old)
  if (!equal(next.metadata.labels, old.metadata.labels) || !equal(next.metadata.annotations, old.metadata.annotations) || next.metadata.finalizers !== undefined || next.metadata.ownerReferences !== undefined) errors.push(...checkMetadata(kind, next))
  if (touched) errors.push(...(status ? kind.validateStatus?.(next, old) : kind.validate?.(next, old, around)) ?? [])
  if (errors.length > 0) throw invalid(kind, name, withoutTwins(errors))
  if (touched && !status) kind.admitUpdate?.(next, old, around)
  if (touched && !status && kind.generation && hasNewSpec(kind, next, old)) next.metadata.generation = (old.metadata.generation ?? 0) + 1
  if (lastFinalizerGone(next, old)) {
    server.storage.remove(kind, old, actor)
    return freeze(next) as unknown as KubeObject
  }
  return equal(next, old) ? old : server.storage.put(kind, next, { actor, before: old })
}

/** A draft that shares with the stored object what is not changed; `touched` when there is more to check than metadata. */
interface Next {
  readonly next: Draft
  readonly touched: boolean
}

/** What a status writer says of anything else is ignored; built-in kinds still let it write labels and the like. */
function withStatus(kind: Kind, { old, wanted }: Changing): Next {
  const stored = old as unknown as Draft
  const version = wanted.metadata.resourceVersion as string | undefined
  const metadata = kind.custom ? { ...stored.metadata, resourceVersion: version ?? '' } : copy(wanted.metadata)
  const next: Draft = { ...stored, metadata }
  const status = wanted.status ?? undefined
  if (equal(status, stored.status)) return { next, touched: false }
  if (status === undefined) delete next.status
  else next.status = copy(status) as Fields
  return { next, touched: true }
}

function withObject(kind: Kind, { old, wanted }: Changing): Next {
  const stored = old as unknown as Draft
  const metadata = copy(wanted.metadata)
  const kept = (key: string): boolean => key === 'metadata' || (key === 'status' && kind.status)
  const keys = new Set([...Object.keys(wanted), ...Object.keys(old)])
  // A Job's selector names its UID, so another UID is looked at as a change of all.
  const touched = (metadata.uid ?? stored.metadata.uid) !== stored.metadata.uid || [...keys].some(key => !kept(key) && !equal(wanted[key] ?? undefined, old[key]))
  if (!touched) return { next: { ...stored, metadata }, touched }
  const { metadata: _metadata, status, ...rest } = wanted
  const next = { ...copy(rest), metadata } as Draft
  const keptStatus = kind.status ? stored.status : copy(status) as Fields | undefined
  if (keptStatus !== undefined) next.status = keptStatus
  return { next, touched }
}

function checkVersion(kind: Kind, next: Draft, old: KubeObject): void {
  const { resourceVersion = '' } = next.metadata
  if (resourceVersion === old.metadata.resourceVersion) return
  if (!/^\d*$/.test(resourceVersion)) throw internal(`invalid resource version ${JSON.stringify(resourceVersion)}`)
  if (resourceVersion !== '') throw conflict(kind, old.metadata.name)
  if (kind.custom) throw invalid({ ...kind, kind: kind.plural }, old.metadata.name, [invalidField('metadata.resourceVersion', 'Invalid value: 0: must be specified for an update')])
  next.metadata.resourceVersion = old.metadata.resourceVersion
}

/** What no writer of an object can change, and gets no error for. */
function keepMetadata({ metadata }: Draft, { metadata: old }: KubeObject): void {
  const kept = old as Meta
  metadata.name = old.name
  if (old.namespace !== undefined) metadata.namespace = old.namespace
  else delete metadata.namespace
  metadata.uid ??= old.uid
  metadata.creationTimestamp = old.creationTimestamp
  if (kept.generation !== undefined) metadata.generation = kept.generation
  else delete metadata.generation
  if (kept.deletionTimestamp !== undefined) metadata.deletionTimestamp = kept.deletionTimestamp
  if (kept.deletionGracePeriodSeconds !== undefined) metadata.deletionGracePeriodSeconds ??= kept.deletionGracePeriodSeconds
  tidy(metadata)
}

function hasNewSpec(kind: Kind, next: Draft, old: KubeObject): boolean {
  if (!kind.custom) return !equal(next.spec, old.spec)
  const keys = new Set([...Object.keys(next), ...Object.keys(old)])
  return [...keys].some(key => key !== 'metadata' && !(key === 'status' && kind.status) && !equal(next[key], old[key]))
}

/** An object that only waited for its finalizers goes with the last of them; nothing of this change is written. */
function lastFinalizerGone({ metadata }: Draft, { metadata: old }: KubeObject): boolean {
  return (metadata.finalizers ?? []).length === 0 && old.deletionTimestamp !== undefined && ((old as Meta).deletionGracePeriodSeconds ?? 0) === 0
}
