import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { matchesGolden } from '../jobs/golden.ts'
import { content, ended, job, persistentVolume, pod, repository, snapshot, snapshotClass, user } from './objects.ts'
import { NOW, play, type Scene } from './scene.ts'

/*
 * What goes in and what comes out, byte for byte: golden/<name>.request.json and golden/<name>.response.json.
 */
const FIRST = 'nightly-1-backup-data'
const SNAP = 'nightly-1-snap-data'
const running = { phase: 'Running', startTime: NOW, volumes: [{ pvc: 'data', phase: 'Running', jobName: FIRST }, { pvc: 'wal', phase: 'Pending' }] } satisfies Scene['status']
const two = { volumes: ['data', 'wal'], mover: { parallelism: 1 } }
const snap = { strategy: 'snapshot', repositoryRef: undefined } as const

const scenes: Record<string, Scene> = {
  'external-new': { spec: two, cluster: { activePods: { shop: [user('db-0', { claim: 'data' })] } } },
  'external-queued': { repository: repository('Failed', { reason: 'BucketNotFound', message: 'bucket backups does not exist' }) },
  'external-pending': { spec: two, status: running, jobs: [job(FIRST)], cluster: { podsOfJob: { [`shop/${FIRST}`]: [pod('p', { phase: 'Pending', containerStatuses: [{ name: 'mover', image: 'x', state: { waiting: { reason: 'ErrImagePull', message: 'not found' } } }] })] } } },
  'external-next': { spec: two, status: running, jobs: [job(FIRST, 'complete')], cluster: { podsOfJob: { [`shop/${FIRST}`]: [ended(0, { handle: 'abc', bytes: 5, files: 1, errors: 0 })] } } },
  'external-failed': { status: running, jobs: [job(FIRST, 'failed')], cluster: { podsOfJob: { [`shop/${FIRST}`]: [ended(137, '', 'OOMKilled')] } } },
  'custom-new': { spec: { strategy: 'custom', image: 'postgres:16', custom: { command: ['pg_dump'] } } },
  'snapshot-new': { spec: snap, cluster: { volumes: { 'pv-data': persistentVolume('pv-data', 'csi.example') }, snapshotClasses: [snapshotClass('fast', { default: true })] } },
  'snapshot-ready': {
    spec: snap, status: { phase: 'Running', startTime: NOW, volumes: [{ pvc: 'data', phase: 'Running' }] },
    snapshots: [snapshot(SNAP, { boundVolumeSnapshotContentName: 'content-1', readyToUse: true, restoreSize: '1Gi' })], cluster: { contents: { 'content-1': content('content-1', { of: SNAP, handle: 'h' }) } },
  },
  'deleting': { status: { phase: 'Deleting', volumes: [{ pvc: 'data', phase: 'Completed', jobName: FIRST, handle: 'abc' }], deletion: { requestedBy: 'alice', reason: 'old', priorPhase: 'Completed' } } },
}

for (const [name, scene] of Object.entries(scenes)) {
  test(name, async () => {
    const file = (part: string) => new URL(`./golden/${name}.${part}.json`, import.meta.url)
    matchesGolden(scene, file('request'))
    const { status, children, effects, resync, finalized } = await play(JSON.parse(readFileSync(file('request'), 'utf8')))
    matchesGolden({ status, children, effects: effects.map((effect) => ('about' in effect ? { ...effect, about: effect.about.metadata.name } : effect)), resync, finalized }, file('response'))
  })
}
