import assert from 'node:assert/strict'
import { test } from 'node:test'
import { backupHook } from '../../../hooks/backup/hook.ts'
import { FakeLive } from '../fake-live.ts'
import { claim, job, pod, snapshot } from './objects.ts'
import { NOW, play, requestOf, type Scene } from './scene.ts'

const FIRST = 'nightly-1-backup-data'
const running = { phase: 'Running', startTime: NOW, volumes: [{ pvc: 'data', phase: 'Running', jobName: FIRST }] } satisfies Scene['status']
const snap = { strategy: 'snapshot', repositoryRef: undefined } as const

const rows: readonly [string, Scene, readonly string[]][] = [
  ['a new run asks where its volume is in use', {}, ['activePods shop']],
  ['a shared volume may be mounted anywhere', { claims: [claim('data', { accessModes: ['ReadWriteMany'] })] }, []],
  ['a Job without a ready pod: its pods, and why there are none', { status: running, jobs: [job(FIRST)] }, [`podsOfJob shop/${FIRST}`, `jobEvents shop/${FIRST}`]],
  ['a pod that has not started: its events', { status: running, jobs: [job(FIRST)], cluster: { podsOfJob: { [`shop/${FIRST}`]: [pod('p', {})] } } }, [`podsOfJob shop/${FIRST}`, 'podEvents shop/p']],
  ['a Job that was asked for and is not seen: what has its name', { status: running, claims: [claim('data', { accessModes: ['ReadWriteMany'] })] }, [`namedJobs shop/${FIRST}`]],
  ['a Job with a ready pod: nothing', { status: running, jobs: [job(FIRST, 'ready')] }, []],
  ['a volume that is done: nothing', { status: { ...running, volumes: [{ pvc: 'data', phase: 'Completed' }] }, jobs: [job(FIRST, 'complete')] }, []],
  ['a new snapshot: classes, the driver, and what an earlier Backup of its name has kept', { spec: snap }, ['snapshotClasses', 'volumes pv-data', 'contentsOf shop/nightly-1']],
  ['an unbound snapshot: nothing', { spec: snap, status: { ...running, volumes: [{ pvc: 'data', phase: 'Running' }] }, snapshots: [snapshot('nightly-1-snap-data')] }, []],
  ['a good snapshot that is not shown: whether it is gone', { spec: snap, status: { phase: 'Completed', volumes: [{ pvc: 'data', phase: 'Completed', contentName: 'c' }] } },
    ['snapshots shop/nightly-1-snap-data', 'contents c', 'contents nightly-1-snap-data-rebound-']],
  ['a snapshot that was made and is not shown: whether it is gone, and then what is left of it', { spec: snap, status: { ...running, volumes: [{ pvc: 'data', phase: 'Running', snapshotName: 'nightly-1-snap-data' }] } },
    ['snapshots shop/nightly-1-snap-data', 'snapshotClasses', 'volumes pv-data', 'contentsOf shop/nightly-1', 'allContents']],
  ['a failed one that is gone: nothing', { spec: snap, status: { ...running, phase: 'Failed', volumes: [{ pvc: 'data', phase: 'Failed', snapshotName: 'nightly-1-snap-data' }] } }, []],
  ['a snapshot that is not shown before the record or the data goes: whether it is there', { spec: snap, status: { ...running, volumes: [{ pvc: 'data', phase: 'Running' }] }, finalizing: true }, ['snapshots shop/nightly-1-snap-data', 'allContents']],
  ['before the record goes nothing of the kind once its content is known', { spec: snap, status: { ...running, volumes: [{ pvc: 'data', phase: 'Completed', contentName: 'c' }] }, finalizing: true }, ['contents c', 'contents nightly-1-snap-data-rebound-']],
  ['data that is being removed may be held by a snapshot that is not shown', { spec: snap, status: { phase: 'Deleting', volumes: [{ pvc: 'data', phase: 'Running', contentName: 'c' }] } }, ['snapshots shop/nightly-1-snap-data', 'contents c', 'contents nightly-1-snap-data-rebound-', 'allContents']],
  ['a claim that is not shown: whether it is there', { claims: [] }, ['claims shop/data']],
  ['a claim without volume: how its class binds', { claims: [claim('data', {}, 'Pending')] }, ['activePods shop', 'storageClasses fast']],
  ['removing data: who still writes', { status: { ...running, phase: 'Deleting' } }, ['activePods shop', 'jobsOfBackup shop/nightly-1', 'namedJobs shop/nightly-1-delete-0']],
  ['removing data whose repository is not shown, while the record stays: nothing of it', { status: { ...running, phase: 'Deleting' }, repository: null }, ['activePods shop', 'jobsOfBackup shop/nightly-1', 'namedJobs shop/nightly-1-delete-0']],
  ['likewise while the record goes: whether it is there', { status: { ...running, phase: 'Deleting' }, repository: null, finalizing: true }, ['repositories shop/store', 'activePods shop', 'jobsOfBackup shop/nightly-1', 'namedJobs shop/nightly-1-delete-0']],
  ['a deleted record that keeps its data: nothing', { status: running, finalizing: true, jobs: [job(FIRST)] }, []],
]

for (const [sentence, scene, reads] of rows) {
  test(sentence, async () => assert.deepEqual((await play(scene)).reads.map((read) => read.replace(/(rebound-)[0-9a-f]{8}$/, '$1')), reads))
}

test('a read that fails fails the call: nothing is decided on half of the facts', async () => {
  class Broken extends FakeLive {
    override async activePods(): Promise<never> { throw new Error('the API server is away') }
  }
  await assert.rejects(backupHook.observe(requestOf({}), new Broken(), new Date(NOW)), /is away/)
})
