import type { BackupPolicy, BackupRepository, ClusterBackupRepository, Destination } from '../schemas/generated/types.ts'
import { API_VERSION, LABEL, MANAGED_BY } from './api.ts'
import type { Reason } from './reasons.ts'
import { childName, labelValue, stableHash } from './names.ts'

/** Which BackupRepository a policy writes to. */
export interface RepositoryChoice {
  /** Name of the BackupRepository in the policy's namespace. It follows from the policy's spec alone. */
  readonly name: string
  /** The record to create when there is none of that name; absent when the user made it, or its cluster repository is unknown. */
  readonly record?: BackupRepository
  /** Name of the ClusterBackupRepository behind it. */
  readonly cluster?: string
}

/**
 * The repository of a policy: that of its `repositoryRef`, the projection `cluster-<name>` of a ClusterBackupRepository, or
 * `dest-<hash>` for an inline destination (policies with equal destinations share it). Undefined for strategy snapshot.
 */
export const repositoryOf = (policy: BackupPolicy, cluster?: ClusterBackupRepository): RepositoryChoice | undefined => {
  const { strategy, destination, repositoryRef } = policy.spec
  const namespace = policy.metadata.namespace
  if (strategy === 'snapshot') return undefined
  if (destination !== undefined) {
    const name = `dest-${stableHash(destination)}`
    return { name, record: recordOf({ name, namespace, destination }) }
  }
  if (repositoryRef === undefined) return undefined
  if (repositoryRef.kind !== 'ClusterBackupRepository') return { name: repositoryRef.name }
  const projection = { name: childName('cluster', repositoryRef.name), cluster: repositoryRef.name }
  if (cluster === undefined) return projection
  return { ...projection, record: recordOf({ ...projection, namespace, destination: cluster.spec.destination }) }
}

/** Whether a ClusterBackupRepository may be used from a namespace. Nobody may unless it is listed, or `*` is. */
export const allowsNamespace = (cluster: ClusterBackupRepository, namespace: string): boolean =>
  (cluster.spec.allowedNamespaces ?? []).some((allowed) => allowed === '*' || allowed === namespace)

/** Whether a repository was found usable as it is now: a spec that was edited a moment ago has not been looked at yet. */
export const isUsable = ({ metadata, status }: BackupRepository): boolean =>
  status?.phase === 'Ready' && (status.observedGeneration === undefined || status.observedGeneration >= (metadata.generation ?? 0))

/** What a check that failed says when a store may well be read, although nothing can be written to it. */
const UNWRITABLE: readonly unknown[] = ['StoreFull', 'AccessDenied'] satisfies readonly Reason[]

/** Whether to try to read from a repository: one that is usable, or that was only found impossible to write to. A restore proves its data itself. */
export const mayBeRead = (repository: BackupRepository): boolean =>
  isUsable(repository) || (repository.status?.phase === 'Failed' && UNWRITABLE.includes(repository.status.reason))

interface Place {
  readonly name: string
  readonly namespace: string | undefined
  readonly destination: Destination
  readonly cluster?: string
}

const recordOf = ({ name, namespace, destination, cluster }: Place): BackupRepository => ({
  apiVersion: API_VERSION,
  kind: 'BackupRepository',
  metadata: {
    name,
    ...(namespace !== undefined && { namespace }),
    labels: { [LABEL.managedBy]: MANAGED_BY, ...(cluster !== undefined && { [LABEL.repository]: labelValue(cluster) }) },
  },
  spec: destination,
})
