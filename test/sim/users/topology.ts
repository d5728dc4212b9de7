import type { Destination } from '../../../schemas/generated/types.ts'
import { MARKER } from '../invariants/secrets.ts'
import { RESOURCE } from '../invariants/resources.ts'
import { drawSpec, type Place, type Strategy } from './draw-policy.ts'
import { NAMESPACE, type Scene } from './scene.ts'

/** What a seed's people have. */
export interface Topology {
  readonly strategies: readonly Strategy[]
  readonly claims: readonly string[]
  /** The names that policies have, also when they are deleted. */
  readonly policies: readonly string[]
  readonly place: Place | undefined
  readonly destination: Destination
}

export const DRIVER = 'csi.sim'
/** A class of each sort; the first is the default of claims. */
export const CLASSES = ['standard', 'late', 'kept', 'foreign'] as const
export const SNAPSHOT_CLASS = 'sim'

/** What a GitOps tool writes on everything that it has made. */
const TRACKING = { 'argocd.argoproj.io/instance': 'shop' }

const DESTINATIONS: readonly (Destination & { readonly credentialsSecret: string })[] = [
  { type: 's3', url: 's3://bucket/backups', endpoint: 'http://minio.minio:9000', credentialsSecret: 'store' },
  { type: 's3', url: 's3://bucket', credentialsSecret: 'store' },
  { type: 'nfs', url: 'nfs://filer/exports/backups', credentialsSecret: 'store' },
  { type: 'pvc', url: 'pvc://vault/backups', credentialsSecret: 'store' },
]

/** Draws a small shop and makes it. */
export function createTopology(scene: Scene): Topology {
  const { random } = scene
  const strategies = Array.from({ length: random.chance(0.2) ? 2 : 1 }, () => random.pick(['snapshot', 'external', 'tar', 'custom'] as const))
  const claims = ['data', 'logs', 'media'].slice(0, random.pick([1, 1, 1, 2, 2, 3]))
  const policies = ['nightly', 'a-policy-with-a-name-that-is-much-too-long-for-the-names-of-its-children'].slice(0, strategies.length)
  makeCluster(scene)
  putSecret(scene)
  for (const name of claims) makeClaim(scene, name)
  const destination = random.pick(DESTINATIONS)
  const place = strategies.some(strategy => strategy !== 'snapshot') ? makePlace(scene, destination) : undefined
  strategies.forEach((strategy, index) => makePolicy(scene, { name: policies[index] as string, strategy, place }))
  return { strategies, claims, policies, place, destination }
}

/** Makes a policy with a spec that is in order. */
export function makePolicy(scene: Scene, { name, strategy, place }: { readonly name: string; readonly strategy: Strategy; readonly place: Place | undefined }): boolean {
  const spec = drawSpec(scene.random, { strategy, place })
  return scene.create(RESOURCE.policies, { apiVersion: 'holdfast.dev/v1alpha1', kind: 'BackupPolicy', metadata: { name, namespace: NAMESPACE, labels: TRACKING }, spec })
}

/** Makes a claim of the shop. */
export function makeClaim(scene: Scene, name: string, labels: object = { app: 'shop' }): boolean {
  const modes = scene.random.chance(0.8) ? ['ReadWriteOnce'] : [scene.random.pick(['ReadWriteMany', 'ReadWriteOncePod'])]
  return scene.create(RESOURCE.claims, {
    apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name, namespace: NAMESPACE, labels },
    spec: { accessModes: modes, storageClassName: 'standard', resources: { requests: { storage: '1Gi' } } },
  })
}

/** Puts the credentials there, all of them. */
export function putSecret(scene: Scene): boolean {
  const data = Object.fromEntries(['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'RESTIC_PASSWORD'].map(key => [key, Buffer.from(`${MARKER}-${key.toLowerCase()}`).toString('base64')]))
  return scene.create(RESOURCE.secrets, { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'store', namespace: NAMESPACE }, data }) || scene.patch(RESOURCE.secrets, 'store', { body: { data } })
}

/** Makes the repository that policies refer to by the name `main`. */
export function makeRepository(scene: Scene, destination: Destination): boolean {
  return scene.create(RESOURCE.repositories, { apiVersion: 'holdfast.dev/v1alpha1', kind: 'BackupRepository', metadata: { name: 'main', namespace: NAMESPACE }, spec: destination })
}

/** A destination, inline or as an object of its own. */
function makePlace(scene: Scene, destination: Destination): Place {
  const { random } = scene
  if (destination.type === 'pvc') makeClaim(scene, 'vault', {})
  const how = random.below(3)
  if (how === 0) return { destination }
  if (how === 1) {
    makeRepository(scene, destination)
    return { repositoryRef: { kind: 'BackupRepository', name: 'main' } }
  }
  const allowedNamespaces = random.pick([['*'], [NAMESPACE], ['other', NAMESPACE]])
  scene.create(RESOURCE.clusterRepositories, { apiVersion: 'holdfast.dev/v1alpha1', kind: 'ClusterBackupRepository', metadata: { name: 'central' }, spec: { destination, allowedNamespaces } })
  return { repositoryRef: { kind: 'ClusterBackupRepository', name: 'central' } }
}

function makeCluster(scene: Scene): void {
  scene.create('v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE } })
  const storage = { apiVersion: 'storage.k8s.io/v1', kind: 'StorageClass' }
  const classes = {
    standard: { provisioner: DRIVER, reclaimPolicy: 'Delete', volumeBindingMode: 'Immediate' },
    late: { provisioner: DRIVER, reclaimPolicy: 'Delete', volumeBindingMode: 'WaitForFirstConsumer' },
    kept: { provisioner: DRIVER, reclaimPolicy: 'Retain', volumeBindingMode: 'Immediate' },
    foreign: { provisioner: 'other.sim', reclaimPolicy: 'Delete', volumeBindingMode: 'WaitForFirstConsumer' },
  }
  for (const name of CLASSES) scene.create(RESOURCE.storageClasses, { ...storage, metadata: { name }, ...classes[name] })
  scene.create(RESOURCE.snapshotClasses, { apiVersion: 'snapshot.storage.k8s.io/v1', kind: 'VolumeSnapshotClass', metadata: { name: SNAPSHOT_CLASS }, driver: DRIVER, deletionPolicy: 'Delete' })
}
