import type { Backup, BackupRepository, KubeObject, Restore, RestoreSpec, Volume } from '../../../schemas/generated/types.ts'

export const SETTINGS = { moverImage: 'holdfast-mover:0.1.0', imagePullPolicy: 'IfNotPresent' } as const
export const START = new Date('2026-11-21T09:00:00Z')

/** A Restore `again` of namespace shop. */
export function restore(spec: RestoreSpec = { backup: 'nightly-20261121-0200' }, status?: Restore['status']): Restore {
  const metadata = { name: 'again', namespace: 'shop', uid: 'restore-uid', generation: 1, creationTimestamp: '2026-11-21T09:00:00Z' }
  return { apiVersion: 'holdfast.dev/v1alpha1', kind: 'Restore', metadata, spec, ...(status && { status }) }
}

/** A volume's entry in a Backup. */
export function point(pvc: string, changes: Partial<Volume> = {}): Volume {
  return {
    pvc, phase: 'Completed', handle: `handle-of-${pvc}`, bytes: 1000, files: 10,
    size: '1Gi', storageClassName: 'fast', accessModes: ['ReadWriteOnce'], ...changes,
  }
}

export function snapshotPoint(pvc: string, changes: Partial<Volume> = {}): Volume {
  return point(pvc, { snapshotName: `snap-${pvc}`, contentName: `content-${pvc}`, driver: 'csi.example.com', ...changes })
}

/** A Completed Backup of strategy external with these volumes. */
export function backup(changes: { name?: string; spec?: Partial<Backup['spec']>; status?: Partial<NonNullable<Backup['status']>>; volumes?: Volume[]; annotations?: Record<string, string> } = {}): Backup {
  const { name = 'nightly-20261121-0200', spec, status, volumes = [point('data'), point('logs')], annotations } = changes
  return {
    apiVersion: 'holdfast.dev/v1alpha1',
    kind: 'Backup',
    metadata: { name, namespace: 'shop', uid: `uid-${name}`, creationTimestamp: '2026-11-21T02:00:00Z', ...(annotations && { annotations }) },
    spec: { strategy: 'external', policy: 'nightly', volumes: volumes.map(({ pvc }) => pvc), repositoryRef: { name: 'store' }, ...spec },
    status: { phase: 'Completed', completionTime: '2026-11-21T02:05:00Z', volumes, ...status },
  }
}

export function repository(changes: Partial<NonNullable<BackupRepository['status']>> = {}): BackupRepository {
  return {
    apiVersion: 'holdfast.dev/v1alpha1',
    kind: 'BackupRepository',
    metadata: { name: 'store', namespace: 'shop', uid: 'uid-store' },
    spec: { type: 's3', url: 's3://backups/prod', endpoint: 'http://minio.minio:9000', credentialsSecret: 'store' },
    status: { phase: 'Ready', ...changes },
  }
}

/** Somebody's claim in namespace shop. */
export function claim(name: string, changes: { metadata?: Partial<KubeObject['metadata']>; spec?: object; status?: object } = {}): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: { name, namespace: 'shop', uid: `uid-of-${name}`, creationTimestamp: '2026-11-21T09:00:00Z', ...changes.metadata },
    spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } }, storageClassName: 'fast', ...changes.spec },
    status: { phase: 'Pending', ...changes.status },
  }
}

export function snapshot(name: string, status: object = { readyToUse: true, restoreSize: '1Gi', boundVolumeSnapshotContentName: `content-of-${name}` }): KubeObject {
  return { apiVersion: 'snapshot.storage.k8s.io/v1', kind: 'VolumeSnapshot', metadata: { name, namespace: 'shop', uid: `uid-${name}` }, status }
}

export function storageClass(name: string, provisioner = 'csi.example.com'): KubeObject {
  return { apiVersion: 'storage.k8s.io/v1', kind: 'StorageClass', metadata: { name, uid: `uid-${name}` }, provisioner }
}

/** The content that VolumeSnapshot `snap-<pvc>` is bound to. */
export function content(pvc: string, changes: { handle?: string; driver?: string; uid?: string } = {}): KubeObject {
  const { handle = `handle-of-${pvc}`, driver = 'csi.example.com', uid = `uid-snap-${pvc}` } = changes
  return {
    apiVersion: 'snapshot.storage.k8s.io/v1', kind: 'VolumeSnapshotContent', metadata: { name: `content-of-snap-${pvc}`, uid: `uid-content-${pvc}` },
    spec: { driver, volumeSnapshotRef: { namespace: 'shop', name: `snap-${pvc}`, uid } }, ...(handle !== '' && { status: { snapshotHandle: handle } }),
  }
}
