import type { Actor, Response } from './api.ts'
import { draftOf, fieldsOf, listOf } from './draft.ts'
import { badRequest, conflict as refusal, notFound, type Refusal } from './failure.ts'
import type { Kind } from './kind.ts'
import type { Server } from './server.ts'

const conflict = (kind: Kind, name: string, why: string): Refusal => refusal({ ...kind, plural: 'pods/binding' }, name, why)

/** POST to a pod's `/binding`: the scheduler's word on where it runs. Only the first counts. */
export function bind(server: Server, kind: Kind, target: { readonly namespace: string | undefined; readonly name: string; readonly body: unknown; readonly actor: Actor }): Response {
  const node = fieldsOf(fieldsOf(target.body).target).name
  if (typeof node !== 'string' || node === '') throw badRequest('a binding needs target.name')
  const old = server.storage.get(kind, target.namespace, target.name)
  if (old === undefined) throw notFound(kind, target.name)
  if (old.metadata.deletionTimestamp !== undefined) throw conflict(kind, target.name, `pod ${target.name} is being deleted, cannot be assigned to a host`)
  const next = draftOf(old)
  const spec = next.spec ??= {}
  if (spec.nodeName) throw conflict(kind, target.name, `pod ${target.name} is already assigned to node ${JSON.stringify(spec.nodeName)}`)
  spec.nodeName = node
  const others = listOf(next.status?.conditions).filter(({ type }) => type !== 'PodScheduled')
  next.status = { ...next.status, conditions: [...others, { type: 'PodScheduled', status: 'True', lastTransitionTime: server.around().now }] }
  server.storage.put(kind, next, { actor: target.actor, before: old })
  return { status: 201, body: { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code: 201 } }
}
