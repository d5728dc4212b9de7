import type { KubeObject } from '../../../schemas/generated/types.ts'
import type { Random } from '../random.ts'
import type { Actor } from './api.ts'
import { copy, tidy, type Draft } from './draft.ts'
import { alreadyExists, badRequest, forbidden, internal, invalid, notFound, type FieldError } from './failure.ts'
import type { Kind } from './kind.ts'
import { checkMetadata } from './metadata.ts'
import type { Server } from './server.ts'
import { objectOf } from './update.ts'

const SUFFIX = 'bcdfghjklmnpqrstvwxz2456789'
const ATTEMPTS = 8

/** POST: a new object, or a Refusal thrown. */
export function create(server: Server, kind: Kind, post: { readonly namespace: string | undefined; readonly body: unknown; readonly actor: Actor }): KubeObject {
  const draft = copy(objectOf(kind, post.body)) as Draft
  const { metadata } = draft
  if (kind.namespaced) {
    if (post.namespace === undefined || (metadata.namespace ?? post.namespace) !== post.namespace) throw badRequest('the namespace of the provided object does not match the namespace sent on the request')
    metadata.namespace = post.namespace
  } else delete metadata.namespace
  if (metadata.resourceVersion !== undefined && metadata.resourceVersion !== '') throw internal('resourceVersion should not be set on objects to be created')
  fill(server, kind, draft)
  requireNamespace(server, kind, draft)
  kind.prepare?.(draft, server.around())
  const errors = [...checkNames(draft), ...kind.validate?.(draft, undefined, server.around()) ?? [], ...checkMetadata(kind, draft)]
  if (errors.length > 0) throw invalid(kind, metadata.name ?? '', withoutTwins(errors))
  if (server.storage.get(kind, metadata.namespace, metadata.name ?? '') !== undefined) throw alreadyExists(kind, metadata.name ?? '')
  requireQuota(server, kind, draft)
  return server.storage.put(kind, draft, { actor: post.actor, before: undefined })
}

/** One error for each field and reason is enough. */
export function withoutTwins(errors: readonly FieldError[]): readonly FieldError[] {
  return errors.filter((error, index) => errors.findIndex(other => other.field === error.field && other.reason === error.reason && other.message === error.message) === index)
}

/** Sets what no caller may choose, and the name when it is to be generated. */
function fill(server: Server, kind: Kind, draft: Draft): void {
  const { metadata } = draft
  for (const field of ['deletionTimestamp', 'deletionGracePeriodSeconds', 'resourceVersion']) delete metadata[field]
  tidy(metadata)
  metadata.uid = newUid(server.random)
  metadata.creationTimestamp = server.around().now
  if (kind.generation) metadata.generation = 1
  if (kind.status) delete draft.status
  if (metadata.generateName !== undefined && (metadata.name ?? '') === '') metadata.name = generated(server, kind, draft)
}

function generated(server: Server, kind: Kind, { metadata }: Draft): string {
  const base = (metadata.generateName ?? '').slice(0, 63 - 5)
  for (let attempt = 1; ; attempt++) {
    const name = base + Array.from({ length: 5 }, () => SUFFIX[server.random.below(SUFFIX.length)]).join('')
    if (attempt === ATTEMPTS || server.storage.get(kind, metadata.namespace, name) === undefined) return name
  }
}

/** Nothing is made in a namespace that is not there, or that is going. */
function requireNamespace(server: Server, kind: Kind, { metadata }: Draft): void {
  if (!kind.namespaced) return
  const name = metadata.namespace ?? ''
  const namespace = server.around().find('v1/namespaces', undefined, name)
  if (namespace === undefined) throw notFound({ group: '', plural: 'namespaces', kind: 'Namespace' }, name)
  if (namespace.metadata.deletionTimestamp === undefined) return
  throw forbidden(kind, metadata.name ?? '', {
    message: `unable to create new content in namespace ${name} because it is being terminated`,
    causes: [{ reason: 'NamespaceTerminating', message: `namespace ${name} is being terminated`, field: 'metadata.namespace' }],
  })
}

/** A quota limits how many objects of a kind there may be. */
function requireQuota({ storage, around }: Server, kind: Kind, { metadata: { namespace, name = '' } }: Draft): void {
  if (!kind.namespaced) return
  const words = [kind.plural, `count/${kind.plural}${kind.group === '' ? '' : `.${kind.group}`}`]
  for (const quota of around().all('v1/resourcequotas').filter(({ metadata }) => metadata.namespace === namespace)) {
    const { hard = {} } = (quota as KubeObject & { readonly spec?: { readonly hard?: Readonly<Record<string, string>> } }).spec ?? {}
    const word = words.find(candidate => hard[candidate] !== undefined)
    const used = word === undefined ? 0 : storage.list(kind, namespace).length
    if (word === undefined || used < Number(hard[word])) continue
    throw forbidden(kind, name, { message: `exceeded quota: ${quota.metadata.name}, requested: ${word}=1, used: ${word}=${used}, limited: ${word}=${hard[word]}` })
  }
}

function checkNames({ metadata }: Draft): readonly FieldError[] {
  if ((metadata.name ?? '') !== '') return []
  return [{ field: 'metadata.name', reason: 'FieldValueRequired', message: 'Required value: name or generateName is required' }]
}

/** Looks like any version 4 UUID. */
function newUid(random: Random): string {
  const hex = Array.from({ length: 4 }, () => random.below(4_294_967_296).toString(16).padStart(8, '0')).join('')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20)}`
}
