import { decide } from '../../../hooks/backuppolicy/decide.ts'
import type { Observed } from '../../../hooks/backuppolicy/observe.ts'
import { viewOf, type PolicyView } from '../../../hooks/backuppolicy/view.ts'
import type { Decision, KubeObject, ObjectsByKind, Settings, SyncRequest } from '../../../hooks/hook.ts'
import { repositoryOf } from '../../../lib/repository-record.ts'
import type { Backup, BackupPolicy, BackupRepository, ClusterBackupRepository } from '../../../schemas/generated/types.ts'
import { policy as defaultPolicy } from '../../lib/backups.ts'

export const SETTINGS: Settings = { moverImage: 'holdfast-mover:test', imagePullPolicy: 'IfNotPresent' }

/** What a policy sees in a test. Its repository is there unless a test says otherwise. */
export interface World {
  readonly policy?: BackupPolicy
  readonly backups?: readonly Backup[]
  readonly claims?: readonly KubeObject[]
  readonly repositories?: readonly BackupRepository[]
  readonly clusters?: readonly ClusterBackupRepository[]
  readonly cronJobs?: readonly KubeObject[]
  readonly snapshotClasses?: readonly KubeObject[]
  readonly finalizing?: boolean
  /** What the Backups really are, when the request's are old. */
  readonly fresh?: readonly Backup[]
}

/** A bound claim, unless told otherwise. */
export const claim = (name: string, change: { phase?: string, labels?: Record<string, string>, annotations?: Record<string, string>, deletionTimestamp?: string } = {}): KubeObject => {
  const { phase = 'Bound', ...metadata } = change
  return { apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name, namespace: 'shop', ...metadata }, status: { phase } }
}

/** The request as Metacontroller would send it. */
export const requestOf = (world: World = {}): SyncRequest<BackupPolicy> => {
  const parent = world.policy ?? defaultPolicy()
  const made = repositoryOf(parent, world.clusters?.[0])?.record
  return {
    parent,
    finalizing: world.finalizing ?? false,
    children: group('CronJob.batch/v1', world.cronJobs ?? []),
    related: {
      ...group('Backup.holdfast.dev/v1alpha1', world.backups ?? []),
      ...group('PersistentVolumeClaim.v1', world.claims ?? [claim('data')]),
      ...group('BackupRepository.holdfast.dev/v1alpha1', world.repositories ?? (made === undefined ? [] : [made])),
      ...group('ClusterBackupRepository.holdfast.dev/v1alpha1', world.clusters ?? []),
    },
  }
}

/** The view of that request. */
export const viewIn = (world: World = {}): PolicyView => viewOf(requestOf(world))

/** What the hook decides in that world at that time. */
export const decideIn = (world: World, now: string | Date): Decision => {
  const observed: Observed = { snapshotClasses: world.snapshotClasses, backups: world.fresh as readonly unknown[] | undefined as readonly KubeObject[] | undefined }
  return decide({ request: requestOf(world), observed, now: new Date(now), settings: SETTINGS })
}

const group = (key: string, objects: readonly object[]): ObjectsByKind => {
  const keyOf = ({ metadata: { namespace, name } }: KubeObject) => (namespace === undefined ? name : `${namespace}/${name}`)
  return { [key]: Object.fromEntries((objects as readonly KubeObject[]).map((object) => [keyOf(object), object])) }
}
