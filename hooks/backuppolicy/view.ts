import { API_VERSION } from '../../lib/api.ts'
import { TransientError } from '../../lib/errors.ts'
import { repositoryOf, type RepositoryChoice } from '../../lib/repository-record.ts'
import type { Backup, BackupPolicy, BackupRepository, ClusterBackupRepository } from '../../schemas/generated/types.ts'
import type { KubeObject, SyncRequest } from '../hook.ts'
import { selectorProblem } from './selector.ts'

/** The request in the words of a policy. */
export interface PolicyView {
  readonly policy: BackupPolicy
  /** Backups of this policy. */
  readonly backups: readonly Backup[]
  /** Claims that the selector matches. */
  readonly claims: readonly KubeObject[]
  /** Which repository the policy writes to; undefined for snapshots. */
  readonly choice: RepositoryChoice | undefined
  /** That repository, when it is there. */
  readonly repository: BackupRepository | undefined
  readonly cluster: ClusterBackupRepository | undefined
  /** Observed children. */
  readonly children: readonly KubeObject[]
}

/**
 * Reads a request, with `fresh` in place of its Backups. A group that customize asked for and that is not there means that
 * nobody looked, not that there is nothing.
 * @throws TransientError then.
 */
export const viewOf = ({ parent: policy, related, children, finalizing }: SyncRequest<BackupPolicy>, fresh?: readonly KubeObject[]): PolicyView => {
  const groups = (key: string): readonly KubeObject[] => {
    const group = related[key]
    if (group !== undefined) return Object.values(group)
    throw new TransientError('InternalError', `the request lacks ${key}, which customize asks for; it is answered once it has them`)
  }
  const backups = (fresh ?? groups(`Backup.${API_VERSION}`)) as readonly unknown[] as readonly Backup[]
  const own = {
    policy,
    backups: backups.filter(({ spec }) => spec.policy === policy.metadata.name),
    children: Object.values(children).flatMap((group) => Object.values(group)),
  }
  if (finalizing) return { ...own, claims: [], choice: undefined, repository: undefined, cluster: undefined }
  const claims = selectorProblem(policy.spec.selector) === undefined ? groups('PersistentVolumeClaim.v1') : []
  return { ...own, claims, ...repositories(policy, groups) }
}

const repositories = (policy: BackupPolicy, groups: (key: string) => readonly KubeObject[]) => {
  const named = repositoryOf(policy)
  const find = (kind: string, name: string | undefined): unknown =>
    name === undefined ? undefined : groups(`${kind}.${API_VERSION}`).find(({ metadata }) => metadata.name === name)
  const cluster = find('ClusterBackupRepository', named?.cluster) as ClusterBackupRepository | undefined
  const repository = find('BackupRepository', named?.name) as BackupRepository | undefined
  return { choice: repositoryOf(policy, cluster), repository, cluster }
}
