import type { Kubernetes } from '../kubernetes.ts'
import { isResourceKind, resourcePath, type ResourceKind } from '../resource-path.ts'
import type { EffectOf } from './effect.ts'
import { conflict } from './fenced.ts'

const RECORDS: readonly ResourceKind[] = ['Backup', 'BackupRepository', 'VolumeSnapshotClass']

/**
 * Creates a record under its deterministic name. One that is already there is left exactly as it is: it may be in use, and
 * its name says that it is the one.
 */
export async function createRecord({ object }: EffectOf<'createRecord'>, api: Kubernetes): Promise<void> {
  const { kind, metadata } = object
  if (!isResourceKind(kind) || !RECORDS.includes(kind)) throw new Error(`createRecord makes ${RECORDS.join(', ')}, not ${kind}`)
  if (metadata.ownerReferences !== undefined) throw new Error(`${kind} ${metadata.name} must not have an owner: a record is never a child`)
  const answer = await api.call({ method: 'POST', path: resourcePath(kind, { namespace: metadata.namespace }), body: object })
  if (answer.outcome === 'absent' || answer.outcome === 'terminating') throw conflict(answer)
}
