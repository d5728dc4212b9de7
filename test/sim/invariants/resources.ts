import { LABEL, MANAGED_BY } from '../../../lib/api.ts'
import type { Backup, BackupPolicy, BackupRepository, KubeObject, Restore } from '../../../schemas/generated/types.ts'
import type { Actor } from '../api/api.ts'

/** Resources as changes name them. */
export const RESOURCE = {
  policies: 'holdfast.dev/v1alpha1/backuppolicies',
  backups: 'holdfast.dev/v1alpha1/backups',
  restores: 'holdfast.dev/v1alpha1/restores',
  repositories: 'holdfast.dev/v1alpha1/backuprepositories',
  clusterRepositories: 'holdfast.dev/v1alpha1/clusterbackuprepositories',
  jobs: 'batch/v1/jobs',
  cronJobs: 'batch/v1/cronjobs',
  pods: 'v1/pods',
  claims: 'v1/persistentvolumeclaims',
  volumes: 'v1/persistentvolumes',
  secrets: 'v1/secrets',
  events: 'v1/events',
  snapshots: 'snapshot.storage.k8s.io/v1/volumesnapshots',
  contents: 'snapshot.storage.k8s.io/v1/volumesnapshotcontents',
  snapshotClasses: 'snapshot.storage.k8s.io/v1/volumesnapshotclasses',
  storageClasses: 'storage.k8s.io/v1/storageclasses',
} as const

/** Our own kinds: those with conditions. */
export const OWN: ReadonlySet<string> = new Set([RESOURCE.policies, RESOURCE.backups, RESOURCE.restores, RESOURCE.repositories, RESOURCE.clusterRepositories])

export type StoredBackup = Backup
export type StoredPolicy = BackupPolicy
export type StoredRestore = Restore
export type StoredRepository = BackupRepository

export interface Condition {
  readonly type: string
  readonly status: string
  readonly reason?: string
  readonly message?: string
  readonly lastTransitionTime?: string
  readonly observedGeneration?: number
}

export type StoredJob = KubeObject & {
  readonly spec?: { readonly suspend?: boolean; readonly activeDeadlineSeconds?: number; readonly template?: object }
  readonly status?: { readonly active?: number; readonly startTime?: string; readonly conditions?: readonly Condition[] }
}

export type StoredClaim = KubeObject & {
  readonly spec?: { readonly volumeName?: string; readonly storageClassName?: string }
  readonly status?: { readonly phase?: string }
}

export type StoredVolume = KubeObject & {
  readonly spec?: {
    readonly csi?: { readonly driver?: string; readonly volumeHandle?: string }
    readonly persistentVolumeReclaimPolicy?: string
    readonly claimRef?: { readonly namespace?: string; readonly name?: string; readonly uid?: string }
  }
  readonly status?: { readonly phase?: string }
}

export type StoredContent = KubeObject & {
  readonly spec?: {
    readonly deletionPolicy?: string
    readonly source?: { readonly snapshotHandle?: string; readonly volumeHandle?: string }
    readonly volumeSnapshotRef?: { readonly namespace?: string; readonly name?: string; readonly uid?: string }
  }
  readonly status?: { readonly snapshotHandle?: string }
}

/** Whether we did it: the hooks themselves, or Metacontroller on their word. */
export function isUs(actor: Actor): boolean {
  return actor === 'hooks' || actor === 'metacontroller'
}

/** UID of an object; every stored one has it. */
export function uidOf(object: { readonly metadata: KubeObject['metadata'] }): string {
  return object.metadata.uid ?? ''
}

/** The controller of an object, or its only owner. */
export function ownerOf(object: KubeObject): { readonly kind: string; readonly name: string; readonly uid: string } | undefined {
  const owners = (object.metadata.ownerReferences ?? []) as readonly { kind: string; name: string; uid: string; controller?: boolean }[]
  return owners.find(({ controller }) => controller === true) ?? owners[0]
}

/** Whether the labels say that it was made by us for ourselves. */
export function isManaged({ metadata }: KubeObject): boolean {
  return metadata.labels?.[LABEL.managedBy] === MANAGED_BY
}

/** Neither Complete nor Failed. */
export function isActiveJob(job: StoredJob): boolean {
  return !(job.status?.conditions ?? []).some(({ type, status }) => (type === 'Complete' || type === 'Failed') && status === 'True')
}

/** The phases that absorb. */
export function hasEnded(phase: string | undefined): boolean {
  return phase === 'Completed' || phase === 'PartiallyFailed' || phase === 'Failed'
}

/** `namespace/name`. */
export function keyOf({ metadata }: { readonly metadata: { readonly namespace?: string; readonly name: string } }): string {
  return `${metadata.namespace ?? ''}/${metadata.name}`
}
