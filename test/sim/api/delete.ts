import type { KubeObject } from '../../../schemas/generated/types.ts'
import type { Actor, Response } from './api.ts'
import { draftOf, equal, isFields, type Meta } from './draft.ts'
import { badRequest, conflict, notFound } from './failure.ts'
import type { Kind } from './kind.ts'
import type { Server } from './server.ts'

const FINALIZER = { Orphan: 'orphan', Foreground: 'foregroundDeletion' } as const

/** What a DELETE may say. */
export interface DeleteOptions {
  readonly gracePeriodSeconds?: number
  readonly propagationPolicy?: 'Background' | 'Foreground' | 'Orphan'
  readonly preconditions?: { readonly uid?: string; readonly resourceVersion?: string }
}

/** DELETE: removes an object, or marks it while finalizers or a grace period hold it. */
export function remove(server: Server, kind: Kind, target: { readonly namespace: string | undefined; readonly name: string; readonly body?: unknown; readonly actor: Actor }): Response {
  const options = optionsOf(target.body)
  const old = server.storage.get(kind, target.namespace, target.name)
  if (old === undefined) throw notFound(kind, target.name)
  checkPreconditions(kind, old, options)
  if (kind.plural === 'namespaces') return answer(kind, { object: terminate(server, kind, { old, actor: target.actor }), gone: false })
  const grace = graceOf(kind, old, options)
  const meta = old.metadata as Meta
  if (isWaiting(kind, meta, grace)) return answer(kind, { object: old, gone: false })
  const finalizers = finalizersFor(kind, old, options)
  if (finalizers.length > 0 || grace > 0) return answer(kind, { object: mark(server, kind, { old, actor: target.actor, grace, finalizers }), gone: false })
  // What could have had grace is marked even when it has none, and then removed.
  const last = kind.grace === undefined || meta.deletionGracePeriodSeconds === 0 ? old : mark(server, kind, { old, actor: target.actor, grace, finalizers })
  return answer(kind, { object: server.storage.remove(kind, last, target.actor), gone: true })
}

/** The first step of a namespace's end; the rest is the namespace controller's (garbage.ts). */
function terminate(server: Server, kind: Kind, { old, actor }: { readonly old: KubeObject; readonly actor: Actor }): KubeObject {
  if (old.metadata.deletionTimestamp !== undefined) return old
  const next = draftOf(old)
  next.metadata.deletionTimestamp = server.around().now
  next.status = { ...next.status, phase: 'Terminating' }
  return server.storage.put(kind, next, { actor, before: old })
}

function optionsOf(body: unknown): DeleteOptions {
  if (body === undefined || body === null) return {}
  if (!isFields(body)) throw badRequest('DeleteOptions must be an object')
  return body as DeleteOptions
}

function checkPreconditions(kind: Kind, { metadata }: KubeObject, { preconditions }: DeleteOptions): void {
  const { uid, resourceVersion } = preconditions ?? {}
  const about = { ...kind, plural: kind.kind }
  if (uid !== undefined && uid !== metadata.uid) throw conflict(about, metadata.name, `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${metadata.uid}`)
  if (resourceVersion !== undefined && resourceVersion !== metadata.resourceVersion) {
    throw conflict(about, metadata.name, `Precondition failed: ResourceVersion in precondition: ${resourceVersion}, ResourceVersion in object meta: ${metadata.resourceVersion}`)
  }
}

function graceOf(kind: Kind, object: KubeObject, { gracePeriodSeconds }: DeleteOptions): number {
  const wanted = gracePeriodSeconds !== undefined && gracePeriodSeconds < 0 ? 1 : gracePeriodSeconds
  const { deletionTimestamp, deletionGracePeriodSeconds } = object.metadata as Meta
  if (kind.grace === undefined) return 0
  if (deletionTimestamp !== undefined) return Math.min(wanted ?? Infinity, deletionGracePeriodSeconds ?? 0)
  return kind.grace(object, wanted)
}

/** A graceful deletion that has begun can only be shortened. */
function isWaiting(kind: Kind, { deletionTimestamp, deletionGracePeriodSeconds = 0 }: Meta, grace: number): boolean {
  return kind.grace !== undefined && deletionTimestamp !== undefined && deletionGracePeriodSeconds > 0 && grace >= deletionGracePeriodSeconds
}

/** The object's own finalizers with those that its propagation policy asks for. */
function finalizersFor(kind: Kind, { metadata }: KubeObject, { propagationPolicy }: DeleteOptions): string[] {
  const present = metadata.finalizers ?? []
  const others = present.filter(name => name !== FINALIZER.Orphan && name !== FINALIZER.Foreground)
  const chosen = propagationPolicy ?? (present.includes(FINALIZER.Orphan) ? 'Orphan' : present.includes(FINALIZER.Foreground) ? 'Foreground' : undefined)
  const policy = chosen ?? (kind.orphans === true ? 'Orphan' : 'Background')
  return policy === 'Background' ? others : [...others, FINALIZER[policy]]
}

function mark(server: Server, kind: Kind, marking: { old: KubeObject; actor: Actor; grace: number; finalizers: string[] }): KubeObject {
  const { old, actor, finalizers } = marking
  const next = draftOf(old)
  const { metadata } = next
  if (finalizers.length > 0) metadata.finalizers = finalizers
  else delete metadata.finalizers
  const before = metadata.deletionGracePeriodSeconds
  const start = metadata.deletionTimestamp === undefined ? server.now() : Date.parse(metadata.deletionTimestamp) - 1000 * (before ?? 0)
  // Shortened to less than has passed already: the kubelet still gets its last second.
  const grace = marking.grace > 0 && start + 1000 * marking.grace < server.now() ? 1 : marking.grace
  if (metadata.deletionTimestamp === undefined && metadata.generation !== undefined) metadata.generation += 1
  if (metadata.deletionTimestamp === undefined || grace !== before) metadata.deletionTimestamp = timestamp(Math.max(server.now(), start + 1000 * grace))
  metadata.deletionGracePeriodSeconds = grace
  return equal(next, old) ? old : server.storage.put(kind, next, { actor, before: old })
}

/** A Status when the object went at once, the object while it stays. */
function answer(kind: Kind, { object, gone }: { readonly object: KubeObject; readonly gone: boolean }): Response {
  if (!gone || kind.returnsDeleted === true) return { status: 200, body: object }
  const { name, uid } = object.metadata
  const group = kind.group === '' ? {} : { group: kind.group }
  return { status: 200, body: { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', details: { name, ...group, kind: kind.plural, uid } } }
}

/** Kubernetes writes whole seconds. */
export function timestamp(milliseconds: number): string {
  return `${new Date(milliseconds).toISOString().slice(0, 19)}Z`
}
