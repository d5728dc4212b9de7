import type { KubeObject } from '../hook.ts'

/** Names an object and fences it: the effect does nothing to a namesake with another UID. */
export interface Target {
  readonly namespace?: string
  readonly name: string
  readonly uid: string
}

/**
 * Everything that a hook may do besides answering. A closed list: one file each beside this one. Each is idempotent,
 * may be cut off anywhere and repeated, and fails loudly (the hook then answers non-200).
 */
export type Effect =
  /** Creates a Backup, BackupRepository or VolumeSnapshotClass under its deterministic name; an existing one is left as it is. */
  | { readonly type: 'createRecord'; readonly object: KubeObject }
  /** Sets annotations on a Backup (deletion or cancellation request). */
  | { readonly type: 'annotateBackup'; readonly target: Target; readonly annotations: Readonly<Record<string, string>> }
  /** Deletes the Backup object after its data is gone. */
  | { readonly type: 'deleteRecord'; readonly target: Target }
  /** Merges labels, annotations and the deletionPolicy into a VolumeSnapshotContent. */
  | { readonly type: 'patchContent'; readonly target: Target; readonly labels?: Readonly<Record<string, string>>; readonly annotations?: Readonly<Record<string, string>>; readonly deletionPolicy?: 'Retain' | 'Delete' }
  /** Creates a pre-provisioned VolumeSnapshotContent so that a lost VolumeSnapshot can be bound again. */
  | { readonly type: 'createContent'; readonly object: KubeObject }
  /** Deletes a VolumeSnapshotContent. With policy Retain only the object goes. */
  | { readonly type: 'deleteContent'; readonly target: Target }
  /** Sets a PersistentVolume's reclaim policy. */
  | { readonly type: 'setReclaimPolicy'; readonly target: Target; readonly reclaimPolicy: 'Retain' | 'Delete' }
  /** Points a PersistentVolume at the claim it shall be bound to next, and creates that claim. */
  | { readonly type: 'publishClaim'; readonly volume: Target; readonly claim: KubeObject }
  /** Records an Event about an object, once for each name. */
  | { readonly type: 'emitEvent'; readonly name: string; readonly about: KubeObject; readonly eventType: 'Normal' | 'Warning'; readonly reason: string; readonly message: string }
