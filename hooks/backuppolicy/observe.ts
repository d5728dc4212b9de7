import type { BackupPolicy } from '../../schemas/generated/types.ts'
import type { KubeObject, SyncRequest } from '../hook.ts'
import type { Live } from '../live.ts'
import { applyRetention } from './retention.ts'
import { viewOf } from './view.ts'

/** What a policy needs to know besides its related objects. */
export interface Observed {
  /** VolumeSnapshotClasses, asked for by the snapshot strategy only; undefined when the cluster has no snapshot API. */
  readonly snapshotClasses: readonly KubeObject[] | undefined
  /** The Backups of the policy as they are now; undefined while those of the request let nothing be deleted or stopped. */
  readonly backups?: readonly KubeObject[] | undefined
}

/** Few reads: the snapshot classes for a policy that makes snapshots, and the Backups when one is to be deleted or stopped. */
export const observe = async (request: SyncRequest<BackupPolicy>, live: Live, now: Date): Promise<Observed> => {
  const { parent: { spec, metadata: { name, namespace = '' } }, finalizing } = request
  return {
    snapshotClasses: spec.strategy === 'snapshot' && !finalizing ? await live.snapshotClasses() : undefined,
    ...((finalizing || deletes(request, now)) && { backups: await live.backupsOfPolicy(namespace, name) }),
  }
}

// The request's Backups come from a cache. In an old one a newer good point may be there still, for which an older one would go.
const deletes = (request: SyncRequest<BackupPolicy>, now: Date): boolean => applyRetention(viewOf(request), now).effects.length > 0
