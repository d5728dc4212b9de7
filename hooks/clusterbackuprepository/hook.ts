import type { ClusterBackupRepository } from '../../schemas/generated/types.ts'
import type { Hook } from '../hook.ts'
import { customizeClusterRepository } from './customize.ts'
import { decideClusterRepository } from './decide.ts'

/** The webhook of ClusterBackupRepository. It needs no live reads: nothing runs for it. */
export const clusterBackupRepositoryHook: Hook<ClusterBackupRepository, undefined> = {
  kind: 'clusterbackuprepository',
  customize: customizeClusterRepository,
  observe: () => Promise.resolve(undefined),
  decide: decideClusterRepository,
}
