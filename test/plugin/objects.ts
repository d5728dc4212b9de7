import { API_VERSION, LABEL } from '../../lib/api.ts'
import type { Backup, BackupPolicy, BackupRepository, KubeObject, Restore } from '../../schemas/generated/types.ts'

/** Builders of objects for the plugin's tests; everything is in namespace `shop` unless told. */
export const aPolicy = (name: string, spec: Partial<BackupPolicy['spec']> = {}, status?: BackupPolicy['status']): BackupPolicy => ({
  apiVersion: API_VERSION, kind: 'BackupPolicy', metadata: { name, namespace: 'shop', uid: `uid-${name}`, creationTimestamp: '2026-11-01T00:00:00Z' },
  spec: { selector: { matchLabels: { app: 'shop' } }, strategy: 'tar', repositoryRef: { kind: 'BackupRepository', name: 'main' }, ...spec },
  ...status && { status },
})

export const aBackup = (name: string, created: string, more: { spec?: Partial<Backup['spec']>, status?: Backup['status'], annotations?: Record<string, string>, namespace?: string } = {}): Backup => ({
  apiVersion: API_VERSION, kind: 'Backup',
  metadata: {
    name, namespace: more.namespace ?? 'shop', uid: `uid-${name}`, creationTimestamp: created,
    labels: { [LABEL.policy]: more.spec?.policy ?? 'nightly' }, ...more.annotations && { annotations: more.annotations },
  },
  spec: { policy: 'nightly', strategy: 'tar', volumes: ['data'], repositoryRef: { kind: 'BackupRepository', name: 'main' }, ...more.spec },
  ...more.status && { status: more.status },
})

/** Status of a run all of whose volumes are good. */
export const completed = (time: string, ...pvcs: readonly string[]): Backup['status'] => ({
  phase: 'Completed', startTime: time, completionTime: time, bytes: 5 * 2 ** 20, files: 12, errors: 0, volumesSummary: `${pvcs.length}/${pvcs.length}`,
  volumes: pvcs.map(pvc => ({ pvc, phase: 'Completed', bytes: 5 * 2 ** 20, handle: `archive/${pvc}/x` })),
})

export const failed = (message: string): Backup['status'] => ({ phase: 'Failed', reason: 'WrongKey', message, completionTime: '2026-11-20T01:01:00Z' })

export const aRepository = (name: string, status: BackupRepository['status'] = { phase: 'Ready', lastCheckTime: '2026-11-20T00:00:00Z' }): BackupRepository => ({
  apiVersion: API_VERSION, kind: 'BackupRepository', metadata: { name, namespace: 'shop', uid: `uid-${name}` },
  spec: { type: 's3', url: 's3://backups/prod', credentialsSecret: 's3' }, status,
})

export const aRestore = (name: string, status?: Restore['status']): Restore => ({
  apiVersion: API_VERSION, kind: 'Restore', metadata: { name, namespace: 'shop', uid: `uid-${name}`, creationTimestamp: '2026-11-21T00:00:00Z' },
  spec: { backup: 'nightly-1', volumes: [{ source: 'data', target: 'data-back' }] }, ...status && { status },
})

export const aClaim = (name: string, labels: Record<string, string> = { app: 'shop' }, namespace = 'shop'): KubeObject =>
  ({ apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name, namespace, labels }, spec: {}, status: { phase: 'Bound' } })
