import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { BackupStatus, KubeObject } from '../../../schemas/generated/types.ts'
import { content, ended, job, pod, snapshot, user } from './objects.ts'
import { play, type Scene, type Seen } from './scene.ts'

const DELETE = 'nightly-1-delete-0'
const asked = { annotations: { 'holdfast.dev/delete-requested': '{"requestedBy":"retention","reason":"older than 30d"}' } }
const goneRecord = { deletionTimestamp: '2026-11-21T03:00:00Z' }
const done = { phase: 'Completed', startTime: '2026-11-21T02:00:00Z', volumes: [{ pvc: 'data', phase: 'Completed', jobName: 'nightly-1-backup-data', handle: 'abc' }] } satisfies BackupStatus
const deleting = { ...done, phase: 'Deleting', deletion: { requestedBy: 'retention', reason: 'old', priorPhase: 'Completed' } } satisfies BackupStatus
const failedOnce = { ...deleting, deletion: { ...deleting.deletion, failures: 1 } } satisfies BackupStatus
const removal = { role: 'delete' }
const words = { podsOfJob: { [`shop/${DELETE}`]: [ended(2, { operation: 'delete', reason: 'WrongKey', message: 'no key fits' })] } }

const unstarted = { ...deleting, volumes: [{ pvc: 'data', phase: 'Failed', reason: 'VolumeNotFound' }] } satisfies BackupStatus
const jobs = (...of: ReturnType<typeof job>[]) => ({ jobsOfBackup: { 'shop/nightly-1': of } })

const ownerReferences = [{ apiVersion: 'holdfast.dev/v1alpha1', kind: 'Backup', name: 'nightly-1', uid: 'backup-uid' }]
const ours = <Some extends ReturnType<typeof job>>(object: Some): Some => ({ ...object, metadata: { ...object.metadata, ownerReferences } })

/** Its grace was over at 02:10, and it runs on, as far as anybody knows. */
const stranded = (name: string, role: string): KubeObject => ({
  apiVersion: 'v1', kind: 'Pod', spec: { nodeName: 'node-1' }, status: { phase: 'Running', containerStatuses: [{ name: 'mover', state: { running: {} } }] },
  metadata: { name, namespace: 'shop', deletionTimestamp: '2026-11-21T02:10:00Z', labels: { 'holdfast.dev/backup': 'nightly-1', 'holdfast.dev/role': role } },
})

interface Row {
  readonly scene: Scene
  readonly reason?: string
  readonly names: readonly string[]
  readonly effects?: readonly string[]
  readonly finalized?: boolean
  readonly failures?: number
  readonly says?: RegExp
}

const rows: Record<string, Row> = {
  'first the status says so, and nothing else happens': { scene: { status: done, metadata: asked }, names: [], reason: 'Deleting', effects: ['emitEvent'] },
  'a running Job outlives the announcement': {
    scene: { status: { ...done, phase: 'Running' }, metadata: asked, jobs: [job('nightly-1-backup-data', 'ready')] }, names: ['nightly-1-backup-data'], effects: ['emitEvent'],
  },
  'then movers that still run are dropped': { scene: { status: deleting, metadata: asked, jobs: [job('nightly-1-backup-data', 'ready')] }, names: [], effects: [] },
  'and their pods awaited': {
    scene: { status: deleting, metadata: asked, cluster: { activePods: { shop: [user('m', { claim: 'data', labels: { 'holdfast.dev/backup': 'nightly-1', 'holdfast.dev/role': 'backup' } })] } } }, names: [],
  },
  'a mover that no cache shows is awaited too': { scene: { status: deleting, metadata: asked, cluster: jobs(job('nightly-1-backup-data', 'active')) }, names: [], effects: [] },
  'though the status knows of none': { scene: { status: unstarted, cluster: jobs(job('nightly-1-backup-data', 'active')) }, names: [], effects: [] },
  'a mover that has ended unseen may have stored something': { scene: { status: unstarted, cluster: jobs(job('nightly-1-backup-data', 'failed')) }, names: [DELETE] },
  'one that is nobody\'s and suspended is not waited for': { scene: { status: deleting, cluster: jobs({ ...job('nightly-1-backup-data', 'active'), spec: { suspend: true } }) }, names: [DELETE] },
  'a Job of somebody else under that name is left alone, and the next name taken': { scene: { status: deleting, cluster: { namedJobs: { [`shop/${DELETE}`]: job(DELETE, 'complete', removal) } } }, names: [], failures: 1, reason: 'DeletionFailed' },
  'one of ours that no cache shows is waited for': { scene: { status: deleting, cluster: { namedJobs: { [`shop/${DELETE}`]: ours(job(DELETE, 'complete', removal)) } } }, names: [DELETE] },
  'then one Job removes the data': { scene: { status: deleting, metadata: asked }, names: [DELETE], effects: [] },
  'it goes on without the annotation: half of the data may be gone': { scene: { status: deleting }, names: [DELETE] },
  'the Job stays while it runs': { scene: { status: deleting, metadata: asked, jobs: [job(DELETE, 'ready', removal)] }, names: [DELETE] },
  'a Job whose pod cannot start says why': {
    scene: { status: deleting, jobs: [job(DELETE, 'active', removal)], cluster: { podsOfJob: { [`shop/${DELETE}`]: [pod('p', { containerStatuses: [{ name: 'mover', state: { waiting: { reason: 'ErrImagePull' } } }] })] } } },
    names: [DELETE], reason: 'DeletionFailed',
  },
  'a complete Job lets the record go and stays as the evidence': { scene: { status: deleting, metadata: asked, jobs: [job(DELETE, 'complete', removal)] }, names: [DELETE], effects: ['deleteRecord'] },
  'a failed Job is kept for a minute': { scene: { status: deleting, jobs: [job(DELETE, 'failed', removal)], cluster: words, now: '2026-11-21T02:10:30Z' }, names: [DELETE], reason: 'DeletionFailed' },
  'then it is dropped and counted': { scene: { status: deleting, jobs: [job(DELETE, 'failed', removal)], cluster: words, now: '2026-11-21T02:11:00Z' }, names: [], reason: 'DeletionFailed', failures: 1 },
  'a Job whose pod does not end on a dead node is given up, for what is gone is not removed twice': {
    scene: { status: deleting, jobs: [job(DELETE, 'active', removal)], cluster: { podsOfJob: { [`shop/${DELETE}`]: [stranded('p', 'delete')] } }, now: '2026-11-21T02:30:00Z' }, names: [], failures: 1, reason: 'DeletionFailed', says: /kubectl delete node node-1$/,
  },
  'a mover on a dead node may be alive, so it is waited for, and that is said': {
    scene: { status: deleting, cluster: { activePods: { shop: [stranded('m', 'backup')] } }, now: '2026-11-28T02:30:00Z' }, names: [], reason: 'DeletionFailed', says: /pod m is still there; node node-1 does not answer/,
  },
  'one whose end was noted by a clock that is behind is kept for a minute from when it was made': {
    scene: { status: deleting, jobs: [job(DELETE, 'failed', { ...removal, created: '2026-11-21T02:40:00Z' })], cluster: words, now: '2026-11-21T02:40:30Z' }, names: [DELETE], reason: 'DeletionFailed',
  },
  'and another one is made': { scene: { status: failedOnce }, names: ['nightly-1-delete-1'] },
  'the second failure is kept for two minutes': { scene: { status: failedOnce, jobs: [job('nightly-1-delete-1', 'failed', removal)], now: '2026-11-21T02:11:59Z' }, names: ['nightly-1-delete-1'] },
  'a pod that never starts is a failure too': {
    scene: { status: deleting, jobs: [job(DELETE, 'active', removal)], cluster: { podsOfJob: { [`shop/${DELETE}`]: [pod('p', {})] } }, now: '2026-11-21T03:00:00Z' }, names: [], failures: 1, reason: 'DeletionFailed',
  },
  'without its repository it waits': { scene: { status: deleting, repository: null }, names: [], reason: 'DeletionFailed', effects: [] },
  'a run that started nothing has nothing to remove': {
    scene: { status: { ...deleting, volumes: [{ pvc: 'data', phase: 'Failed', reason: 'VolumeNotFound' }] } }, names: [], effects: ['deleteRecord'],
  },
  'a status that was lost before the announcement proves nothing, so the Job runs': {
    scene: { status: { phase: 'Deleting', deletion: { requestedBy: 'retention', reason: 'old' }, volumes: [{ pvc: 'data', phase: 'Pending' }] } }, names: [DELETE],
  },
  'a status without volumes proves nothing, so the Job runs': { scene: { status: { phase: 'Deleting' } }, names: [DELETE] },
  'deleting the record keeps the data': { scene: { status: done, finalizing: true, metadata: goneRecord }, names: [], finalized: true, effects: [] },
  'deleting the record with deletionPolicy Delete announces first': {
    scene: { status: done, finalizing: true, metadata: goneRecord, spec: { deletionPolicy: 'Delete' } }, names: [], finalized: false, effects: ['emitEvent'],
  },
  'then removes the data': { scene: { status: deleting, finalizing: true, metadata: goneRecord, spec: { deletionPolicy: 'Delete' } }, names: [DELETE], finalized: false },
  'then lets the record go': {
    scene: { status: deleting, finalizing: true, metadata: goneRecord, spec: { deletionPolicy: 'Delete' }, jobs: [job(DELETE, 'complete', removal)] }, names: [DELETE], finalized: true, effects: [],
  },
  'a record that goes without its repository keeps its data': {
    scene: { status: deleting, finalizing: true, metadata: { ...goneRecord, ...asked }, repository: null }, names: [], finalized: true, effects: ['emitEvent'],
  },
  'foreground deletion leaves the data and says so': {
    scene: { status: done, finalizing: true, metadata: { ...goneRecord, finalizers: ['foregroundDeletion'] }, spec: { deletionPolicy: 'Delete' } }, names: [], finalized: true, effects: ['emitEvent'],
  },
  'a withdrawn request lets the record go with its data': { scene: { status: deleting, finalizing: true, metadata: goneRecord }, names: [], finalized: true, effects: ['emitEvent'] },
}

for (const [sentence, row] of Object.entries(rows)) {
  test(sentence, async () => {
    const { status, names, effects, finalized } = await play(row.scene)
    assert.deepEqual(names, row.names)
    if (row.reason) assert.equal(status.reason, row.reason)
    if (row.effects) assert.deepEqual(effects.map(({ type }) => type), row.effects)
    if (row.finalized !== undefined) assert.equal(finalized, row.finalized)
    if (row.failures !== undefined) assert.equal(status.deletion?.failures, row.failures)
    if (row.says) assert.match(status.message ?? '', row.says)
  })
}

const busy = (lastTransitionTime: string): BackupStatus => ({ ...deleting, conditions: [{ type: 'Reconciling', status: 'True', reason: 'Deleting', message: '', lastTransitionTime }] })
const unmade: readonly (readonly [sentence: string, scene: Scene, words: RegExp, resync: number])[] = [
  ['a Job that was asked for just now says nothing yet', { status: busy('2026-11-21T02:00:00Z'), now: '2026-11-21T02:00:15Z' }, /from the repository$/, 5],
  ['one that is not there after a while says where to look, and is asked for for ever', { status: busy('2026-11-21T02:00:00Z'), now: '2026-11-28T02:00:00Z' }, /Job nightly-1-delete-0 has not been made; .*: kubectl describe backup nightly-1 -n shop$/, 60],
  ['one that only no cache shows is no such Job', { status: busy('2026-11-21T02:00:00Z'), now: '2026-11-28T02:00:00Z', cluster: { namedJobs: { [`shop/${DELETE}`]: ours(job(DELETE, 'complete', removal)) } } }, /from the repository$/, 60],
]
for (const [sentence, scene, words, expected] of unmade) {
  test(sentence, async () => {
    const { status, names, resync } = await play(scene)
    assert.deepEqual([names, resync, status.reason], [[DELETE], expected, 'Deleting'])
    assert.match(status.message ?? '', words)
  })
}

test('who asked, why, and what the run was stays in the status', async () => {
  const { status } = await play(rows['first the status says so, and nothing else happens']!.scene)
  assert.equal(status.phase, 'Deleting')
  assert.deepEqual(status.deletion, { requestedBy: 'retention', reason: 'older than 30d', priorPhase: 'Completed' })
  assert.match(status.message ?? '', /retention.*older than 30d/)
})

test('a Job that the status does not know yet is noted: it may have written, and is dropped next', async () => {
  const { status } = await play({ status: { phase: 'Queued', volumes: [{ pvc: 'data', phase: 'Pending' }] }, metadata: asked, jobs: [job('nightly-1-backup-data', 'ready')] })
  assert.equal(status.volumes?.[0]?.jobName, 'nightly-1-backup-data')
  const { names } = await play({ status, metadata: asked })
  assert.deepEqual(names, [DELETE])
})

test('the Job knows every volume, and its handle', async () => {
  const { children } = await play(rows['then one Job removes the data']!.scene)
  assert.match(JSON.stringify(children[0]), /\\"points\\":\[\{\\"volume\\":\\"data\\",\\"handle\\":\\"abc\\"\}\]/)
})

test('a task never outgrows an environment variable', async () => {
  const volumes = Array.from({ length: 500 }, (_, index) => `volume-${index}`)
  const status = { phase: 'Deleting', volumes: volumes.map((pvc) => ({ pvc, phase: 'Completed', jobName: 'j', handle: 'f'.repeat(300) })) } satisfies BackupStatus
  const { children } = await play({ spec: { volumes }, status })
  const task = /"HOLDFAST_TASK","value":"((?:[^"\\]|\\.)*)"/.exec(JSON.stringify(children[0]))?.[1] ?? ''
  assert.ok(task.length > 10_000 && task.length < 128 * 1024)
})

const SNAP = 'nightly-1-snap-data'
const shot = { phase: 'Deleting', volumes: [{ pvc: 'data', phase: 'Completed', handle: 'h', driver: 'csi.example', contentName: 'content-1' }] } satisfies BackupStatus
const strategy = { strategy: 'snapshot', repositoryRef: undefined } as const
const contents = (...list: ReturnType<typeof content>[]) => ({ contents: Object.fromEntries(list.map((item) => [item.metadata.name, item])) })

const owned = ours(snapshot(SNAP))

const snapshots: readonly [string, Scene, (seen: Seen) => unknown, unknown][] = [
  ['a snapshot: its content takes the data along, then its object is dropped',
    { status: shot, snapshots: [snapshot(SNAP, { boundVolumeSnapshotContentName: 'content-1' })], cluster: contents(content('content-1', { of: SNAP })) },
    whatIsDone, [['patchContent', 'content-1', 'Delete']]],
  ['nothing is touched where VolumeSnapshots are not served, and it says so', { status: shot, snapshots: null, cluster: contents(content('content-1', { of: SNAP })) },
    ({ status, effects, resync }) => [status.phase, status.reason, /has no VolumeSnapshot API; .*helm upgrade/.test(status.message ?? ''), effects.length, resync], ['Deleting', 'DeletionFailed', true, 0, 60]],
  ['nothing was ever made there', { status: { phase: 'Deleting', volumes: [{ pvc: 'data', phase: 'Failed' }] }, snapshots: null }, ({ effects }) => effects.map(({ type }) => type), ['deleteRecord']],
  ['a content that does not go because its VolumeSnapshot was torn away is told so', { status: shot, cluster: contents(content('content-1', { of: SNAP, policy: 'Delete', metadata: { deletionTimestamp: '2026-11-21T02:00:00Z' } })) },
    ({ effects }) => effects.map((effect) => [effect.type, 'annotations' in effect ? Object.keys(effect.annotations ?? {}) : []]),
    [['patchContent', ['snapshot.storage.kubernetes.io/volumesnapshot-being-deleted']], ['deleteContent', []]]],
  ['a content without its VolumeSnapshot is deleted itself', { status: shot, cluster: contents(content('content-1', { of: SNAP })) },
    whatIsDone, [['patchContent', 'content-1', 'Delete'], ['deleteContent', 'content-1', undefined]]],
  ['a content that may delete only has to go', { status: shot, cluster: contents(content('content-1', { of: SNAP, policy: 'Delete' })) },
    whatIsDone, [['deleteContent', 'content-1', undefined]]],
  ['a content of somebody else is not touched', { status: shot, cluster: contents(content('content-1', { of: 'theirs' })) }, whatIsDone, [['deleteRecord', 'nightly-1', undefined]]],
  ['a VolumeSnapshot that is no child any more and holds the content goes with it', { status: shot, cluster: { ...contents(content('content-1', { of: SNAP, policy: 'Delete', uid: `uid-${SNAP}` })), snapshots: { [`shop/${SNAP}`]: snapshot(SNAP) } } },
    whatIsDone, [['deleteSnapshot', SNAP, undefined], ['deleteContent', 'content-1', undefined]]],
  ['one that holds another content is somebody\'s', { status: shot, cluster: { ...contents(content('content-1', { of: SNAP, policy: 'Delete', uid: 'uid-of-another' })), snapshots: { [`shop/${SNAP}`]: snapshot(SNAP) } } },
    whatIsDone, [['deleteContent', 'content-1', undefined]]],
  ['one that nothing tells of goes as well, before the record', { status: shot, cluster: contents(content('late', { of: SNAP, policy: 'Delete', metadata: { creationTimestamp: '2026-11-21T02:00:05Z' } })) }, whatIsDone, [['deleteContent', 'late', undefined]]],
  ['but not one that was kept of another run of this name', { status: shot, cluster: contents(content('kept', { of: SNAP, metadata: { creationTimestamp: '2026-11-20T02:00:05Z' } })) }, whatIsDone, [['deleteRecord', 'nightly-1', undefined]]],
  ['no content is left', { status: shot }, whatIsDone, [['deleteRecord', 'nightly-1', undefined]]],
  ['what the driver complains about is told', { status: shot, cluster: contents(content('content-1', { of: SNAP, error: 'busy' })) }, ({ status }) => [status.reason, /busy/.test(status.message ?? '')], ['DeletionFailed', true]],
  ['a snapshot that was not bound yet is found by the name that it will have', { status: { phase: 'Deleting', volumes: [{ pvc: 'data', phase: 'Running' }] }, snapshots: [snapshot(SNAP)], cluster: contents(content(`snapcontent-uid-${SNAP}`, { of: SNAP })) },
    whatIsDone, [['patchContent', `snapcontent-uid-${SNAP}`, 'Delete']]],
  ['one that no cache shows is found too', { status: { phase: 'Deleting', volumes: [{ pvc: 'data', phase: 'Running' }] }, cluster: { ...contents(content(`snapcontent-uid-${SNAP}`, { of: SNAP })), snapshots: { [`shop/${SNAP}`]: owned } } },
    whatIsDone, [['patchContent', `snapcontent-uid-${SNAP}`, 'Delete'], ['deleteSnapshot', SNAP, undefined]]],
  ['one whose labels somebody took away is deleted: Metacontroller does not see it, and does not let go of it while its parent leaves', { status: shot, cluster: { ...contents(content('content-1', { of: SNAP, policy: 'Delete' })), snapshots: { [`shop/${SNAP}`]: owned } } },
    whatIsDone, [['deleteSnapshot', SNAP, undefined]]],
  ['such a one without a content too', { status: shot, cluster: { snapshots: { [`shop/${SNAP}`]: owned } } }, whatIsDone, [['deleteSnapshot', SNAP, undefined]]],
  ['not again when it is on its way', { status: shot, cluster: { snapshots: { [`shop/${SNAP}`]: { ...owned, metadata: { ...owned.metadata, deletionTimestamp: '2026-11-21T02:00:00Z' } } } } }, whatIsDone, []],
  ['a namesake of it is nobody\'s that we know', { status: { phase: 'Deleting', volumes: [{ pvc: 'data', phase: 'Running' }] }, cluster: { ...contents(content(`snapcontent-uid-${SNAP}`, { of: SNAP })), snapshots: { [`shop/${SNAP}`]: snapshot(SNAP) } } },
    whatIsDone, [['deleteRecord', 'nightly-1', undefined]]],
  ['the announcement notes the content that a snapshot will have', { status: { phase: 'Running', volumes: [{ pvc: 'data', phase: 'Running' }] }, metadata: asked, snapshots: [snapshot(SNAP)] },
    ({ status }) => [status.phase, status.volumes?.[0]?.contentName], ['Deleting', `snapcontent-uid-${SNAP}`]],
  ['nothing is touched by the announcement', { status: { ...shot, phase: 'Completed' }, metadata: asked, snapshots: [snapshot(SNAP, { boundVolumeSnapshotContentName: 'content-1' })], cluster: contents(content('content-1', { of: SNAP })) },
    (seen) => [seen.names, whatIsDone(seen)], [[SNAP], [['emitEvent', 'nightly-1.deleting', undefined]]]],
]

for (const [sentence, scene, look, expected] of snapshots) {
  test(sentence, async () => assert.deepEqual(look(await play({ spec: strategy, ...scene })), expected))
}

function whatIsDone({ effects }: Seen): unknown {
  return effects.map((effect) => [effect.type, 'target' in effect ? effect.target.name : 'name' in effect && effect.name, 'deletionPolicy' in effect ? effect.deletionPolicy : undefined])
}

const reader = (name: string, status: object, metadata: object = {}) => ({ apiVersion: 'holdfast.dev/v1alpha1', kind: 'Restore', metadata: { name, namespace: 'shop', ...metadata }, status })

for (const [sentence, restores, waits] of [
  ['waits for a Restore that reads it', { 'shop/r': reader('r', { backup: 'nightly-1', phase: 'Running' }) }, true],
  ['does not wait for one that has ended', { 'shop/r': reader('r', { backup: 'nightly-1', phase: 'Completed' }) }, false],
  ['does not wait for one that reads another Backup', { 'shop/r': reader('r', { backup: 'nightly-2', phase: 'Running' }) }, false],
  ['does not wait for one that is being deleted itself', { 'shop/r': reader('r', { backup: 'nightly-1', phase: 'Running' }, { deletionTimestamp: '2026-11-21T03:00:00Z' }) }, false],
] as const) {
  test(`the removal ${sentence}`, async () => {
    const { status, effects, resync, finalized } = await play({ status: done, metadata: asked, cluster: { restores } })
    assert.deepEqual([status.phase, resync, finalized], waits ? ['Completed', 15, false] : ['Deleting', 1, false])
    assert.match(JSON.stringify(effects), waits ? /"nightly-1.waits".*Restore r, which reads it/ : /"nightly-1.deleting"/)
  })
}
