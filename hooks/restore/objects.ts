import type { KubeObject } from '../../schemas/generated/types.ts'
import { API_VERSION, GROUP } from '../../lib/api.ts'
import type { ObjectsByKind } from '../hook.ts'

/** What we read of a claim. */
export type Claim = KubeObject & {
  readonly spec?: {
    readonly volumeName?: string
    readonly storageClassName?: string
    readonly accessModes?: readonly string[]
    readonly dataSource?: object
    readonly resources?: { readonly requests?: { readonly storage?: string } }
  }
  readonly status?: { readonly phase?: string }
}

/** What we read of a PersistentVolume. */
export type PersistentVolume = KubeObject & {
  readonly spec?: {
    readonly persistentVolumeReclaimPolicy?: string
    readonly storageClassName?: string
    readonly accessModes?: readonly string[]
    readonly volumeMode?: string
    readonly capacity?: { readonly storage?: string }
    readonly csi?: { readonly driver?: string }
    readonly claimRef?: { readonly namespace?: string; readonly name?: string; readonly uid?: string }
  }
  readonly status?: { readonly phase?: string }
}

/** What we read of a VolumeSnapshot. */
export type VolumeSnapshot = KubeObject & {
  readonly status?: {
    readonly boundVolumeSnapshotContentName?: string
    readonly readyToUse?: boolean
    readonly restoreSize?: string
    readonly error?: { readonly message?: string }
  }
}

/** Keys of the kinds in a sync request. */
export const KIND = {
  backup: `Backup.${API_VERSION}`,
  repository: `BackupRepository.${API_VERSION}`,
  claim: 'PersistentVolumeClaim.v1',
  job: 'Job.batch/v1',
} as const

/** All objects of a kind in a request; the caller vouches for the type, the API server for the content. */
export function objectsOf<T = KubeObject>(objects: ObjectsByKind, kind: string): readonly T[] {
  return Object.values(objects[kind] ?? {}) as unknown as readonly T[]
}

/**
 * A child as it is, to be answered as desired: children are never updated. A claim loses the name of its volume, so that one that is
 * made again because it was deleted this moment gets a volume of its own.
 */
export function kept(child: KubeObject): KubeObject {
  const { name, namespace, labels, annotations = {} } = child.metadata
  const ours = Object.fromEntries(Object.entries(annotations).filter(([key]) => key.startsWith(`${GROUP}/`)))
  const metadata = { name, ...(namespace && { namespace }), ...(labels && { labels }), annotations: ours }
  const { volumeName: _volumeName, ...spec } = child.spec as { volumeName?: string }
  return { apiVersion: child.apiVersion, kind: child.kind, metadata, spec }
}
