/* Generated from schemas/ by `npm run generate`. Do not edit. */

/** Metadata of a Kubernetes object, as far as we use it. */
export type ObjectMeta = {
  readonly name: string
  readonly namespace?: string
  readonly uid?: string
  readonly resourceVersion?: string
  readonly generation?: number
  readonly creationTimestamp?: string
  readonly deletionTimestamp?: string
  readonly labels?: Readonly<Record<string, string>>
  readonly annotations?: Readonly<Record<string, string>>
  readonly finalizers?: readonly string[]
  readonly ownerReferences?: readonly OwnerReference[]
}

export type OwnerReference = {
  readonly apiVersion?: string
  readonly kind: string
  readonly name: string
  readonly uid: string
  readonly controller?: boolean
  readonly blockOwnerDeletion?: boolean
}

/** A Kubernetes object as it comes over the wire. */
export type KubeObject = {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: ObjectMeta
  readonly [field: string]: unknown
}
export type Conditions = Condition[]

export type Selector = {
/**
 * Every label listed must be present with this value.
 */
matchLabels?: {
[k: string]: string
}
/**
 * Every expression must hold.
 * 
 * @maxItems 50
 */
matchExpressions?: {
/**
 * Label key.
 */
key: string
/**
 * How the label's value is compared.
 */
operator: ("In" | "NotIn" | "Exists" | "DoesNotExist")
/**
 * Values for In and NotIn.
 * 
 * @maxItems 100
 */
values?: string[]
}[]
}
export type Retention = {
/**
 * Keep at most this many good restore points of the policy.
 */
maxBackups?: number
/**
 * Delete good restore points older than this, for example 720h or 30d.
 */
maxAge?: string
}
export type Destination = {
/**
 * Kind of store.
 */
type: ("s3" | "nfs" | "pvc")
/**
 * s3: `s3://bucket/prefix`. nfs: `nfs://server/exported/path`. pvc: `pvc://claim-name/sub/path` in the same namespace.
 */
url: string
/**
 * Address of an S3-compatible store such as MinIO, for example `http://minio.minio:9000`. Default is AWS.
 */
endpoint?: string
/**
 * S3 region. Default us-east-1.
 */
region?: string
/**
 * Name of a Secret in the same namespace with AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY (s3), and RESTIC_PASSWORD (strategy external).
 */
credentialsSecret?: string
/**
 * S3 storage class of the data objects. Default is the store's own.
 */
storageClass?: ("STANDARD" | "STANDARD_IA" | "ONEZONE_IA" | "INTELLIGENT_TIERING" | "GLACIER_IR" | "GLACIER" | "DEEP_ARCHIVE")
}
export type RepositoryRef = {
/**
 * Kind of the repository.
 */
kind?: ("BackupRepository" | "ClusterBackupRepository")
/**
 * Name of the repository.
 */
name: string
}
export type Custom = {
/**
 * Command whose standard output is stored. The volume is mounted read-only at /data. A non-zero exit leaves no restore point.
 * 
 * @minItems 1
 * @maxItems 64
 */
command: string[]
/**
 * Command that reads the stored stream from standard input and fills the new volume, mounted at /data. Default is to write the stream into the new volume as one file named `stream`.
 * 
 * @minItems 1
 * @maxItems 64
 */
restoreCommand?: string[]
/**
 * Environment of both commands.
 * 
 * @maxItems 64
 */
env?: {
/**
 * Name of the variable.
 */
name: string
/**
 * Its literal value.
 */
value?: string
/**
 * Its value from a Secret of the same namespace.
 */
secretKeyRef?: {
/**
 * Name of the Secret.
 */
name: string
/**
 * Key in the Secret.
 */
key: string
}
}[]
}
export type Mover = {
/**
 * How often a failed mover is tried again.
 */
backoffLimit?: number
/**
 * After this time a run is stopped and fails with reason DeadlineExceeded. Removing its data may take an hour at least.
 */
timeoutSeconds?: number
/**
 * How long a pod may wait for its image, node, volumes or secrets before the run fails and says which one was missing.
 */
startupTimeoutSeconds?: number
/**
 * How many volumes of one run move data at the same time.
 */
parallelism?: number
/**
 * Compression of the tar and custom strategies.
 */
compression?: ("zstd" | "gzip" | "none")
/**
 * Resources of the mover container.
 */
resources?: {
/**
 * Requests by resource name.
 */
requests?: {
[k: string]: string
}
/**
 * Limits by resource name.
 */
limits?: {
[k: string]: string
}
}
/**
 * root runs the mover as UID 0 with only the capabilities that reading and restoring foreign files needs (Pod Security baseline); so run the commands of strategy custom. user runs it as 65532 with none (Pod Security restricted); files that it may not read make the run PartiallyFailed.
 */
runAs?: ("root" | "user")
}
export type Condition = {
/**
 * Name of the condition.
 */
type: string
/**
 * Whether it holds.
 */
status: ("True" | "False" | "Unknown")
/**
 * Generation of the spec that this condition speaks of.
 */
observedGeneration?: number
/**
 * When the status last changed.
 */
lastTransitionTime: string
/**
 * One word for machines.
 */
reason: string
/**
 * A sentence for people.
 */
message: string
}
export type Volume = {
/**
 * Name of the claim.
 */
pvc: string
/**
 * Where this volume is.
 */
phase: ("Pending" | "Running" | "Completed" | "PartiallyFailed" | "Failed" | "Deleted")
/**
 * One word for machines.
 */
reason?: string
/**
 * What happened, and what to do next.
 */
message?: string
/**
 * restic snapshot id, archive key in the repository, or CSI snapshot handle.
 */
handle?: string
/**
 * Name of the VolumeSnapshot.
 */
snapshotName?: string
/**
 * Name of the VolumeSnapshotContent.
 */
contentName?: string
/**
 * CSI driver of the snapshot.
 */
driver?: string
/**
 * Job that moved the data.
 */
jobName?: string
/**
 * Bytes of the volume's data.
 */
bytes?: number
/**
 * Bytes added to the repository.
 */
bytesStored?: number
/**
 * Files in the restore point. Strategy external counts regular files only, as restic does.
 */
files?: number
/**
 * Files that could not be read.
 */
errors?: number
/**
 * Hash of the stored stream before compression (tar, custom).
 */
sha256?: string
/**
 * When its mover or snapshot began.
 */
startTime?: string
/**
 * When it ended.
 */
completionTime?: string
/**
 * Capacity of the source claim.
 */
size?: string
/**
 * Storage class of the source claim.
 */
storageClassName?: string
/**
 * Access modes of the source claim.
 * 
 * @maxItems 8
 */
accessModes?: string[]
/**
 * Labels of the source claim, without those by which tools track it. A claim restored in its place gets them.
 */
labels?: {
[k: string]: string
}
/**
 * Of a source claim that is a raw block device; absent for file systems.
 */
volumeMode?: "Block"
}
export type Task = {
/**
 * What to do. check also initialises a repository that is not there yet.
 */
operation: ("backup" | "restore" | "delete" | "check" | "prune")
/**
 * How the data is stored.
 */
strategy: ("external" | "tar" | "custom")
/**
 * Namespace of the run; also the restic host and part of every path.
 */
namespace: string
/**
 * Name of the Backup.
 */
backup?: string
/**
 * UID of the Backup: tells its points from those of an earlier Backup of the same name.
 */
run?: string
/**
 * Name of its policy.
 */
policy?: string
/**
 * Claim that was backed up.
 */
volume?: string
/**
 * Where the volume is mounted: /volumes/<pvc> (backup and restore).
 */
path?: string
/**
 * Time of the run (the restic snapshot's time).
 */
time?: string
/**
 * Restore: restic snapshot id or archive key.
 */
handle?: string
/**
 * Restore (tar, custom): hash of the stream as the Backup's record has it. A store that holds another is not believed.
 */
sha256?: string
/**
 * Delete: restore points to remove.
 */
points?: {
/**
 * Claim that was backed up.
 */
volume: string
/**
 * Known handle; without one whatever carries the Backup's name is removed.
 */
handle?: string
}[]
/**
 * tar and custom.
 */
compression?: ("zstd" | "gzip" | "none")
/**
 * Whether no file at all is a success.
 */
allowEmpty?: boolean
/**
 * Identity of the store that was found here before: nothing is stored in another, nor removed from it.
 */
storeId?: string
/**
 * Restic repository that was found here before: if it is gone, none is made in its place.
 */
resticId?: string
/**
 * check and prune: whether the repository needs a restic repository (external).
 */
restic?: boolean
/**
 * Where the namespace's data lives. s3: bucket and prefix. directory: a path in the mover's file system (pvc, nfs).
 */
store: {
/**
 * Kind of store.
 */
type: ("s3" | "directory")
/**
 * S3 bucket.
 */
bucket?: string
/**
 * S3 key prefix without slashes at its ends; ends in the namespace.
 */
prefix?: string
/**
 * Address of an S3-compatible store.
 */
endpoint?: string
/**
 * S3 region.
 */
region?: string
/**
 * S3 storage class of data objects.
 */
storageClass?: string
/**
 * directory: absolute path; ends in the namespace.
 */
path?: string
}
}
export type Result = {
/**
 * As asked.
 */
operation: ("backup" | "restore" | "delete" | "check" | "prune")
/**
 * Whether the operation reached its end. A backup with unreadable files is ok with errors above 0.
 */
ok: boolean
/**
 * One word of lib/reasons.ts when not ok, or when errors are above 0.
 */
reason?: string
/**
 * What, what was got, what to do next.
 */
message?: string
/**
 * restic snapshot id (64 hex) or archive key.
 */
handle?: string
/**
 * Bytes of the volume's files.
 */
bytes?: number
/**
 * Bytes added to the store.
 */
bytesStored?: number
/**
 * Files of every sort without directories.
 */
files?: number
/**
 * Files that could not be read or written.
 */
errors?: number
/**
 * Hash of the stream before compression (tar and custom).
 */
sha256?: string
/**
 * check: identity of the store.
 */
storeId?: string
/**
 * Identity of the restic repository.
 */
resticId?: string
/**
 * Volumes whose data is gone.
 */
deleted?: string[]
/**
 * First file errors.
 * 
 * @maxItems 5
 */
errorSamples?: string[]
}
export type BackupPolicySpec = {
selector: Selector
/**
 * snapshot: CSI VolumeSnapshots. external: restic into a repository, incremental. tar: one self-contained archive a run. custom: the standard output of your own command.
 */
strategy?: ("snapshot" | "external" | "tar" | "custom")
/**
 * Five cron fields (minute hour day month weekday). Without it the policy runs only on demand.
 */
schedule?: string
/**
 * IANA time zone of the schedule.
 */
timeZone?: string
/**
 * A run starts up to this long after its slot; the delay is fixed for each policy.
 */
jitterSeconds?: number
/**
 * A slot missed by more than this is not caught up. Default is one catch-up however late.
 */
startingDeadlineSeconds?: number
/**
 * A run does not start while another of the same policy is going on; it starts when that one has ended.
 */
concurrencyPolicy?: "Forbid"
/**
 * No scheduled run starts and no deletion is asked for while this is true. What was asked for before goes on.
 */
suspend?: boolean
retention?: Retention
/**
 * How many failed runs are kept as records.
 */
failedHistoryLimit?: number
destination?: Destination
repositoryRef?: RepositoryRef
/**
 * VolumeSnapshotClass of the snapshot strategy. Default is the default class of the claim's driver.
 */
snapshotClassName?: string
/**
 * Image of the custom strategy's commands.
 */
image?: string
custom?: Custom
/**
 * Whether a volume without any file is a good restore point.
 */
allowEmpty?: boolean
mover?: Mover
/**
 * When unused data is removed from the repository (UTC). Not used by the snapshot strategy.
 */
pruneSchedule?: string
}
export type BackupPolicyStatus = {
/**
 * Generation of the spec last acted on.
 */
observedGeneration?: number
conditions?: Conditions
/**
 * The schedule in force and since when; slots before that are never run.
 */
activeSchedule?: {
/**
 * Schedule, time zone and suspend as one string.
 */
key: string
/**
 * When this combination was first seen.
 */
since: string
}
/**
 * Next slot.
 */
nextScheduleTime?: string
/**
 * Newest slot that was run.
 */
lastScheduleTime?: string
/**
 * Completion of the newest good run.
 */
lastSuccessfulTime?: string
/**
 * Slots that were skipped before the newest run.
 */
missedSlots?: number
/**
 * How many claims the selector matches now.
 */
selectedVolumes?: number
/**
 * How many restore points the policy has.
 */
storedBackupCount?: number
/**
 * Restore points, newest first. The full list is `kubectl backup list`.
 * 
 * @maxItems 50
 */
storedBackups?: {
/**
 * Name of the Backup.
 */
name: string
/**
 * Its phase.
 */
phase: string
/**
 * When it was completed.
 */
time?: string
/**
 * Bytes of data.
 */
bytes?: number
}[]
/**
 * The last ten runs, newest first.
 * 
 * @maxItems 10
 */
history?: {
/**
 * Name of the Backup.
 */
backup: string
/**
 * Its first Job.
 */
job?: string
/**
 * When it started.
 */
startTime?: string
/**
 * When it ended.
 */
completionTime?: string
/**
 * Phase of the run.
 */
status: string
/**
 * What happened; absent until it has ended.
 */
message?: string
}[]
}
export type BackupSpec = {
/**
 * Name of the policy that asked for this run.
 */
policy?: string
/**
 * Cron slot of a scheduled run.
 */
slot?: string
/**
 * Slots skipped between the previous run and this one.
 */
missedSlots?: number
/**
 * As in BackupPolicy.
 */
strategy: ("snapshot" | "external" | "tar" | "custom")
/**
 * Names of the claims, fixed when the run was made.
 * 
 * @maxItems 500
 */
volumes: string[]
repositoryRef?: RepositoryRef
/**
 * As in BackupPolicy.
 */
snapshotClassName?: string
/**
 * As in BackupPolicy.
 */
image?: string
custom?: Custom
/**
 * As in BackupPolicy.
 */
allowEmpty?: boolean
mover?: Mover
/**
 * What `kubectl delete backup` does with the data. Retain keeps it.
 */
deletionPolicy?: ("Retain" | "Delete")
}
export type BackupStatus = {
/**
 * Generation of the spec last acted on.
 */
observedGeneration?: number
conditions?: Conditions
/**
 * Where the run is.
 */
phase?: ("New" | "Queued" | "Running" | "Completed" | "PartiallyFailed" | "Failed" | "Deleting")
/**
 * One word for machines.
 */
reason?: string
/**
 * What happened, and what to do next.
 */
message?: string
/**
 * Identity of the store that its data is in (BackupRepository status.storeId). Its data is removed from no other.
 */
storeId?: string
/**
 * When the run left the queue.
 */
startTime?: string
/**
 * When it reached a terminal phase.
 */
completionTime?: string
/**
 * Bytes of all volumes.
 */
bytes?: number
/**
 * Files of all volumes.
 */
files?: number
/**
 * Unreadable files of all volumes.
 */
errors?: number
/**
 * Good volumes of all, for example 2/3.
 */
volumesSummary?: string
/**
 * One entry a claim.
 * 
 * @maxItems 500
 */
volumes?: Volume[]
/**
 * Who asked for the data to be removed, and why.
 */
deletion?: {
/**
 * retention or user or deletionPolicy.
 */
requestedBy?: string
/**
 * Why.
 */
reason?: string
/**
 * Phase before the deletion.
 */
priorPhase?: string
/**
 * How many deletion Jobs failed so far.
 */
failures?: number
}
}
export type RestoreSpec = {
/**
 * Name of a Backup in the same namespace.
 */
backup?: string
/**
 * Instead of backup: a policy whose newest good restore point is taken.
 */
policy?: string
/**
 * With policy: the newest good restore point not younger than this.
 */
asOf?: string
/**
 * Which claims to restore, and as what. Default is every volume of the restore point under its own name.
 * 
 * @maxItems 500
 */
volumes?: {
/**
 * Name of the claim that was backed up.
 */
source: string
/**
 * Name of the claim to make. Default is the source's name.
 */
target?: string
/**
 * Default is that of the source.
 */
storageClassName?: string
/**
 * Default is that of the source. It cannot be smaller than the source.
 */
size?: string
/**
 * Labels of the new claim.
 */
labels?: {
[k: string]: string
}
}[]
mover?: Mover
}
export type RestoreStatus = {
/**
 * Generation of the spec last acted on.
 */
observedGeneration?: number
conditions?: Conditions
/**
 * Where the restore is.
 */
phase?: ("New" | "Running" | "Completed" | "PartiallyFailed" | "Failed")
/**
 * One word for machines.
 */
reason?: string
/**
 * What happened, and what to do next.
 */
message?: string
/**
 * The Backup chosen, fixed when the restore began.
 */
backup?: string
/**
 * When it began.
 */
startTime?: string
/**
 * When it ended.
 */
completionTime?: string
/**
 * Bytes restored.
 */
bytes?: number
/**
 * Files restored.
 */
files?: number
/**
 * Restored volumes of all, for example 2/3.
 */
volumesSummary?: string
/**
 * One entry a target claim.
 * 
 * @maxItems 500
 */
volumes?: {
/**
 * Claim that was backed up.
 */
source: string
/**
 * Claim that is made.
 */
target: string
/**
 * Publishing: the data is whole and the volume is being bound to its name.
 */
phase: ("Pending" | "Running" | "Publishing" | "Completed" | "Failed")
/**
 * One word for machines.
 */
reason?: string
/**
 * What happened, and what to do next.
 */
message?: string
/**
 * Job that wrote the data.
 */
jobName?: string
/**
 * Claim that holds the volume until it is whole.
 */
temporaryClaim?: string
/**
 * PersistentVolume that is handed over.
 */
volumeName?: string
/**
 * Reclaim policy that the PersistentVolume gets back.
 */
reclaimPolicy?: string
/**
 * Bytes restored.
 */
bytes?: number
/**
 * Files restored.
 */
files?: number
/**
 * Hash of the restored stream (tar and custom).
 */
sha256?: string
/**
 * When it began.
 */
startTime?: string
/**
 * When it ended.
 */
completionTime?: string
}[]
}
export type BackupRepositoryStatus = {
/**
 * Generation of the spec last acted on.
 */
observedGeneration?: number
conditions?: Conditions
/**
 * Whether backups can be written.
 */
phase?: ("New" | "Checking" | "Ready" | "Failed")
/**
 * One word for machines.
 */
reason?: string
/**
 * What happened, and what to do next.
 */
message?: string
/**
 * Hash of the spec that was checked. A changed Secret is not noticed before the next check: kubectl backup repository check NAME.
 */
checkedKey?: string
/**
 * Identity of the store (its object holdfast-id), for as long as this BackupRepository lives.
 */
storeId?: string
/**
 * Identity of the restic repository.
 */
resticId?: string
/**
 * When the place was last found usable.
 */
lastCheckTime?: string
/**
 * How many checks in a row failed.
 */
failures?: number
}
export type ClusterBackupRepositorySpec = {
destination: Destination
/**
 * Namespaces that may use it. `*` stands for all. Default is none.
 * 
 * @maxItems 1000
 */
allowedNamespaces?: string[]
}
export type ClusterBackupRepositoryStatus = {
/**
 * Generation of the spec last acted on.
 */
observedGeneration?: number
conditions?: Conditions
/**
 * How many namespaces use it.
 */
users?: number
}

/** What is backed up (claims by label), how (strategy), where to, when, and how long it is kept. */
export type BackupPolicy = {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: ObjectMeta
  readonly spec: BackupPolicySpec
  readonly status?: BackupPolicyStatus
}

/** One run and its restore point. Deleting this object with kubectl keeps the data; `kubectl backup delete` removes both. */
export type Backup = {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: ObjectMeta
  readonly spec: BackupSpec
  readonly status?: BackupStatus
}

/** Brings the data of a restore point back into new claims. A claim appears under its name only when everything that its point holds is back; a PartiallyFailed point lacks files. */
export type Restore = {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: ObjectMeta
  readonly spec: RestoreSpec
  readonly status?: RestoreStatus
}

export type BackupRepositorySpec = Destination

/** A place that backups go to. It is initialised once and checked before anything is written to it. */
export type BackupRepository = {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: ObjectMeta
  readonly spec: BackupRepositorySpec
  readonly status?: BackupRepositoryStatus
}

/** A place that several namespaces send backups to, each under its own path. The credentials Secret must exist in each namespace that uses it. */
export type ClusterBackupRepository = {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: ObjectMeta
  readonly spec: ClusterBackupRepositorySpec
  readonly status?: ClusterBackupRepositoryStatus
}
