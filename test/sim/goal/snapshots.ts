import { ANNOTATION } from '../../../lib/api.ts'
import type { KubeObject } from '../../../schemas/generated/types.ts'
import { wellFormed } from '../invariants/past.ts'
import { RESOURCE, uidOf, type StoredBackup, type StoredContent } from '../invariants/resources.ts'
import type { Goal, GoalParts } from './goal.ts'

/** Every good snapshot can be restored from: its VolumeSnapshot is there, ready, and leads to the data. */
export const snapshotsLeft: Goal = parts => parts.api.all<StoredBackup>(RESOURCE.backups).flatMap(backup => isKept(parts, backup) ? unbound(parts, backup) : [])

function isKept({ blame }: GoalParts, { metadata, spec, status }: StoredBackup): boolean {
  const { annotations, deletionTimestamp } = metadata
  if (spec.strategy !== 'snapshot' || deletionTimestamp !== undefined || wellFormed(annotations?.[ANNOTATION.deleteRequested])) return false
  return (status?.phase === 'Completed' || status?.phase === 'PartiallyFailed') && blame.lastOf('statusEdited', uidOf({ metadata })) === undefined
}

function unbound({ api, cluster }: GoalParts, { metadata: { name, namespace }, status }: StoredBackup): readonly string[] {
  return (status?.volumes ?? []).flatMap(({ pvc, phase, handle = '', snapshotName }) => {
    if (phase !== 'Completed' || cluster.disks.read(handle) === undefined) return []
    const snapshot = api.read<KubeObject & { status?: { boundVolumeSnapshotContentName?: string; readyToUse?: boolean } }>(`/apis/snapshot.storage.k8s.io/v1/namespaces/${namespace}/volumesnapshots/${snapshotName}`)
    const content = api.read<StoredContent>(`/apis/snapshot.storage.k8s.io/v1/volumesnapshotcontents/${snapshot?.status?.boundVolumeSnapshotContentName}`)
    const isWhole = snapshot?.status?.readyToUse === true && (content?.status?.snapshotHandle ?? content?.spec?.source?.snapshotHandle) === handle
    return isWhole ? [] : [`VolumeSnapshot ${snapshotName} of volume ${pvc} in Backup ${name} ${snapshot === undefined ? 'is not there' : 'does not lead to its data'}`]
  })
}
