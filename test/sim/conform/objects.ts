const OURS = 'holdfast.dev/v1alpha1'

/** Paths of collections; of cluster-scoped ones without a namespace. */
export const PATHS = {
  backups: (ns: string) => `/apis/${OURS}/namespaces/${ns}/backups`,
  policies: (ns: string) => `/apis/${OURS}/namespaces/${ns}/backuppolicies`,
  repositories: (ns: string) => `/apis/${OURS}/namespaces/${ns}/backuprepositories`,
  clusterRepositories: `/apis/${OURS}/clusterbackuprepositories`,
  restores: (ns: string) => `/apis/${OURS}/namespaces/${ns}/restores`,
  jobs: (ns: string) => `/apis/batch/v1/namespaces/${ns}/jobs`,
  cronJobs: (ns: string) => `/apis/batch/v1/namespaces/${ns}/cronjobs`,
  pods: (ns: string) => `/api/v1/namespaces/${ns}/pods`,
  events: (ns: string) => `/api/v1/namespaces/${ns}/events`,
  claims: (ns: string) => `/api/v1/namespaces/${ns}/persistentvolumeclaims`,
  configMaps: (ns: string) => `/api/v1/namespaces/${ns}/configmaps`,
  secrets: (ns: string) => `/api/v1/namespaces/${ns}/secrets`,
  volumes: '/api/v1/persistentvolumes',
  namespaces: '/api/v1/namespaces',
  classes: '/apis/storage.k8s.io/v1/storageclasses',
  snapshots: (ns: string) => `/apis/snapshot.storage.k8s.io/v1/namespaces/${ns}/volumesnapshots`,
  contents: '/apis/snapshot.storage.k8s.io/v1/volumesnapshotcontents',
  snapshotClasses: '/apis/snapshot.storage.k8s.io/v1/volumesnapshotclasses',
} as const

/** A Backup that is valid as it is. */
export function backup(name: string, spec: object = {}, metadata: object = {}): object {
  return { apiVersion: OURS, kind: 'Backup', metadata: { name, ...metadata }, spec: { strategy: 'tar', volumes: ['data'], repositoryRef: { name: 'main' }, ...spec } }
}

/** A BackupPolicy that is valid as it is. */
export function policy(name: string, spec: object = {}): object {
  const destination = { type: 'pvc', url: 'pvc://backups/here' }
  return { apiVersion: OURS, kind: 'BackupPolicy', metadata: { name }, spec: { selector: { matchLabels: { app: 'web' } }, schedule: '0 3 * * *', retention: { maxBackups: 3 }, destination, ...spec } }
}

/** Any other kind of ours. */
export function ours(kind: string, name: string, spec: object): object {
  return { apiVersion: OURS, kind, metadata: { name }, spec }
}

/** A ConfigMap: an object that nothing happens to. */
export function configMap(name: string, metadata: object = {}, data: object = { a: '1' }): object {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, ...metadata }, data }
}

/** The spec of a pod that only has to be valid. */
export const POD_SPEC = { restartPolicy: 'Never', containers: [{ name: 'main', image: 'example/image:1.0' }] }

/** A pod. */
export function pod(name: string, spec: object = {}, metadata: object = {}): object {
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name, ...metadata }, spec: { ...POD_SPEC, ...spec } }
}

/** A Job. */
export function job(name: string, spec: object = {}, metadata: object = {}): object {
  return { apiVersion: 'batch/v1', kind: 'Job', metadata: { name, ...metadata }, spec: { template: { metadata: { labels: { role: 'backup' } }, spec: POD_SPEC }, ...spec } }
}

/** A claim of 1 GiB. */
export function claim(name: string, spec: object = {}, metadata: object = {}): object {
  return { apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name, ...metadata }, spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } }, ...spec } }
}

/** A volume of a CSI driver. */
export function volume(name: string, spec: object = {}, metadata: object = {}): object {
  return {
    apiVersion: 'v1', kind: 'PersistentVolume', metadata: { name, ...metadata },
    spec: { accessModes: ['ReadWriteOnce'], capacity: { storage: '1Gi' }, csi: { driver: 'csi.example.com', volumeHandle: 'handle-1' }, ...spec },
  }
}

/** A VolumeSnapshot of a claim. */
export function snapshot(name: string, spec: object = {}): object {
  return { apiVersion: 'snapshot.storage.k8s.io/v1', kind: 'VolumeSnapshot', metadata: { name }, spec: { source: { persistentVolumeClaimName: 'data' }, ...spec } }
}

/** A VolumeSnapshotContent of a snapshot that a driver already has. */
export function content(name: string, spec: object = {}): object {
  return {
    apiVersion: 'snapshot.storage.k8s.io/v1', kind: 'VolumeSnapshotContent', metadata: { name },
    spec: { deletionPolicy: 'Retain', driver: 'csi.example.com', source: { snapshotHandle: 'snap-1' }, volumeSnapshotRef: { name: 'snap', namespace: 'default' }, ...spec },
  }
}
