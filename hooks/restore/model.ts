import type { Backup, BackupRepository, KubeObject, Restore, RestoreStatus, Volume } from '../../schemas/generated/types.ts'
import type { Effect } from '../effects/effect.ts'
import type { SyncRequest } from '../hook.ts'
import type { Finding } from '../jobs/finding.ts'
import type { Settings } from '../hook.ts'
import type { Claim } from './objects.ts'

export type RestoreRequest = SyncRequest<Restore>
export type RestoreVolume = NonNullable<RestoreStatus['volumes']>[number]

/** What the live reads found. In a record of claims, snapshots or classes null stands for an absent object, no entry for one not read. */
export interface Observed {
  /** The Backups of the policy as they are now; read until one of them is chosen. */
  readonly backups?: readonly KubeObject[]
  /** Target and temporary claims. */
  readonly claims: Readonly<Record<string, KubeObject | null>>
  /** PersistentVolumes that are handed over, and those of temporary claims: when the Job has ended, or if they may have been there before. */
  readonly persistentVolumes: readonly KubeObject[]
  /** What has the name of a Job that was asked for and that Metacontroller does not show. */
  readonly unseenJobs: Readonly<Record<string, KubeObject | null>>
  /** Pods by Job, newest first. */
  readonly pods: Readonly<Record<string, readonly KubeObject[]>>
  /** Warning events by pod or Job, newest first. */
  readonly events: Readonly<Record<string, readonly KubeObject[]>>
  readonly snapshots: Readonly<Record<string, KubeObject | null>>
  /** VolumeSnapshotContents that those are bound to. */
  readonly contents: Readonly<Record<string, KubeObject | null>>
  readonly storageClasses: Readonly<Record<string, KubeObject | null>>
}

/** One claim to make. */
export interface PlannedVolume {
  readonly source: string
  readonly target: string
  readonly storageClassName?: string
  readonly size?: string
  readonly labels?: Readonly<Record<string, string>>
  /** The volume's part of the restore point; absent when the Backup does not have it. */
  readonly point?: Volume
}

/** What stands on a PersistentVolume between two claims: enough to finish the handover, or to take it back, without any status. */
export interface Handover {
  readonly source: string
  readonly target: string
  readonly backup: string
  readonly temporaryClaim: string
  /** The volume's own reclaim policy. */
  readonly reclaimPolicy: 'Retain' | 'Delete'
  /** When it began. */
  readonly since: string
  readonly size: string
  readonly accessModes: readonly string[]
  /** Labels that the claim takes over from its source. */
  readonly labels?: Readonly<Record<string, string>>
  readonly bytes?: number
  readonly files?: number
  readonly sha256?: string
  /** What is missing because the Backup could not read it, and what the mover could not set. */
  readonly remark?: string
  /** The volume was there before the restore: if it is not published it stays. */
  readonly found?: true
}

/** Whose a claim is. `leaving` is another's that is being deleted, `unread` one that was not looked for. */
export type Ownership = 'unread' | 'absent' | 'ours' | 'leaving' | 'foreign'

/** Everything known about one volume of the restore. */
export interface VolumeFacts {
  readonly plan: PlannedVolume
  readonly previous?: RestoreVolume
  readonly target?: KubeObject
  readonly targetIs: Ownership
  readonly temporary?: Claim
  readonly temporaryIs: Ownership
  /** The observed Job. */
  readonly job?: KubeObject
  /** Another Job, or our own that no cache shows, that has its name. */
  readonly namesake?: KubeObject
  readonly persistentVolume?: KubeObject
  /** Set when the PersistentVolume carries it. */
  readonly handover?: Handover
}

/** Input of every rule and step of one volume. */
export interface VolumeInput {
  readonly restore: Restore
  readonly facts: VolumeFacts
  readonly backupName: string
  readonly backup?: Backup
  readonly repository?: BackupRepository
  readonly observed: Observed
  /** Whether one more volume may start to move. */
  readonly free: boolean
  readonly now: Date
  readonly settings: Settings
}

/** What is done for one volume in this sync. */
export interface Step {
  readonly volume: RestoreVolume
  readonly children?: readonly KubeObject[]
  readonly effects?: readonly Effect[]
  readonly resyncAfterSeconds?: number
}

/** Something in the way. It is waited for as long as `patienceSeconds` says; 0 fails at once. */
export interface Obstacle extends Finding {
  readonly patienceSeconds: number
}

/** What is said of a restored claim of which there is nothing else to say. */
export const WHOLE = 'the claim is bound and its data is whole'

/** Metacontroller's caches may lag behind what the user has just made. */
export const CACHE_LAG_SECONDS = 15

/** How long a pod, a repository or a snapshot may take to become usable. */
export function startupTimeout(restore: Restore): number {
  return restore.spec.mover?.startupTimeoutSeconds ?? 600
}

/** Whether the patience is over, counted from a time of RFC 3339. */
export function isOver(since: string, patienceSeconds: number, now: Date): boolean {
  return now.getTime() - Date.parse(since) >= patienceSeconds * 1000
}

/** Namespace of the Restore and of everything it makes. */
export function namespaceOf(restore: Restore): string {
  return restore.metadata.namespace ?? 'default'
}
