import type { Destination } from '../../../schemas/generated/types.ts'

/** Classes of the test cluster (test/cluster/manifests); the simulator makes some of the same names. */
export const STORAGE_CLASS = 'holdfast-immediate'
export const SNAPSHOT_CLASS = 'holdfast-snap'
export const DRIVER = 'csi.holdfast.test'

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

/** A class of snapshots that go with their objects. */
export function snapshotClassOf(name: string): object {
  return { apiVersion: 'snapshot.storage.k8s.io/v1', kind: 'VolumeSnapshotClass', metadata: { name }, driver: DRIVER, deletionPolicy: 'Delete' }
}

/** An object of a story as it is where the story is played. */
export function placed(object: object, { snapshotClass }: { readonly snapshotClass: string }): object {
  const { spec } = object as { readonly spec?: { readonly snapshotClassName?: string } }
  return spec?.snapshotClassName === SNAPSHOT_CLASS ? { ...object, spec: { ...spec, snapshotClassName: snapshotClass } } : object
}
