/**
 * Every reason that a status, a condition, an event or a mover's result may carry. Closed on purpose: a reason is an
 * interface (alerts and runbooks name it), so a new one is added here first and explained in docs/reference/reasons.md.
 */
export const REASONS = [
  // progress
  'Queued', 'Running', 'Completed', 'Checking', 'Ready', 'Publishing', 'Suspended', 'Scheduled', 'OnDemand',
  // bad input, found before anything ran
  'InvalidSchedule', 'InvalidTimeZone', 'InvalidDestination', 'InvalidSpec', 'NoVolumesMatched', 'TooManyVolumes',
  'SnapshotsUnavailable', 'NoSnapshotClass', 'RepositoryNotFound', 'RepositoryNotAllowed', 'RepositoryNotReady',
  'BackupNotFound', 'BackupNotUsable', 'NoRestorePoint', 'VolumeNotFound', 'VolumeNotBound', 'VolumeNotInBackup', 'VolumeInUse',
  'TargetExists', 'SizeTooSmall', 'UnsupportedVolume', 'ForeignVolume',
  // a pod that never ran
  'SecretNotFound', 'SecretKeyMissing', 'ImagePullFailed', 'MountFailed', 'Unschedulable', 'StartupTimeout', 'PodForbidden',
  // a pod that ran and failed
  'OutOfMemory', 'NodeLost', 'MoverKilled', 'DeadlineExceeded', 'MoverFailed', 'Cancelled', 'ResultLost',
  // what movers say
  'WrongKey', 'BucketNotFound', 'AccessDenied', 'StoreUnreachable', 'StoreFull', 'RepositoryLocked', 'RepositoryDamaged',
  'RepositoryMissing', 'PointNotFound', 'PointDamaged', 'UnreadableFiles', 'EmptyVolume', 'ProducerFailed', 'ConsumerFailed',
  'VolumeFull', 'InvalidTask', 'InternalError',
  // snapshots
  'SnapshotFailed', 'SnapshotTimeout', 'SnapshotLost',
  // runs as a whole
  'SomeVolumesFailed', 'AllVolumesFailed',
  // the hook server's own calls of the Kubernetes API
  'ApiUnavailable', 'ApiConflict', 'ApiRefused',
  // deletion and retention
  'Deleting', 'DeletionFailed', 'DataKept', 'RetentionHeld', 'CompletedInFuture', 'OlderThanPolicy',
] as const

export type Reason = (typeof REASONS)[number]
