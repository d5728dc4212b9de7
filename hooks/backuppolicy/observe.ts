import type { BackupPolicy } from '../../schemas/generated/types.ts'
import type { KubeObject, SyncRequest } from '../hook.ts'
import type { Live } from '../live.ts'

/** What a policy needs to know besides its related objects. */
export interface Observed {
  /** VolumeSnapshotClasses, asked for by the snapshot strategy only; undefined when the cluster has no snapshot API. */
  readonly snapshotClasses: readonly KubeObject[] | undefined
}

/** At most one read: the snapshot classes, and only for a policy that makes snapshots. */
export const observe = async ({ parent, finalizing }: SyncRequest<BackupPolicy>, live: Live): Promise<Observed> => ({
  snapshotClasses: parent.spec.strategy === 'snapshot' && !finalizing ? await live.snapshotClasses() : undefined,
})
