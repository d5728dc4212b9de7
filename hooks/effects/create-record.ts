import { LABEL } from '../../lib/api.ts'
import { TransientError } from '../../lib/errors.ts'
import { isActive } from '../../lib/phases.ts'
import type { Backup } from '../../schemas/generated/types.ts'
import type { KubeObject } from '../hook.ts'
import type { Kubernetes } from '../kubernetes.ts'
import { listOf } from '../listing.ts'
import { isResourceKind, resourcePath, type ResourceKind } from '../resource-path.ts'
import type { EffectOf } from './effect.ts'
import { conflict } from './fenced.ts'

const RECORDS: readonly ResourceKind[] = ['Backup', 'BackupRepository', 'VolumeSnapshotClass']

/**
 * Creates a record under its deterministic name. One that is already there is left exactly as it is: it may be in use, and
 * its name says that it is the one.
 */
export async function createRecord({ object, alone }: EffectOf<'createRecord'>, api: Kubernetes): Promise<void> {
  const { kind, metadata } = object
  if (!isResourceKind(kind) || !RECORDS.includes(kind)) throw new Error(`createRecord makes ${RECORDS.join(', ')}, not ${kind}`)
  if (metadata.ownerReferences !== undefined) throw new Error(`${kind} ${metadata.name} must not have an owner: a record is never a child`)
  if (alone === true) await requireAlone(object, api)
  const answer = await api.call({ method: 'POST', path: resourcePath(kind, { namespace: metadata.namespace }), body: object })
  if (answer.outcome !== 'ok' && answer.outcome !== 'exists') throw conflict(answer)
}

async function requireAlone({ metadata, spec }: KubeObject, api: Kubernetes): Promise<void> {
  const { namespace, name, labels } = metadata
  const query = { labelSelector: `${LABEL.policy}=${labels?.[LABEL.policy]}` }
  const all = (await listOf(api, { kind: 'Backup', namespace, query })) as readonly unknown[] as readonly Backup[]
  const busy = all.find(other => other.metadata.name !== name && other.spec.policy === (spec as Backup['spec']).policy && isActive(other))
  if (busy === undefined) return
  throw new TransientError('ApiConflict', `Backup ${name} is not made while ${busy.metadata.name} is under way, which the request did not show; it is looked at again in a second`)
}
