import { backupHook } from './backup/hook.ts'
import { backupPolicyHook } from './backuppolicy/hook.ts'
import { backupRepositoryHook } from './backuprepository/hook.ts'
import { clusterBackupRepositoryHook } from './clusterbackuprepository/hook.ts'
import type { Hook, KubeObject } from './hook.ts'
import { byUrl, type Registered } from './registry-map.ts'
import { restoreHook } from './restore/hook.ts'

const JOB = 'Job.batch/v1'
const CRON_JOB = 'CronJob.batch/v1'
const CLAIM = 'PersistentVolumeClaim.v1'
const SNAPSHOT = 'VolumeSnapshot.snapshot.storage.k8s.io/v1'

/** Every hook, by the first part of its URL. */
export const REGISTRY: ReadonlyMap<string, Registered> = byUrl([
  { hook: backupPolicyHook as AnyHook, kind: 'BackupPolicy', namespaced: true, children: { always: [CRON_JOB], sometimes: [] } },
  // A cluster without the snapshot API has no group for them.
  { hook: backupHook as AnyHook, kind: 'Backup', namespaced: true, children: { always: [JOB], sometimes: [SNAPSHOT] } },
  { hook: restoreHook as AnyHook, kind: 'Restore', namespaced: true, children: { always: [JOB, CLAIM], sometimes: [] } },
  { hook: backupRepositoryHook as AnyHook, kind: 'BackupRepository', namespaced: true, children: { always: [JOB], sometimes: [] } },
  { hook: clusterBackupRepositoryHook as AnyHook, kind: 'ClusterBackupRepository', namespaced: false, children: { always: [], sometimes: [] } },
])

/** The request is checked against the kind's schema before a hook sees it, so the parent's type holds. */
type AnyHook = Hook<KubeObject, unknown>
