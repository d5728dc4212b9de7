import type { Destination } from '../../../schemas/generated/types.ts'

/** Classes of the test cluster (test/cluster/manifests); the simulator makes some of the same names. */
export const STORAGE_CLASS = 'holdfast-immediate'
export const SNAPSHOT_CLASS = 'holdfast-snap'

/** A claim that the scenario's policies select. */
export function claimOf(name: string): object {
  return {
    apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name, labels: { app: 'data' } },
    spec: { accessModes: ['ReadWriteOnce'], storageClassName: STORAGE_CLASS, resources: { requests: { storage: '1Gi' } } },
  }
}

/** The repository that every story with one uses. */
export function repositoryOf(destination: Destination): object {
  return { apiVersion: 'holdfast.dev/v1alpha1', kind: 'BackupRepository', metadata: { name: 'main' }, spec: destination }
}
