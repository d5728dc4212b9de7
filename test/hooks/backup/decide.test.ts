import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { BackupStatus } from '../../../schemas/generated/types.ts'
import { claim, ended, event, job, pod, repository, user } from './objects.ts'
import { play, type Scene, type Seen } from './scene.ts'

const FIRST = 'nightly-1-backup-data'
const SECOND = 'nightly-1-backup2-data'
const good = { handle: 'abc', bytes: 10, bytesStored: 4, files: 2, errors: 0 }
const begun = { phase: 'Running', startTime: '2026-11-21T02:00:00Z' } as const
const running = { ...begun, volumes: [{ pvc: 'data', phase: 'Running', jobName: FIRST }] } satisfies Scene['status']
const atWork = { pvc: 'data', phase: 'Running', jobName: FIRST, startTime: begun.startTime } as const
const asked = { ...begun, volumes: [{ ...atWork, reason: 'Running' }] } satisfies Scene['status']
/** What has the name of the first Job and is not shown. */
const named = (metadata: object) => ({ namedJobs: { [`shop/${FIRST}`]: { ...job(FIRST), metadata: { name: FIRST, namespace: 'shop', ...metadata } } } })
/** Another run's mover has the volume, which only one pod may mount. */
const inUse = { claims: [claim('data', { accessModes: ['ReadWriteOncePod'] })], cluster: { activePods: { shop: [user('other', { claim: 'data', labels: { 'app.kubernetes.io/managed-by': 'holdfast' } })] } } } satisfies Scene
const givenUp = { ...begun, volumes: [{ pvc: 'data', phase: 'Failed', jobName: FIRST, reason: 'StartupTimeout' }, { pvc: 'logs', phase: 'Pending' }] } satisfies Scene['status']
const two = { volumes: ['data', 'logs'], mover: { parallelism: 1 } } satisfies Scene['spec']
const pods = (name: string, ...list: ReturnType<typeof pod>[]) => ({ podsOfJob: { [`shop/${name}`]: list } })
const waiting = (reason: string, message: string) => pod('pending', { phase: 'Pending', containerStatuses: [{ name: 'mover', state: { waiting: { reason, message } } }] })

interface Row {
  readonly scene: Scene
  readonly phase: string
  readonly reason?: string
  readonly volume?: string
  readonly volumeReason?: string
  readonly names?: readonly string[]
  /** Reasons of all volumes. */
  readonly volumes?: readonly (string | undefined)[]
  /** Of the run's message. */
  readonly words?: RegExp
}

const rows: Record<string, Row> = {
  'a new Backup with a ready repository starts its Job': { scene: {}, phase: 'Running', volume: 'Running', names: [FIRST] },
  'it waits for a repository that is being checked': { scene: { repository: repository('Checking') }, phase: 'Queued', volume: 'Pending', names: [] },
  'it waits for a repository that is not there': { scene: { repository: null }, phase: 'Queued', names: [] },
  'it gives up on a repository after startupTimeoutSeconds': {
    scene: { repository: repository('Failed', { reason: 'WrongKey', message: 'no key' }), now: '2026-11-21T02:10:00Z' }, phase: 'Failed', reason: 'RepositoryNotReady', volume: 'Failed',
  },
  'it gives up on a repository that never came': { scene: { repository: null, now: '2026-11-21T02:10:00Z' }, phase: 'Failed', reason: 'RepositoryNotFound' },
  'a failed repository does not stop a run that is under way': {
    scene: { repository: repository('Failed'), status: running, jobs: [job(FIRST, 'ready')], now: '2026-11-21T09:00:00Z' }, phase: 'Running', names: [FIRST],
  },
  'no volumes is a failure of its own': { scene: { spec: { volumes: [] } }, phase: 'Failed', reason: 'NoVolumesMatched' },
  'a running Job stays listed': { scene: { status: running, jobs: [job(FIRST, 'ready')] }, phase: 'Running', names: [FIRST] },
  'a Job whose status was lost is found again': { scene: { jobs: [job(FIRST, 'ready')] }, phase: 'Running', volume: 'Running', names: [FIRST] },
  'a repository that is gone does not stop Jobs whose status was lost': {
    scene: { repository: null, jobs: [job(FIRST, 'ready')], now: '2026-11-21T09:00:00Z' }, phase: 'Running', names: [FIRST],
  },
  'a complete Job with a result completes the run': {
    scene: { status: running, jobs: [job(FIRST, 'complete')], cluster: pods(FIRST, ended(0, good)) }, phase: 'Completed', volume: 'Completed', names: [FIRST],
  },
  'unreadable files make it PartiallyFailed': {
    scene: { status: running, jobs: [job(FIRST, 'complete')], cluster: pods(FIRST, ended(0, { ...good, errors: 2, errorSamples: ['/a: denied'] })) },
    phase: 'PartiallyFailed', reason: 'UnreadableFiles', volume: 'PartiallyFailed',
  },
  'a success with a reason is not whole either': {
    scene: { status: running, jobs: [job(FIRST, 'complete')], cluster: pods(FIRST, ended(0, { ...good, reason: 'EmptyVolume', message: 'no files' })) },
    phase: 'PartiallyFailed', reason: 'EmptyVolume',
  },
  'a failed Job says why': {
    scene: { status: running, jobs: [job(FIRST, 'failed')], cluster: pods(FIRST, ended(2, { reason: 'WrongKey', message: 'no key fits' })) },
    phase: 'Failed', reason: 'WrongKey', volume: 'Failed', names: [FIRST],
  },
  'a lost result is asked for again': { scene: { status: running, jobs: [job(FIRST, 'complete')] }, phase: 'Running', volume: 'Running', names: [FIRST, SECOND] },
  'a result without a handle is no proof': {
    scene: { status: running, jobs: [job(FIRST, 'complete')], cluster: pods(FIRST, ended(0, {})) }, phase: 'Running', names: [FIRST, SECOND],
  },
  'the second answer counts': {
    scene: { status: running, jobs: [job(FIRST, 'complete'), job(SECOND, 'complete')], cluster: pods(SECOND, ended(0, good)) }, phase: 'Completed',
  },
  'a result lost twice is a failure': { scene: { status: running, jobs: [job(FIRST, 'complete'), job(SECOND, 'complete')] }, phase: 'Failed', reason: 'ResultLost' },
  'a Job that somebody removed is made again': { scene: { status: running }, phase: 'Running', volume: 'Running', names: [FIRST] },
  'a Job that was asked for just now says nothing yet': { scene: { status: asked, now: '2026-11-21T02:00:15Z' }, phase: 'Running', volumeReason: 'Running', names: [FIRST], words: /^0 of 1 volume done$/ },
  'one that is not there after a while says where to look': {
    scene: { status: asked, now: '2026-11-21T02:00:16Z' }, phase: 'Running', volumeReason: 'Running', names: [FIRST], words: /has not been made; a quota .*: kubectl describe backup nightly-1 -n shop/,
  },
  'and fails the volume in the end': { scene: { status: asked, now: '2026-11-21T02:10:00Z' }, phase: 'Failed', reason: 'StartupTimeout', names: [] },
  'unless it is there and only no cache shows it': {
    scene: { status: asked, now: '2026-11-21T02:10:00Z', cluster: named({ ownerReferences: [{ uid: 'backup-uid' }] }) }, phase: 'Running', volumeReason: 'Running', names: [FIRST], words: /^0 of 1 volume done$/,
  },
  'one that had begun and was removed is asked for anew, however late': { scene: { status: { ...begun, volumes: [atWork] }, now: '2026-11-21T03:00:00Z' }, phase: 'Running', volumeReason: 'Running', names: [FIRST] },
  'another\'s Job under its name is told': {
    scene: { status: asked, now: '2026-11-21T02:00:05Z', cluster: named({}) }, phase: 'Running', volumeReason: 'TargetExists', names: [FIRST], words: /kubectl delete job nightly-1-backup-data -n shop/,
  },
  'that is being asked for since then': {
    scene: { status: { ...begun, volumes: [{ ...atWork, reason: 'TargetExists' }] }, now: '2026-11-21T02:10:00Z', cluster: named({}) }, phase: 'Failed', reason: 'TargetExists', names: [],
  },
  'a second Job has its own patience': {
    scene: { status: { ...begun, volumes: [atWork] }, jobs: [job(FIRST, 'complete')], now: '2026-11-21T03:00:00Z' }, phase: 'Running', volumeReason: 'Running', names: [FIRST, SECOND],
  },
  'a pod that waits says why at once': {
    scene: { status: running, jobs: [job(FIRST)], cluster: pods(FIRST, waiting('ImagePullBackOff', 'no such image')), now: '2026-11-21T02:00:10Z' },
    phase: 'Running', volume: 'Running', volumeReason: 'ImagePullFailed', names: [FIRST],
  },
  'a pod that never started fails the run; its Job goes when that is written down': {
    scene: { status: running, jobs: [job(FIRST)], cluster: pods(FIRST, waiting('CreateContainerConfigError', 'secret "store" not found')), now: '2026-11-21T02:10:03Z' },
    phase: 'Failed', reason: 'SecretNotFound', names: [FIRST],
  },
  'without a known cause it is a StartupTimeout': {
    scene: { status: running, jobs: [job(FIRST)], cluster: pods(FIRST, pod('pending', { phase: 'Pending' })), now: '2026-11-21T02:10:03Z' }, phase: 'Failed', reason: 'StartupTimeout',
  },
  'a Job that may make no pod says so': {
    scene: { status: running, jobs: [job(FIRST)], cluster: { jobEvents: { [`shop/${FIRST}`]: [event('FailedCreate', 'pods "x" is forbidden: exceeded quota: q')] } } },
    phase: 'Running', volumeReason: 'PodForbidden',
  },
  'a Job that nobody takes up fails the run': {
    scene: { status: running, jobs: [{ ...job(FIRST), status: {} }], now: '2026-11-21T02:10:03Z' }, phase: 'Failed', reason: 'StartupTimeout', names: [FIRST],
  },
  'a Job whose pod was lost with its node gets another, however late': {
    scene: { status: running, jobs: [job(FIRST)], now: '2026-11-21T05:00:00Z' }, phase: 'Running', volume: 'Running', names: [FIRST],
  },
  'an obstacle has its own patience, however long the volume waited for its turn': {
    scene: { spec: { volumes: ['data'] }, status: { ...begun, volumes: [{ pvc: 'data', phase: 'Pending', reason: 'Queued' }] }, now: '2026-11-21T03:00:00Z', ...inUse },
    phase: 'Running', volume: 'Pending', volumeReason: 'VolumeInUse',
  },
  'and fails when it stays': {
    scene: { status: { ...begun, volumes: [{ pvc: 'data', phase: 'Pending', reason: 'VolumeInUse', startTime: '2026-11-21T03:00:00Z' }] }, now: '2026-11-21T03:10:00Z', ...inUse },
    phase: 'Failed', reason: 'VolumeInUse',
  },
  'a volume that lost its place is asked for anew': {
    scene: { spec: two, status: { ...begun, volumes: [atWork, { pvc: 'logs', phase: 'Running', jobName: 'nightly-1-backup-logs', startTime: begun.startTime, reason: 'Running' }] }, jobs: [job(FIRST, 'ready')], now: '2026-11-21T04:00:00Z' },
    phase: 'Running', names: [FIRST], volumes: [undefined, undefined],
  },
  'a volume that had a Job which no cache shows keeps its place while its claim is in use': {
    scene: { spec: two, status: running, claims: [claim('data', { accessModes: ['ReadWriteOncePod'] }), claim('logs')], cluster: { activePods: { shop: [user('other', { claim: 'data', labels: { 'app.kubernetes.io/managed-by': 'holdfast' } })] } } },
    phase: 'Running', volume: 'Running', volumeReason: 'VolumeInUse', names: [],
  },
  'a volume that is given up keeps its place until its Job is gone': {
    scene: { spec: two, status: running, jobs: [job(FIRST)], cluster: pods(FIRST, pod('pending', { phase: 'Pending' })), now: '2026-11-21T02:10:03Z' }, phase: 'Running', volume: 'Failed', names: [FIRST],
  },
  'also when that is written down': { scene: { spec: two, status: givenUp, jobs: [job(FIRST)] }, phase: 'Running', volume: 'Failed', names: [] },
  'then the next volume has its turn': { scene: { spec: two, status: givenUp }, phase: 'Running', volume: 'Failed', names: ['nightly-1-backup-logs'] },
  'the run has a deadline': { scene: { status: running, jobs: [job(FIRST, 'ready')], now: '2026-11-22T02:00:00Z' }, phase: 'Failed', reason: 'DeadlineExceeded', names: [FIRST] },
  'what ended before the deadline counts': {
    scene: { status: running, jobs: [job(FIRST, 'complete')], cluster: pods(FIRST, ended(0, good)), now: '2026-11-22T02:00:00Z' }, phase: 'Completed',
  },
  'cancelling ends the run': { scene: { status: running, jobs: [job(FIRST, 'ready')], metadata: cancel() }, phase: 'Failed', reason: 'Cancelled', names: [FIRST] },
  'the Job of a cancelled run goes': {
    scene: { status: { phase: 'Failed', reason: 'Cancelled', volumes: [{ pvc: 'data', phase: 'Failed', jobName: FIRST }] }, jobs: [job(FIRST, 'ready')], metadata: cancel() }, phase: 'Failed', reason: 'Cancelled', names: [],
  },
  'one that the status does not know yet is noted first': {
    scene: { status: { phase: 'Failed', reason: 'Cancelled', volumes: [{ pvc: 'data', phase: 'Failed' }] }, jobs: [job(FIRST, 'ready')], metadata: cancel() }, phase: 'Failed', reason: 'Cancelled', names: [FIRST],
  },
  'cancelling a queued run ends it': { scene: { repository: null, metadata: cancel() }, phase: 'Failed', reason: 'Cancelled' },
  'cancelling comes too late for what has ended': {
    scene: { status: running, jobs: [job(FIRST, 'complete')], cluster: pods(FIRST, ended(0, good)), metadata: cancel() }, phase: 'Completed',
  },
  'a finished run keeps its verdict and its Jobs': {
    scene: { status: { phase: 'Failed', reason: 'WrongKey', volumes: [{ pvc: 'data', phase: 'Failed' }] }, jobs: [job(FIRST, 'failed')] }, phase: 'Failed', reason: 'WrongKey', names: [FIRST],
  },
  'a finished run never starts anything': { scene: { status: { phase: 'Completed', volumes: [{ pvc: 'data', phase: 'Completed' }] } }, phase: 'Completed', names: [] },
  'a Job that outlived its failed volume goes': {
    scene: { status: { phase: 'Failed', volumes: [{ pvc: 'data', phase: 'Failed', jobName: FIRST }] }, jobs: [job(FIRST, 'ready')] }, phase: 'Failed', names: [],
  },
  'a deleted record leaves its data and stops its Jobs': { scene: { status: running, jobs: [job(FIRST, 'ready')], finalizing: true }, phase: 'Running', names: [] },
}

for (const [sentence, row] of Object.entries(rows)) {
  test(sentence, async () => {
    const { status, names } = await play(row.scene)
    assert.equal(status.phase, row.phase)
    if (row.reason) assert.equal(status.reason, row.reason)
    if (row.volume) assert.equal(status.volumes?.[0]?.phase, row.volume)
    if (row.volumeReason) assert.equal(status.volumes?.[0]?.reason, row.volumeReason)
    if (row.volumes) assert.deepEqual(status.volumes?.map(({ reason }) => reason), row.volumes)
    if (row.names) assert.deepEqual(names, row.names)
    if (row.words) assert.match(status.message ?? '', row.words)
  })
}

test('numbers, times and the Job of a result stand in the volume and are summed up in the run', async () => {
  const { status } = await play(rows['a complete Job with a result completes the run']!.scene)
  assert.deepEqual(status.volumes?.[0], {
    pvc: 'data', phase: 'Completed', jobName: FIRST, handle: 'abc', bytes: 10, bytesStored: 4, files: 2, errors: 0, size: '1Gi', storageClassName: 'fast',
    accessModes: ['ReadWriteOnce'], startTime: '2026-11-21T02:00:02Z', completionTime: '2026-11-21T02:10:00Z',
  })
  assert.deepEqual([status.bytes, status.files, status.errors, status.volumesSummary], [10, 2, 0, '1/1'])
  assert.equal(status.completionTime, '2026-11-21T02:10:00Z', 'from the Job, not from the clock')
})

test('at most parallelism Jobs run, and a vanished one comes before new ones', async () => {
  const volumes = ['a', 'b', 'c', 'd']
  const status = { ...begun, volumes: [{ pvc: 'a', phase: 'Pending' }, { pvc: 'b', phase: 'Running', jobName: 'nightly-1-backup-b' }, { pvc: 'c', phase: 'Running' }] } satisfies Scene['status']
  const first = await play({ spec: { volumes, mover: { parallelism: 2 } } })
  assert.deepEqual(first.names, ['nightly-1-backup-a', 'nightly-1-backup-b'])
  const next = await play({ spec: { volumes, mover: { parallelism: 2 } }, status, jobs: [job('nightly-1-backup-c', 'ready')] })
  assert.deepEqual(next.names, ['nightly-1-backup-b', 'nightly-1-backup-c'])
})

test('a Job counts as running until it has ended, a finished one gives its place away', async () => {
  const spec = { volumes: ['a', 'b'], mover: { parallelism: 1 } }
  const status = { ...begun, volumes: [{ pvc: 'a', phase: 'Running', jobName: 'nightly-1-backup-a' }, { pvc: 'b', phase: 'Pending' }] } satisfies Scene['status']
  assert.deepEqual((await play({ spec, status, jobs: [job('nightly-1-backup-a', 'ready')] })).names, ['nightly-1-backup-a'])
  const done = await play({ spec, status, jobs: [job('nightly-1-backup-a', 'complete')], cluster: pods('nightly-1-backup-a', ended(0, good)) })
  assert.deepEqual(done.names, ['nightly-1-backup-a', 'nightly-1-backup-b'])
})

test('the mover goes to the node where its volume is in use', async () => {
  const { children } = await play({ cluster: { activePods: { shop: [user('db-0', { claim: 'data', node: 'n7' })] } } })
  assert.match(JSON.stringify(children[0]), /"metadata.name","operator":"In","values":\["n7"\]/)
})

test('each end of a run is one Event, and a settled run sends none', async () => {
  const event = (seen: Seen) => seen.effects.filter((effect) => effect.type === 'emitEvent')
  const [end] = event(await play(rows['a failed Job says why']!.scene))
  assert.deepEqual([end?.name, end?.eventType, end?.reason], ['nightly-1.failed', 'Warning', 'WrongKey'])
  const [done] = event(await play(rows['a complete Job with a result completes the run']!.scene))
  assert.deepEqual([done?.name, done?.eventType, done?.reason], ['nightly-1.completed', 'Normal', 'Completed'])
  assert.deepEqual(event(await play(rows['a finished run keeps its verdict and its Jobs']!.scene)), [])
})

test('a run in progress looks again when something may be late, a settled one never', async () => {
  const resync = async (name: string) => (await play(rows[name]!.scene)).resync
  assert.equal(await resync('a new Backup with a ready repository starts its Job'), 5)
  assert.equal(await resync('a pod that waits says why at once'), 5)
  assert.equal(await resync('a running Job stays listed'), 86_400)
  assert.equal(await resync('it waits for a repository that is being checked'), 600)
  assert.equal(await resync('a finished run keeps its verdict and its Jobs'), undefined)
})

test('a settled run makes no read, one whose pods are ready only needs none of them', async () => {
  assert.deepEqual((await play(rows['a finished run keeps its verdict and its Jobs']!.scene)).reads, [])
  assert.deepEqual((await play(rows['a running Job stays listed']!.scene)).reads, [])
})

test('500 volumes with long messages stay far below what the API server stores', async () => {
  const volumes = Array.from({ length: 500 }, (_, index) => `volume-with-a-rather-long-name-${index}`)
  const { status } = await play({ spec: { volumes, mover: { parallelism: 100 } }, claims: [] })
  assert.equal(status.phase, 'Failed')
  assert.ok(JSON.stringify(status).length < 500_000)
})

function cancel() {
  return { annotations: { 'holdfast.dev/cancel-requested': '{"requestedBy":"alice","reason":"too slow"}' } }
}

test('a Job that turns up after the verdict is noted, so that its data is removed one day', async () => {
  const status = { phase: 'Failed', reason: 'RepositoryNotReady', volumes: [{ pvc: 'data', phase: 'Failed' }] } satisfies BackupStatus
  const seen = await play({ status, jobs: [job(FIRST, 'complete')] })
  assert.deepEqual([seen.status.phase, seen.status.volumes], ['Failed', [{ pvc: 'data', phase: 'Failed', jobName: FIRST }]])
})
