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
  /**
   * Creates a Backup, BackupRepository or VolumeSnapshotClass under its deterministic name; an existing one is left as it is.
   * A Backup that is to be `alone` is made only while no other of its policy is under way: what the request showed may be old.
   */
  | { readonly type: 'createRecord'; readonly object: KubeObject; readonly alone?: true }
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
  /** Deletes a VolumeSnapshot that holds data which is being removed, and that Metacontroller does not take for a child any more. */
  | { readonly type: 'deleteSnapshot'; readonly target: Target }
  /**
   * Sets a PersistentVolume's reclaim policy and, in the same patch, labels and annotations (null removes one): what a restore
   * must find again if its status is lost. With a resourceVersion the patch fails when anybody changed the volume meanwhile.
   */
  | { readonly type: 'setReclaimPolicy'; readonly target: Target; readonly reclaimPolicy: 'Retain' | 'Delete'; readonly labels?: Readonly<Record<string, string | null>>; readonly annotations?: Readonly<Record<string, string | null>>; readonly resourceVersion?: string }
  /**
   * Creates a restored claim (it names the PersistentVolume in spec.volumeName), then points that volume's claimRef at the UID of the
   * claim: in this order the volume can never be bound to a stranger's claim of that name. An existing claim is taken only when its
   * annotation restore-uid is the same; another's is left alone and the effect fails.
   */
  | { readonly type: 'publishClaim'; readonly volume: Target; readonly claim: KubeObject }
  /** Deletes a claim that publishClaim created and that was never bound; a bound one is left alone. */
  | { readonly type: 'withdrawClaim'; readonly target: Target }
  /** Records an Event about an object, once for each name. */
  | { readonly type: 'emitEvent'; readonly name: string; readonly about: KubeObject; readonly eventType: 'Normal' | 'Warning'; readonly reason: string; readonly message: string }

/** One member of the list, by its type. */
export type EffectOf<Type extends Effect['type']> = Extract<Effect, { readonly type: Type }>
