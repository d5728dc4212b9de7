import { ANNOTATION, LABEL, MANAGED_BY } from '../../lib/api.ts'
import { labelValue } from '../../lib/names.ts'
import { parseQuantity } from '../../lib/quantities.ts'
import type { KubeObject, Restore } from '../../schemas/generated/types.ts'
import { namespaceOf, type Handover, type VolumeInput } from './model.ts'
import { temporaryName } from './names.ts'
import type { PersistentVolume, VolumeSnapshot } from './objects.ts'

/** The claim that holds a volume until its data is whole: as large as asked for, filled from the snapshot where there is one. */
export function temporaryClaim(input: VolumeInput): KubeObject {
  const { restore, facts: { plan }, backup } = input
  const snapshotName = backup?.spec.strategy === 'snapshot' ? plan.point?.snapshotName : undefined
  return {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: {
      name: temporaryName(restore.metadata.name, plan.target),
      namespace: namespaceOf(restore),
      labels: restoreLabels(input),
      annotations: restoreAnnotations(input),
    },
    spec: {
      accessModes: plan.point?.accessModes ?? ['ReadWriteOnce'],
      resources: { requests: { storage: sizeOf(input) } },
      volumeMode: plan.point?.volumeMode ?? 'Filesystem',
      ...(plan.storageClassName !== undefined && { storageClassName: plan.storageClassName }),
      ...(snapshotName && { dataSource: { apiGroup: 'snapshot.storage.k8s.io', kind: 'VolumeSnapshot', name: snapshotName } }),
    },
  }
}

/** The user's claim. It belongs to nobody but the user: no owner, no label of ours but the one to find it by, those of its source where it takes its place. */
export function publishedClaim(restore: Restore, volume: PersistentVolume, handover: Handover): KubeObject {
  const { target, source, backup, bytes, files, sha256, remark } = handover
  const wanted = restore.spec.volumes?.find(item => (item.target ?? item.source) === target)
  return {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: {
      name: target,
      namespace: namespaceOf(restore),
      labels: { ...handover.labels, ...wanted?.labels, [LABEL.restore]: labelValue(restore.metadata.name) },
      annotations: {
        [ANNOTATION.backup]: backup,
        [ANNOTATION.volume]: source,
        [ANNOTATION.restoredBy]: `${namespaceOf(restore)}/${restore.metadata.name}`,
        [ANNOTATION.restoreUid]: restore.metadata.uid ?? '',
        [ANNOTATION.restoreResult]: JSON.stringify({ bytes, files, sha256, remark }),
      },
    },
    spec: {
      accessModes: [...handover.accessModes],
      resources: { requests: { storage: handover.size } },
      volumeMode: volume.spec?.volumeMode ?? 'Filesystem',
      storageClassName: volume.spec?.storageClassName ?? '',
      volumeName: volume.metadata.name,
    },
  }
}

/** The largest of what is asked for, the source's size and what the snapshot needs; undefined when none is known. */
export function largestSize(input: VolumeInput): string | undefined {
  const { facts: { plan }, observed } = input
  const snapshot = observed.snapshots[plan.point?.snapshotName ?? ''] as VolumeSnapshot | null | undefined
  const sizes = [plan.size, plan.point?.size, snapshot?.status?.restoreSize].filter(size => size !== undefined)
  return sizes.toSorted((a, b) => parseQuantity(b) - parseQuantity(a))[0]
}

/** Labels of everything that a restore makes for itself. */
export function restoreLabels({ restore, backupName, facts: { plan } }: VolumeInput): Readonly<Record<string, string>> {
  return {
    [LABEL.managedBy]: MANAGED_BY,
    [LABEL.role]: 'restore',
    [LABEL.restore]: labelValue(restore.metadata.name),
    [LABEL.backup]: labelValue(backupName),
    [LABEL.volume]: labelValue(plan.source),
  }
}

/** Annotations of everything that a restore makes for itself: full names, by which a lost status is found again. */
export function restoreAnnotations({ backupName, facts: { plan } }: VolumeInput): Readonly<Record<string, string>> {
  return { [ANNOTATION.backup]: backupName, [ANNOTATION.volume]: plan.source, [ANNOTATION.target]: plan.target }
}

/** The rules refuse a volume of unknown size before a claim is made. */
function sizeOf(input: VolumeInput): string {
  return largestSize(input) ?? '1Gi'
}
