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
  /** On a PersistentVolume that is handed over: UID of the Restore. */
  restoreUid: `${GROUP}/restore-uid`,
  repository: `${GROUP}/repository`,
  volume: `${GROUP}/volume`,
  namespace: `${GROUP}/namespace`,
  role: `${GROUP}/role`,
  /** On a check Job: how many checks in a row there have been with it. */
  attempt: `${GROUP}/attempt`,
} as const

/** Value of the managed-by label. */
export const MANAGED_BY = 'holdfast'

/** Annotations that ask for something. They are how a person or the retention speaks to a Backup without touching its spec. */
export const ANNOTATION = {
  /** JSON `{requestedBy, reason}`: remove the data of this Backup, then the record. */
  deleteRequested: `${GROUP}/delete-requested`,
  /** JSON `{requestedBy, reason}`: stop this run. */
  cancelRequested: `${GROUP}/cancel-requested`,
  /** On a BackupRepository: RFC 3339 time at which somebody asked for a new check. */
  checkRequested: `${GROUP}/check-requested`,
  /** On a BackupPolicy, as COUNT@GENERATION: so many deletions retention may make in one pass although the breaker tripped, while the spec stays as it is. */
  allowDeletions: `${GROUP}/allow-deletions`,
  /** On a BackupPolicy, its UID: retention may have the Backups that an earlier policy of its name made, too. */
  adoptBackups: `${GROUP}/adopt-backups`,
  /** On a VolumeSnapshotContent: full names that do not fit in labels. */
  backup: `${GROUP}/backup`,
  volume: `${GROUP}/volume`,
  /** On a VolumeSnapshotContent: UID of the Backup, which tells it from an older one of the same name. */
  backupUid: `${GROUP}/backup-uid`,
  /** On a restored claim: the Restore that made it, as namespace/name. */
  restoredBy: `${GROUP}/restored-by`,
  /** On a restored claim: UID of that Restore, which tells it from an older one of the same name. */
  restoreUid: `${GROUP}/restore-uid`,
  /** On a restored claim: JSON `{bytes, files, sha256}`, as far as known. */
  restoreResult: `${GROUP}/restore-result`,
  /** On the temporary claim and Jobs of a Restore: full name of the claim they are for. */
  target: `${GROUP}/target`,
  /** On a Job of a Restore: UID of the temporary claim that it fills. */
  claimUid: `${GROUP}/claim-uid`,
  /** On a Job of a Restore: what is missing from the data because the Backup could not read it; the record may be gone when that is to be told. */
  incomplete: `${GROUP}/incomplete`,
  /** On a PersistentVolume between two claims: JSON of everything needed to finish the handover. */
  handover: `${GROUP}/handover`,
  /** On a PersistentVolume that a temporary claim was given and that was there before: the reclaim policy it had; it keeps what it holds since. */
  reclaimPolicy: `${GROUP}/reclaim-policy`,
} as const

export interface DeletionRequest {
  readonly requestedBy: string
  readonly reason: string
}
