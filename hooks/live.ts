import type { KubeObject } from './hook.ts'

/**
 * The reads that a hook may make besides what Metacontroller sends. Every one is a plain GET or LIST; an absent object is
 * undefined, any other failure throws and the hook answers non-200. The fake is test/hooks/fake-live.ts.
 */
export interface Live {
  /** One of our own objects as it is now, by its kind and name. */
  current(object: KubeObject): Promise<KubeObject | undefined>
  /** What the API server's clock said when `current` was answered; undefined when it does not tell. */
  time(): Date | undefined
  /** All Backups of a policy, by the name of that policy. */
  backupsOfPolicy(namespace: string, policy: string): Promise<readonly KubeObject[]>
  job(namespace: string, name: string): Promise<KubeObject | undefined>
  /** Jobs of a Backup, by its name: every one that carries its label. */
  jobsOfBackup(namespace: string, backup: string): Promise<readonly KubeObject[]>
  /** Pods of a Job, newest first. */
  podsOfJob(namespace: string, job: string): Promise<readonly KubeObject[]>
  /** Pods of a namespace that are Pending or Running. */
  activePods(namespace: string): Promise<readonly KubeObject[]>
  /** Warning events about a pod, newest first. */
  podEvents(namespace: string, pod: string): Promise<readonly KubeObject[]>
  /** Warning events about a Job, newest first: why it could not make a pod (quota, Pod Security). */
  jobEvents(namespace: string, job: string): Promise<readonly KubeObject[]>
  /** All VolumeSnapshotClasses; undefined when the cluster has no snapshot API. */
  snapshotClasses(): Promise<readonly KubeObject[] | undefined>
  /** VolumeSnapshotContents that are labelled for a Backup of this name, also a former one. */
  contentsOfBackup(namespace: string, backup: string): Promise<readonly KubeObject[]>
  /** All VolumeSnapshotContents. */
  snapshotContents(): Promise<readonly KubeObject[]>
  snapshotContent(name: string): Promise<KubeObject | undefined>
  persistentVolume(name: string): Promise<KubeObject | undefined>
  claim(namespace: string, name: string): Promise<KubeObject | undefined>
  storageClass(name: string): Promise<KubeObject | undefined>
  volumeSnapshot(namespace: string, name: string): Promise<KubeObject | undefined>
  /** PersistentVolumes that carry the label restore-uid with this UID of a Restore. */
  volumesOfRestore(uid: string): Promise<readonly KubeObject[]>
  /** A BackupRepository. */
  repository(namespace: string, name: string): Promise<KubeObject | undefined>
  /** All Restores of a namespace. */
  restores(namespace: string): Promise<readonly KubeObject[]>
}
