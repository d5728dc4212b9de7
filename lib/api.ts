/** API group and version of all our kinds. */
export const GROUP = 'holdfast.dev'
export const VERSION = 'v1alpha1'
export const API_VERSION = `${GROUP}/${VERSION}`

/** Labels we set. Values pass through `labelValue()` because names may be longer than 63 characters. */
export const LABEL = {
  managedBy: 'app.kubernetes.io/managed-by',
  policy: `${GROUP}/policy`,
  backup: `${GROUP}/backup`,
  restore: `${GROUP}/restore`,
  repository: `${GROUP}/repository`,
  volume: `${GROUP}/volume`,
  namespace: `${GROUP}/namespace`,
  role: `${GROUP}/role`,
} as const

/** Value of the managed-by label. */
export const MANAGED_BY = 'holdfast'

/** Annotations that ask for something. They are how a person or the retention speaks to a Backup without touching its spec. */
export const ANNOTATION = {
  /** JSON `{requestedBy, reason}`: remove the data of this Backup, then the record. */
  deleteRequested: `${GROUP}/delete-requested`,
  /** JSON `{requestedBy, reason}`: stop this run. */
  cancelRequested: `${GROUP}/cancel-requested`,
  /** On a BackupPolicy: how many deletions retention may make in one pass although the breaker tripped. */
  allowDeletions: `${GROUP}/allow-deletions`,
  /** On a VolumeSnapshotContent: full names that do not fit in labels. */
  backup: `${GROUP}/backup`,
  volume: `${GROUP}/volume`,
  /** On a restored claim: the Restore that made it, as namespace/name. */
  restoredBy: `${GROUP}/restored-by`,
} as const

export interface DeletionRequest {
  readonly requestedBy: string
  readonly reason: string
}
