import { API_VERSION, LABEL } from '../../../lib/api.ts'
import { labelValue } from '../../../lib/names.ts'
import type { Backup, KubeObject } from '../../../schemas/generated/types.ts'
import { listObjects } from '../kit/api.ts'
import type { Sandbox } from '../kit/sandbox.ts'
import type { Scene } from './restoring.ts'
import { driverSnapshots, type HeldSnapshot } from './stored.ts'

interface Job extends KubeObject {
  readonly spec: { readonly ttlSecondsAfterFinished?: number }
  readonly status?: { readonly conditions?: readonly { readonly type: string; readonly status: string }[] }
}
interface Volume extends KubeObject {
  readonly spec: { readonly claimRef?: { readonly namespace: string; readonly name: string }; readonly csi?: { readonly volumeHandle: string } }
  readonly status?: { readonly phase: string }
}
interface Content extends KubeObject {
  readonly spec: { readonly volumeSnapshotRef: { readonly namespace: string; readonly name: string } }
  readonly status?: { readonly snapshotHandle?: string }
}

/** Everything of the namespace, in the cluster and in the storage, that no record accounts for, in words. `claims` are those that belong there. */
export async function leftovers({ box, node }: Pick<Scene, 'box' | 'node'>, claims: readonly string[]): Promise<readonly string[]> {
  const backups = await box.list<Backup>('backups')
  return [
    ...await claimsLeft(box, claims), ...await volumesLeft(box), ...await jobsLeft(box), ...await podsLeft(box), ...await snapshotsLeft(box, backups),
    ...storageLeft(driverSnapshots(node), await accountOf(box)),
  ]
}

/** What the cluster knows of the storage. */
export interface Account {
  /** Handles of the namespace's volumes. */
  readonly volumes: readonly string[]
  /** Handles of all VolumeSnapshotContents. */
  readonly snapshots: readonly string[]
}

/** Snapshots of the namespace's volumes that the storage holds, and is paid for, and no object speaks of. */
export function storageLeft(held: readonly HeldSnapshot[], { volumes, snapshots }: Account): readonly string[] {
  return held.filter(({ id, volume }) => volumes.includes(volume) && !snapshots.includes(id)).map(({ id, volume }) => `snapshot ${id} of volume ${volume} in the storage`)
}

async function accountOf({ namespace }: Sandbox): Promise<Account> {
  const volumes = (await listObjects<Volume>('pv')).filter(({ spec }) => spec.claimRef?.namespace === namespace)
  const contents = await listObjects<Content>('volumesnapshotcontents')
  return {
    volumes: volumes.flatMap(({ spec }) => spec.csi?.volumeHandle ?? []),
    snapshots: contents.flatMap(({ status }) => status?.snapshotHandle ?? []),
  }
}

async function claimsLeft(box: Sandbox, claims: readonly string[]): Promise<readonly string[]> {
  const left = (await box.list<KubeObject>('pvc')).map(({ metadata }) => metadata.name).filter(name => !claims.includes(name))
  return left.map(name => `claim ${name}`)
}

async function volumesLeft({ namespace }: Sandbox): Promise<readonly string[]> {
  const volumes = await listObjects<Volume>('pv')
  const ours = volumes.filter(({ spec, metadata }) => spec.claimRef?.namespace === namespace || metadata.labels?.[LABEL.restoreUid] !== undefined)
  return ours.filter(({ status, metadata }) => status?.phase !== 'Bound' || metadata.labels?.[LABEL.restoreUid] !== undefined)
    .map(({ metadata, spec, status }) => `PersistentVolume ${metadata.name} of ${spec.claimRef?.name} is ${status?.phase}`)
}

/** A finished Job goes by its TTL, and is that of a record that is there. */
async function jobsLeft(box: Sandbox): Promise<readonly string[]> {
  const kinds = [['Backup', 'backups'], ['Restore', 'restores'], ['BackupRepository', 'backuprepositories'], ['BackupPolicy', 'backuppolicies']] as const
  const records = (await Promise.all(kinds.map(async ([, plural]) => box.list<KubeObject>(plural)))).flat().map(({ metadata }) => metadata.uid)
  // Those of a CronJob are its own; nothing but a record of ours makes others.
  const isOwned = ({ metadata: { ownerReferences = [] } }: Job): boolean =>
    ownerReferences.some(({ uid, apiVersion }) => apiVersion !== API_VERSION || records.includes(uid))
  const stays = (job: Job): boolean => isOwned(job) && isFinished(job) && job.spec.ttlSecondsAfterFinished !== undefined
  return (await box.list<Job>('jobs')).filter(job => !stays(job)).map(({ metadata }) => `Job ${metadata.name}`)
}

function isFinished({ status }: Job): boolean {
  return status?.conditions?.some(({ type, status: value }) => (type === 'Complete' || type === 'Failed') && value === 'True') === true
}

async function podsLeft(box: Sandbox): Promise<readonly string[]> {
  const jobs = (await box.list<Job>('jobs')).map(({ metadata }) => metadata.uid)
  const pods = await box.list<KubeObject & { readonly status?: { readonly phase?: string } }>('pods')
  const isOwned = ({ metadata }: KubeObject): boolean => metadata.ownerReferences?.some(({ uid }) => jobs.includes(uid)) === true
  return pods.filter(pod => !['Succeeded', 'Failed'].includes(pod.status?.phase ?? '') || !isOwned(pod))
    .map(({ metadata, status }) => `pod ${metadata.name} ${status?.phase}`)
}

/** Every snapshot is of a Backup, and every content of a snapshot. */
async function snapshotsLeft(box: Sandbox, backups: readonly Backup[]): Promise<readonly string[]> {
  const labels = backups.map(({ metadata }) => labelValue(metadata.name))
  const snapshots = await box.list<KubeObject>('volumesnapshots')
  const names = snapshots.map(({ metadata }) => metadata.name)
  const contents = (await listObjects<Content>('volumesnapshotcontents')).filter(({ spec }) => spec.volumeSnapshotRef.namespace === box.namespace)
  return [
    ...snapshots.filter(({ metadata }) => !labels.includes(metadata.labels?.[LABEL.backup] ?? '')).map(({ metadata }) => `VolumeSnapshot ${metadata.name}`),
    ...contents.filter(({ spec }) => !names.includes(spec.volumeSnapshotRef.name))
      .map(({ metadata, spec }) => `VolumeSnapshotContent ${metadata.name} of ${spec.volumeSnapshotRef.name}`),
  ]
}
