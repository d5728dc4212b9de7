import type { KubeObject } from '../../../hooks/hook.ts'
import type { BackupSpec, BackupStatus } from '../../../schemas/generated/types.ts'
import { claim, content, ended, job, persistentVolume, pod, snapshot, snapshotClass } from '../backup/objects.ts'
import { keyed, sceneOf, type Draft, type Scene } from './scene.ts'
import { S3 } from './secrets.ts'

const START_TIME = '2026-11-21T08:59:00Z'
const asked = { 'holdfast.dev/delete-requested': '{"requestedBy":"alice","reason":"old"}' }
const started = { phase: 'Running', containerStatuses: [{ name: 'mover', state: { running: {} } }] }
const going = { phase: 'Running', startTime: START_TIME } as const

/** Requests about Backups at every stage of their lives. */
export function backupScenes(): readonly Scene[] {
  return Object.entries(drafts()).map(([name, draft]) => sceneOf(name, draft))
}

function drafts(): Readonly<Record<string, Draft>> {
  return {
    'backup-new': backup({ spec: { volumes: ['data', 'wal'] } }),
    'backup-running': running({}),
    'backup-adding': running({ spec: { mover: { parallelism: 3 } } }),
    'backup-tar': running({ spec: { strategy: 'tar' }, verb: 'sync' }),
    'backup-released': running({ verb: 'finalize', metadata: { deletionTimestamp: '2026-11-21T09:00:20Z' } }),
    'backup-cancelled': running({ metadata: { annotations: { 'holdfast.dev/cancel-requested': 'stop' } } }),
    'backup-announced': running({ metadata: { annotations: asked } }),
    'backup-settled': backup({ status: done(['data', 'wal']), jobs: [run('data', 'complete'), run('wal', 'complete'), run('extra', 'ready')], spec: { volumes: ['data', 'wal', 'extra'] } }),
    'backup-deleting': backup({ status: deleting(['data']), metadata: { annotations: asked }, jobs: [job('nightly-1-delete-0', 'ready', { role: 'delete', created: START_TIME })] }),
    'backup-finalized': backup({
      status: deleting(['data']), metadata: { annotations: asked, deletionTimestamp: '2026-11-21T09:00:20Z' }, verb: 'finalize',
      jobs: [job('nightly-1-delete-0', 'ready', { role: 'delete', created: START_TIME })],
    }),
    'backup-emptied': backup({ status: deleting(['data']), metadata: { annotations: asked }, jobs: [job('nightly-1-delete-0', 'complete', { role: 'delete', created: START_TIME })] }),
    'backup-customize': backup({ spec: { volumes: ['data', 'wal'] }, verb: 'customize' }),
    'snapshot-new': snapshots({ status: { ...going, volumes: [{ pvc: 'data', phase: 'Pending' }, { pvc: 'wal', phase: 'Pending' }] }, taken: [], ready: [] }),
    'snapshot-running': snapshots({ status: { ...going, volumes: [{ pvc: 'data', phase: 'Running' }, { pvc: 'wal', phase: 'Running' }] }, ready: ['data'] }),
    'snapshot-settled': snapshots({ status: snapped('Completed'), ready: ['data', 'wal'] }),
    'snapshot-deleting': snapshots({ status: snapped('Deleting'), ready: ['data', 'wal'], metadata: { annotations: asked } }),
    'snapshot-finalized': snapshots({ status: snapped('Deleting'), ready: ['data', 'wal'], metadata: { annotations: asked, deletionTimestamp: '2026-11-21T09:00:20Z' }, verb: 'finalize' }),
  }
}

interface Given {
  readonly spec?: Partial<BackupSpec>
  readonly status?: BackupStatus
  readonly metadata?: object
  readonly jobs?: readonly KubeObject[]
  readonly snapshots?: readonly KubeObject[]
  readonly besides?: readonly KubeObject[]
  readonly verb?: Draft['verb']
}

function backup({ spec, status, metadata, jobs = [], snapshots: taken = [], besides = [], verb }: Given): Draft {
  const whole: BackupSpec = { strategy: 'external', volumes: ['data'], repositoryRef: { name: 'store' }, policy: 'nightly', ...spec }
  const store = {
    apiVersion: 'holdfast.dev/v1alpha1', kind: 'BackupRepository', metadata: { name: 'store', namespace: 'shop', uid: 'store-uid' },
    spec: S3, status: { phase: 'Ready', resticId: 'abc' },
  }
  return {
    kind: 'backup',
    verb,
    parent: {
      apiVersion: 'holdfast.dev/v1alpha1', kind: 'Backup', spec: whole, ...(status && { status }),
      metadata: { name: 'nightly-1', namespace: 'shop', uid: 'backup-uid', generation: 1, creationTimestamp: '2026-11-21T08:58:00Z', ...metadata },
    },
    children: { 'Job.batch/v1': keyed(...jobs.map(owned)), 'VolumeSnapshot.snapshot.storage.k8s.io/v1': keyed(...taken.map(owned)) },
    related: { 'BackupRepository.holdfast.dev/v1alpha1': keyed(store), 'PersistentVolumeClaim.v1': keyed(...whole.volumes.map(name => claim(name))) },
    besides,
  }
}

/** Two movers at work, one done; the fourth volume waits. */
function running({ spec, ...given }: Given): Draft {
  const volumes = ['data', 'wal', 'logs', 'media']
  const status: BackupStatus = {
    ...going,
    volumes: [
      { pvc: 'data', phase: 'Running', jobName: 'nightly-1-backup-data' }, { pvc: 'wal', phase: 'Running', jobName: 'nightly-1-backup-wal' },
      { pvc: 'logs', phase: 'Running', jobName: 'nightly-1-backup-logs' }, { pvc: 'media', phase: 'Pending' },
    ],
  }
  const pods = [mover('logs', ended(0, { handle: 'h', bytes: 5, files: 1, errors: 0 })), mover('data', pod('p', started)), mover('wal', pod('p', started))]
  return backup({ status, ...given, spec: { volumes, mover: { parallelism: 2 }, ...spec }, jobs: [run('data', 'ready'), run('wal', 'ready'), run('logs', 'complete')], besides: pods })
}

interface Snapped {
  readonly status: BackupStatus
  /** @default all */
  readonly taken?: readonly string[]
  readonly ready: readonly string[]
  readonly metadata?: object
  readonly verb?: Draft['verb']
}

function snapshots({ status, taken: asked = ['data', 'wal'], ready, metadata, verb }: Snapped): Draft {
  const volumes = ['data', 'wal']
  const bound = (pvc: string) => ({ boundVolumeSnapshotContentName: `content-${pvc}`, readyToUse: ready.includes(pvc), restoreSize: '1Gi' })
  const taken = asked.map(pvc => snapshot(`nightly-1-snap-${pvc}`, bound(pvc), { volumeSnapshotClassName: 'holdfast-retain-fast', source: { persistentVolumeClaimName: pvc } }))
  const besides = [
    ...volumes.map(pvc => persistentVolume(`pv-${pvc}`, 'csi.example')),
    ...asked.map(pvc => content(`content-${pvc}`, { of: `nightly-1-snap-${pvc}`, handle: `handle-${pvc}` })),
    snapshotClass('fast'), snapshotClass('holdfast-retain-fast', { ours: true, policy: 'Retain' }),
  ]
  return backup({ spec: { strategy: 'snapshot', volumes, repositoryRef: undefined }, status, snapshots: taken, besides, metadata, verb })
}

function run(pvc: string, state: 'ready' | 'complete'): KubeObject {
  return job(`nightly-1-backup-${pvc}`, state, { created: START_TIME, end: '2026-11-21T09:00:00Z' })
}

function mover(pvc: string, of: KubeObject): KubeObject {
  return { ...of, metadata: { ...of.metadata, name: `nightly-1-backup-${pvc}-x`, labels: { 'job-name': `nightly-1-backup-${pvc}` } } }
}

function owned(object: KubeObject): KubeObject {
  const uid = object.metadata.uid ?? `uid-${object.metadata.name}`
  return { ...object, metadata: { ...object.metadata, uid, ownerReferences: [{ kind: 'Backup', name: 'nightly-1', uid: 'backup-uid', controller: true }] } }
}

function done(volumes: readonly string[]): BackupStatus {
  const ends = { completionTime: '2026-11-21T09:00:00Z' }
  return { phase: 'Completed', startTime: START_TIME, ...ends, volumes: volumes.map(pvc => ({ pvc, phase: 'Completed', jobName: `nightly-1-backup-${pvc}`, handle: `h-${pvc}`, ...ends })) }
}

function deleting(volumes: readonly string[]): BackupStatus {
  return { ...done(volumes), phase: 'Deleting', deletion: { requestedBy: 'alice', reason: 'old', priorPhase: 'Completed' } }
}

function snapped(phase: 'Completed' | 'Deleting'): BackupStatus {
  const volumes = ['data', 'wal'].map(pvc => ({ pvc, phase: 'Completed' as const, snapshotName: `nightly-1-snap-${pvc}`, contentName: `content-${pvc}`, driver: 'csi.example', handle: `handle-${pvc}` }))
  return { ...(phase === 'Deleting' ? deleting([]) : done([])), volumes }
}
