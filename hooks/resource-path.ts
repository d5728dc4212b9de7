import { UserError } from '../lib/errors.ts'

const SNAPSHOTS = '/apis/snapshot.storage.k8s.io/v1'
const OURS = '/apis/holdfast.dev/v1alpha1'

/** Every resource that the hooks read or write. Closed on purpose: it is also the list that RBAC has to grant. */
const RESOURCES = {
  Backup: { root: OURS, plural: 'backups', namespaced: true },
  BackupPolicy: { root: OURS, plural: 'backuppolicies', namespaced: true },
  BackupRepository: { root: OURS, plural: 'backuprepositories', namespaced: true },
  ClusterBackupRepository: { root: OURS, plural: 'clusterbackuprepositories', namespaced: false },
  Event: { root: '/api/v1', plural: 'events', namespaced: true },
  Job: { root: '/apis/batch/v1', plural: 'jobs', namespaced: true },
  PersistentVolume: { root: '/api/v1', plural: 'persistentvolumes', namespaced: false },
  PersistentVolumeClaim: { root: '/api/v1', plural: 'persistentvolumeclaims', namespaced: true },
  Pod: { root: '/api/v1', plural: 'pods', namespaced: true },
  Restore: { root: OURS, plural: 'restores', namespaced: true },
  StorageClass: { root: '/apis/storage.k8s.io/v1', plural: 'storageclasses', namespaced: false },
  VolumeSnapshot: { root: SNAPSHOTS, plural: 'volumesnapshots', namespaced: true },
  VolumeSnapshotClass: { root: SNAPSHOTS, plural: 'volumesnapshotclasses', namespaced: false },
  VolumeSnapshotContent: { root: SNAPSHOTS, plural: 'volumesnapshotcontents', namespaced: false },
} as const

export type ResourceKind = keyof typeof RESOURCES

/**
 * Path of an object, or of its collection without a name.
 * Throws UserError for a name that no object can have: `..` would otherwise climb to another resource.
 */
export function resourcePath(kind: ResourceKind, place: { readonly namespace?: string; readonly name?: string }): string {
  const { root, plural, namespaced } = RESOURCES[kind]
  const { namespace, name } = place
  if (namespaced && namespace === undefined) throw new Error(`${kind} ${name ?? ''} needs a namespace`)
  const parts = [...(namespaced ? ['namespaces', namespace ?? ''] : []), plural, ...(name === undefined ? [] : [name])]
  const wrong = [namespace, name].find(part => part !== undefined && !isObjectName(part))
  if (wrong !== undefined) throw new UserError('InvalidSpec', `${JSON.stringify(wrong)} is not a name that a ${kind} can have; use a-z, 0-9, - and .`)
  return `${root}/${parts.join('/')}`
}

/** Whether a Kubernetes object of our kinds can have this name (DNS-1123 subdomain). */
export function isObjectName(name: string): boolean {
  return name.length <= 253 && /^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/.test(name)
}

/** Whether a kind is one of those above. */
export function isResourceKind(kind: string): kind is ResourceKind {
  return Object.hasOwn(RESOURCES, kind)
}
