import type { KubeObject, Result, Task } from '../../../schemas/generated/types.ts'
import { timestamp } from '../../../lib/timestamps.ts'

export type { KubeObject, Result, Task }

export const JOBS = 'batch/v1/jobs'
export const CRON_JOBS = 'batch/v1/cronjobs'
export const PODS = 'v1/pods'
export const CLAIMS = 'v1/persistentvolumeclaims'
export const VOLUMES = 'v1/persistentvolumes'
export const SECRETS = 'v1/secrets'
export const EVENTS = 'v1/events'
export const STORAGE_CLASSES = 'storage.k8s.io/v1/storageclasses'
export const SNAPSHOTS = 'snapshot.storage.k8s.io/v1/volumesnapshots'
export const CONTENTS = 'snapshot.storage.k8s.io/v1/volumesnapshotcontents'
export const SNAPSHOT_CLASSES = 'snapshot.storage.k8s.io/v1/volumesnapshotclasses'

export interface Condition {
  readonly type: string
  readonly status: string
  readonly reason?: string
  readonly message?: string
  readonly lastTransitionTime?: string
}

export interface FailureRule {
  readonly action: string
  readonly onExitCodes?: { readonly containerName?: string; readonly operator: string; readonly values: readonly number[] }
  readonly onPodConditions?: readonly { readonly type: string; readonly status?: string }[]
}

export type Job = KubeObject & {
  readonly spec: {
    readonly backoffLimit?: number
    readonly activeDeadlineSeconds?: number
    readonly ttlSecondsAfterFinished?: number
    readonly suspend?: boolean
    readonly podFailurePolicy?: { readonly rules: readonly FailureRule[] }
    readonly template: { readonly metadata?: { readonly labels?: object; readonly annotations?: object }; readonly spec: PodSpec }
  }
  readonly status?: JobStatus
}

export interface JobStatus {
  readonly startTime?: string
  readonly completionTime?: string
  readonly active?: number
  readonly ready?: number
  readonly terminating?: number
  readonly succeeded?: number
  readonly failed?: number
  readonly conditions?: readonly Condition[]
}

export type CronJob = KubeObject & {
  readonly spec: {
    readonly schedule: string
    readonly timeZone?: string
    readonly suspend?: boolean
    readonly concurrencyPolicy?: string
    readonly startingDeadlineSeconds?: number
    readonly successfulJobsHistoryLimit?: number
    readonly failedJobsHistoryLimit?: number
    readonly jobTemplate: { readonly metadata?: { readonly labels?: Readonly<Record<string, string>>; readonly annotations?: object }; readonly spec: object }
  }
  readonly status?: { readonly lastScheduleTime?: string; readonly lastSuccessfulTime?: string; readonly active?: readonly object[] }
}

export interface EnvVar {
  readonly name: string
  readonly value?: string
  readonly valueFrom?: { readonly secretKeyRef?: { readonly name: string; readonly key: string; readonly optional?: boolean } }
}

export interface Container {
  readonly name: string
  readonly image?: string
  readonly command?: readonly string[]
  readonly env?: readonly EnvVar[]
  readonly restartPolicy?: string
  readonly volumeMounts?: readonly { readonly name: string }[]
  readonly volumeDevices?: readonly { readonly name: string }[]
}

export interface PodVolume {
  readonly name: string
  readonly persistentVolumeClaim?: { readonly claimName: string }
  readonly nfs?: { readonly server: string; readonly path: string }
}

export interface PodSpec {
  readonly activeDeadlineSeconds?: number
  readonly nodeName?: string
  readonly initContainers?: readonly Container[]
  readonly containers: readonly Container[]
  readonly volumes?: readonly PodVolume[]
  readonly affinity?: object
  readonly tolerations?: readonly object[]
}

export interface ContainerStatus {
  readonly name: string
  readonly state?: {
    readonly waiting?: { readonly reason?: string }
    readonly running?: { readonly startedAt?: string }
    readonly terminated?: { readonly exitCode: number; readonly reason?: string; readonly message?: string; readonly finishedAt?: string }
  }
}

export type Pod = KubeObject & {
  readonly spec: PodSpec
  readonly status?: {
    readonly phase?: string
    readonly reason?: string
    readonly startTime?: string
    readonly conditions?: readonly Condition[]
    readonly initContainerStatuses?: readonly ContainerStatus[]
    readonly containerStatuses?: readonly ContainerStatus[]
  }
}

export type Claim = KubeObject & {
  readonly spec: {
    readonly volumeName?: string
    readonly storageClassName?: string
    readonly volumeMode?: string
    readonly accessModes?: readonly string[]
    readonly resources?: { readonly requests?: { readonly storage?: string } }
    readonly dataSource?: { readonly apiGroup?: string; readonly kind: string; readonly name: string }
  }
  readonly status?: { readonly phase?: string }
}

export interface ClaimRef {
  readonly namespace?: string
  readonly name?: string
  readonly uid?: string
}

export type PersistentVolume = KubeObject & {
  readonly spec: {
    readonly persistentVolumeReclaimPolicy?: string
    readonly volumeMode?: string
    readonly storageClassName?: string
    readonly accessModes?: readonly string[]
    readonly capacity?: { readonly storage?: string }
    readonly claimRef?: ClaimRef
    readonly csi?: { readonly driver?: string; readonly volumeHandle?: string }
  }
  readonly status?: { readonly phase?: string }
}

export type StorageClass = KubeObject & { readonly provisioner?: string; readonly reclaimPolicy?: string; readonly volumeBindingMode?: string }

export type Snapshot = KubeObject & {
  readonly spec: {
    readonly volumeSnapshotClassName?: string
    readonly source: { readonly persistentVolumeClaimName?: string; readonly volumeSnapshotContentName?: string }
  }
  readonly status?: {
    readonly boundVolumeSnapshotContentName?: string
    readonly readyToUse?: boolean
    readonly restoreSize?: string
    readonly error?: { readonly message?: string }
  }
}

export type SnapshotClass = KubeObject & { readonly driver?: string; readonly deletionPolicy?: string; readonly parameters?: object }

export type Content = KubeObject & {
  readonly spec: {
    readonly driver?: string
    readonly deletionPolicy?: string
    readonly volumeSnapshotClassName?: string
    readonly sourceVolumeMode?: string
    readonly source: { readonly volumeHandle?: string; readonly snapshotHandle?: string }
    readonly volumeSnapshotRef: ClaimRef
  }
  readonly status?: {
    readonly snapshotHandle?: string
    /** Nanoseconds since the epoch. */
    readonly creationTime?: number
    readonly readyToUse?: boolean
    readonly restoreSize?: number
    readonly error?: { readonly message?: string }
  }
}

/** Virtual milliseconds as Kubernetes writes times. */
export function time(milliseconds: number): string {
  return timestamp(new Date(milliseconds))
}

/** The UID of an object; every stored one has it. */
export function uidOf({ metadata }: Pick<KubeObject, 'metadata'>): string {
  return metadata.uid ?? ''
}

/** The controller of an object, when it is of this kind. */
export function controllerOf({ metadata }: KubeObject, kind: string): { readonly name: string; readonly uid: string } | undefined {
  return (metadata.ownerReferences ?? []).find(owner => owner.kind === kind && owner.controller === true)
}

/** Whether a pod has ended. */
export function hasEnded({ status }: Pod): boolean {
  return status?.phase === 'Succeeded' || status?.phase === 'Failed'
}

/** The handle of a volume in its storage. */
export function handleOf({ spec, metadata }: PersistentVolume): string {
  return spec.csi?.volumeHandle ?? metadata.name
}
