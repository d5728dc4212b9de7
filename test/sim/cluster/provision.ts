import { parseQuantity } from '../../../lib/quantities.ts'
import type { Inside } from './cluster.ts'
import { CONTENTS, SNAPSHOTS, uidOf, VOLUMES, type Claim, type Content, type Snapshot, type StorageClass } from './objects.ts'
import { create, pathOf, read } from './requests.ts'

/** Makes the volume of a claim, empty or as its snapshot says; answers why it cannot. A second call finds the first's volume. */
export function provision(cluster: Inside, claim: Claim, storageClass: StorageClass): string | undefined {
  const { api, disks, faults } = cluster
  const name = `pvc-${uidOf(claim)}`
  const source = sourceOf(cluster, claim, storageClass)
  if (typeof source === 'object') return source.failure
  if (faults.strikes('provisioningFails')) return 'rpc error: code = DeadlineExceeded desc = context deadline exceeded'
  disks.create(name, source)
  const { status, body } = create(api, pathOf(VOLUMES, {}), volumeOf(claim, storageClass, name))
  return status < 300 || status === 409 ? undefined : String((body as { message?: string }).message)
}

/** What the new volume holds at once. */
function sourceOf({ api, disks }: Inside, claim: Claim, { provisioner }: StorageClass): string | { readonly failure: string } {
  const { dataSource, resources } = claim.spec
  if (dataSource === undefined || provisioner === LOCAL) return ''
  const snapshot = read<Snapshot>(api, SNAPSHOTS, { namespace: claim.metadata.namespace, name: dataSource.name })
  if (snapshot === undefined) return { failure: `error getting handle for DataSource: volumesnapshots.snapshot.storage.k8s.io "${dataSource.name}" not found` }
  if (snapshot.metadata.deletionTimestamp !== undefined) return { failure: `snapshot ${dataSource.name} is currently being deleted` }
  const content = read<Content>(api, CONTENTS, { name: snapshot.status?.boundVolumeSnapshotContentName ?? '-' })
  const isItsOwn = content?.spec.volumeSnapshotRef.uid === uidOf(snapshot)
  const { readyToUse, restoreSize = '0' } = snapshot.status ?? {}
  if (readyToUse !== true || content === undefined || !isItsOwn) return { failure: `snapshot ${dataSource.name} not Ready` }
  if (content.spec.driver !== provisioner) return { failure: `the PVC source is not right: snapshot is of ${content.spec.driver}` }
  const { sourceVolumeMode = 'Filesystem' } = content.spec
  if ((claim.spec.volumeMode ?? 'Filesystem') !== sourceVolumeMode) return { failure: `requested volume ${claim.metadata.name} modifies the mode of the source volume but does not have permission to do so` }
  const asked = parseQuantity(resources?.requests?.storage ?? '0')
  const tooSmall = `requested volume size ${asked} is less than the size ${restoreSize} for the source snapshot ${dataSource.name}`
  if (asked < parseQuantity(restoreSize)) return { failure: tooSmall }
  const handle = content.status?.snapshotHandle ?? ''
  return disks.read(handle) ?? { failure: `rpc error: code = NotFound desc = there is no snapshot ${handle}` }
}

function volumeOf(claim: Claim, { provisioner, reclaimPolicy = 'Delete', metadata: { name: storageClassName } }: StorageClass, name: string): object {
  const { namespace, name: claimName, resourceVersion } = claim.metadata
  return {
    apiVersion: 'v1', kind: 'PersistentVolume',
    metadata: { name, annotations: { 'pv.kubernetes.io/provisioned-by': provisioner }, finalizers: [PROVISIONER] },
    spec: {
      accessModes: claim.spec.accessModes, capacity: { storage: claim.spec.resources?.requests?.storage }, volumeMode: claim.spec.volumeMode ?? 'Filesystem',
      claimRef: { apiVersion: 'v1', kind: 'PersistentVolumeClaim', namespace, name: claimName, uid: uidOf(claim), resourceVersion },
      ...(provisioner === LOCAL ? { hostPath: { path: `/opt/${name}` } } : { csi: { driver: provisioner, volumeHandle: name } }),
      persistentVolumeReclaimPolicy: reclaimPolicy, storageClassName,
    },
  }
}

/** A provisioner that is no CSI driver: it does not look at what a claim is to be made from. */
export const LOCAL = 'rancher.io/local-path'
/** Keeps the object until the volume behind it is gone, if that is to go. */
export const PROVISIONER = 'external-provisioner.volume.kubernetes.io/finalizer'
