import type { KubeObject } from '../../schemas/generated/types.ts'

/** What we read of a claim. */
export type Claim = KubeObject & {
  readonly spec?: {
    readonly accessModes?: readonly string[]
    readonly storageClassName?: string
    readonly volumeMode?: string
    readonly volumeName?: string
    readonly resources?: { readonly requests?: { readonly storage?: string } }
  }
  readonly status?: { readonly phase?: string; readonly capacity?: { readonly storage?: string } }
}

/** What we read of a PersistentVolume. */
export type PersistentVolume = KubeObject & { readonly spec?: { readonly csi?: { readonly driver?: string } } }

/** What we read of a VolumeSnapshot. */
export type Snapshot = KubeObject & {
  readonly spec?: { readonly source?: { readonly volumeSnapshotContentName?: string } }
  readonly status?: {
    readonly boundVolumeSnapshotContentName?: string
    readonly readyToUse?: boolean
    readonly restoreSize?: string
    readonly error?: { readonly message?: string }
  }
}

/** What we read of a VolumeSnapshotContent. */
export type Content = KubeObject & {
  readonly spec?: {
    readonly deletionPolicy?: string
    readonly driver?: string
    readonly source?: { readonly snapshotHandle?: string }
    readonly sourceVolumeMode?: string
    readonly volumeSnapshotClassName?: string
    readonly volumeSnapshotRef?: { readonly name?: string; readonly namespace?: string; readonly uid?: string }
  }
  readonly status?: { readonly snapshotHandle?: string; readonly error?: { readonly message?: string } }
}

/** What we read of a VolumeSnapshotClass. */
export type SnapshotClass = KubeObject & {
  readonly driver?: string
  readonly deletionPolicy?: string
  readonly parameters?: Readonly<Record<string, string>>
}

/** Content name of a VolumeSnapshot: as bound, or as the snapshot controller will call it. */
export function contentNameOf(snapshot: Snapshot): string | undefined {
  const { uid } = snapshot.metadata
  return snapshot.status?.boundVolumeSnapshotContentName ?? snapshot.spec?.source?.volumeSnapshotContentName ?? (uid && `snapcontent-${uid}`)
}

/** Whether nothing can be made from a VolumeSnapshot now, as it says itself: its content may be gone. */
export function isUnwell({ status }: Snapshot): boolean {
  return status?.readyToUse === false || status?.error !== undefined
}

/**
 * An observed child as it is listed in an answer. Nothing but its identity: children are never updated in place, and
 * an object that is meanwhile gone cannot be made anew from this.
 */
export function mention(object: KubeObject): KubeObject {
  const { name, namespace } = object.metadata
  return { apiVersion: object.apiVersion, kind: object.kind, metadata: { name, ...(namespace && { namespace }) } }
}
