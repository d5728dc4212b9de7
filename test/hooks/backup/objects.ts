import type { KubeObject, Result } from '../../../schemas/generated/types.ts'

export const NAMESPACE = 'shop'
export const BACKUP = 'nightly-1'

/** A bound claim of one gigabyte, with changes to its spec and status. */
export function claim(name: string, spec: object = {}, phase = 'Bound'): KubeObject {
  return {
    apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name, namespace: NAMESPACE },
    spec: { accessModes: ['ReadWriteOnce'], storageClassName: 'fast', volumeName: `pv-${name}`, resources: { requests: { storage: '1Gi' } }, ...spec },
    status: { phase, capacity: { storage: '1Gi' } },
  }
}

export function repository(phase: string, status: object = {}): KubeObject {
  return {
    apiVersion: 'holdfast.dev/v1alpha1', kind: 'BackupRepository', metadata: { name: 'store', namespace: NAMESPACE },
    spec: { type: 's3', url: 's3://backups', credentialsSecret: 'store' }, status: { phase, ...status },
  }
}

/** A Job of this Backup as it is observed. */
export function job(name: string, state: 'active' | 'ready' | 'complete' | 'failed' = 'active', of: { role?: string; reason?: string; end?: string; created?: string } = {}): KubeObject {
  const lastTransitionTime = of.end ?? '2026-11-21T02:10:00Z'
  const condition = { status: 'True', reason: of.reason, lastTransitionTime }
  const ended = { complete: [{ ...condition, type: 'Complete' }], failed: [{ ...condition, type: 'Failed' }] }
  const conditions = state === 'complete' || state === 'failed' ? ended[state] : []
  return {
    apiVersion: 'batch/v1', kind: 'Job',
    metadata: { name, namespace: NAMESPACE, creationTimestamp: of.created ?? '2026-11-21T02:00:01Z', labels: { 'holdfast.dev/role': of.role ?? 'backup' } },
    status: { startTime: '2026-11-21T02:00:02Z', ready: state === 'ready' ? 1 : 0, conditions, ...(state === 'complete' && { completionTime: lastTransitionTime }) },
  }
}

/** A pod whose mover ended with this message. */
export function ended(exitCode: number, result?: Partial<Result> | string, reason?: string): KubeObject {
  const message = typeof result === 'string' ? result : result && JSON.stringify({ operation: 'backup', ok: exitCode === 0, ...result })
  return pod('ended', { containerStatuses: [{ name: 'mover', state: { terminated: { exitCode, message, reason } } }] })
}

export function pod(name: string, status: object, labels: Record<string, string> = {}): KubeObject {
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace: NAMESPACE, creationTimestamp: '2026-11-21T02:00:03Z', labels }, status }
}

/** A scheduled pod that uses a claim. */
export function user(name: string, of: { claim: string; node?: string; labels?: Record<string, string> }): KubeObject {
  const spec = { nodeName: of.node ?? 'node-1', tolerations: [{ key: 'db' }], volumes: [{ name: 'v', persistentVolumeClaim: { claimName: of.claim } }] }
  return { ...pod(name, { phase: 'Running' }, of.labels), spec }
}

export function event(reason: string, message: string): KubeObject {
  return { apiVersion: 'v1', kind: 'Event', metadata: { name: 'event', namespace: NAMESPACE }, reason, message }
}

export function storageClass(name: string, volumeBindingMode: string): KubeObject {
  return { apiVersion: 'storage.k8s.io/v1', kind: 'StorageClass', metadata: { name }, volumeBindingMode }
}

export function persistentVolume(name: string, driver?: string): KubeObject {
  return { apiVersion: 'v1', kind: 'PersistentVolume', metadata: { name }, spec: driver ? { csi: { driver } } : { hostPath: {} } }
}

export function snapshotClass(name: string, of: { driver?: string; default?: boolean; parameters?: object; ours?: boolean; policy?: string } = {}): KubeObject {
  return {
    apiVersion: 'snapshot.storage.k8s.io/v1', kind: 'VolumeSnapshotClass',
    metadata: {
      name,
      ...(of.default && { annotations: { 'snapshot.storage.kubernetes.io/is-default-class': 'true' } }),
      ...(of.ours && { labels: { 'app.kubernetes.io/managed-by': 'holdfast' } }),
    },
    driver: of.driver ?? 'csi.example', deletionPolicy: of.policy ?? 'Delete', ...(of.parameters && { parameters: of.parameters }),
  }
}

/** A VolumeSnapshot of this Backup as it is observed. */
export function snapshot(name: string, status: object = {}, spec: object = {}): KubeObject {
  return {
    apiVersion: 'snapshot.storage.k8s.io/v1', kind: 'VolumeSnapshot',
    metadata: { name, namespace: NAMESPACE, uid: `uid-${name}`, creationTimestamp: '2026-11-21T02:00:01Z' }, spec, status,
  }
}

/** The content of a VolumeSnapshot. */
export function content(name: string, of: { of: string; handle?: string; policy?: string; uid?: string; error?: string; metadata?: object }): KubeObject {
  return {
    apiVersion: 'snapshot.storage.k8s.io/v1', kind: 'VolumeSnapshotContent', metadata: { name, uid: `uid-${name}`, ...of.metadata },
    spec: {
      driver: 'csi.example', deletionPolicy: of.policy ?? 'Retain', volumeSnapshotClassName: 'holdfast-retain-fast', sourceVolumeMode: 'Filesystem',
      volumeSnapshotRef: { namespace: NAMESPACE, name: of.of, ...(of.uid && { uid: of.uid }) },
    },
    status: { ...(of.handle && { snapshotHandle: of.handle }), ...(of.error && { error: { message: of.error } }) },
  }
}
