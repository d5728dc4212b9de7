import assert from 'node:assert/strict'
import test from 'node:test'
import { decideRepository } from '../../../hooks/backuprepository/decide.ts'
import type { Decision } from '../../../hooks/hook.ts'
import { REGISTRY_ENTRY } from './entry.ts'
import { syncAnswer } from '../../../hooks/validate-answer.ts'
import type { BackupRepository, BackupRepositoryStatus, KubeObject } from '../../../schemas/generated/types.ts'
import { matchesGolden } from '../jobs/golden.ts'
import { checkJob, disk, ended, failed, inputOf, JOB_NAME, PVC, podOf, ready, repository, S3, type Scene } from './samples.ts'

const waitingForSecret = podOf({ containerStatuses: [{ name: 'mover', state: { waiting: { reason: 'CreateContainerConfigError', message: 'secret "store" not found' } } }] })
const said = { operation: 'check', ok: false, reason: 'BucketNotFound', message: 'bucket backups does not exist; create it' }

/** A Ready repository, checked at 02:10, for which a check is asked for at this time. */
function asked(time: string): BackupRepository {
  const found = repository(S3, ready())
  return { ...found, metadata: { ...found.metadata, annotations: { 'holdfast.dev/check-requested': time } } }
}

/** The check Job, whose time was over at this time, and whose pod has not ended yet. */
function stopped(lastTransitionTime: string): KubeObject {
  return { ...checkJob(), status: { startTime: '2026-11-21T02:00:00Z', terminating: 1, conditions: [{ type: 'FailureTarget', status: 'True', lastTransitionTime }] } }
}

function madeAt(creationTimestamp: string, job: KubeObject): KubeObject {
  return { ...job, metadata: { ...job.metadata, creationTimestamp } }
}

/** The check Job, made at this time and suspended since. */
function suspendedJob(creationTimestamp: string, name = JOB_NAME): KubeObject {
  return { ...madeAt(creationTimestamp, checkJob(undefined, { name })), spec: { suspend: true } }
}

/** The status of a repository that is being checked since then. */
function checkingSince(lastTransitionTime: string): BackupRepositoryStatus {
  const of = (type: string, status: 'True' | 'False') => ({ type, status, reason: 'Checking', message: '', lastTransitionTime })
  return { phase: 'Checking', reason: 'Checking', message: 'the place is being checked', conditions: [of('Ready', 'False'), of('Reconciling', 'True'), of('Stalled', 'False')] }
}

const STRANGER: KubeObject = { apiVersion: 'batch/v1', kind: 'Job', metadata: { name: JOB_NAME, namespace: 'shop', uid: 'job-9' } }

interface Case extends Scene {
  readonly says: string
  /** Phase, reason and names of the Jobs to have. */
  readonly then: readonly [string, string, ...string[]]
  readonly resync?: number
}

const cases: readonly Case[] = [
  { says: 'a new repository is checked', then: ['Checking', 'Checking', JOB_NAME], resync: 5 },
  { says: 'a running check goes on', jobs: [checkJob()], then: ['Checking', 'Checking', JOB_NAME], resync: 5 },
  { says: 'a pod that cannot start is told at once', jobs: [checkJob()], observed: { pods: [waitingForSecret] }, then: ['Checking', 'SecretNotFound', JOB_NAME], resync: 5 },
  { says: 'a Job that may not make pods is told at once', jobs: [checkJob()], observed: { jobEvents: [{ apiVersion: 'v1', kind: 'Event', metadata: { name: 'e' }, reason: 'FailedCreate', message: 'exceeded quota' }] }, then: ['Checking', 'PodForbidden', JOB_NAME] },
  { says: 'a good check makes it Ready', jobs: [checkJob('Complete')], observed: { pods: [ended(0, { operation: 'check', ok: true, storeId: 'store-1', resticId: 'restic-1' })] }, then: ['Ready', 'Ready', JOB_NAME], resync: 24 * 3600 - 1200 },
  { says: 'a good check whose pod is gone makes it Ready too where the store is known', repository: repository({ ...S3, url: 's3://other' }, ready()), jobs: [checkJob('Complete')], then: ['Ready', 'Ready', JOB_NAME] },
  { says: 'where it is not known the check has failed, and is kept for a minute', jobs: [checkJob('Complete', { at: '2026-11-21T02:29:30Z' })], then: ['Failed', 'ResultLost', JOB_NAME], resync: 30 },
  { says: 'by the API server\'s clock, which may be ahead of the Job controller\'s', jobs: [madeAt('2026-11-21T02:29:50Z', checkJob('Complete'))], then: ['Failed', 'ResultLost', JOB_NAME], resync: 50 },
  { says: 'and is dropped then', jobs: [checkJob('Complete')], then: ['Failed', 'ResultLost'], resync: 5 },
  { says: 'so is one of a mover that did not look', jobs: [checkJob('Complete')], observed: { pods: [ended(0, { operation: 'check', ok: true })] }, then: ['Failed', 'ResultLost'] },
  { says: 'a check of a version before is made again, and the repository stays Ready', repository: repository(S3, { ...ready(), storeId: undefined }), jobs: [checkJob('Complete')], then: ['Ready', 'Ready'] },
  { says: 'a repository that a version before found Ready stays so and is checked at once', repository: repository(S3, { ...ready(), storeId: undefined }), then: ['Ready', 'Ready', JOB_NAME] },
  { says: 'Ready without a Job stays Ready until the day is over', repository: repository(S3, ready()), then: ['Ready', 'Ready'], resync: 24 * 3600 - 1200 },
  { says: 'Ready with a used-up Job drops the Job first', repository: repository(S3, ready(S3, '2026-11-20T02:10:00Z')), jobs: [checkJob('Complete', { at: '2026-11-20T02:10:00Z' })], then: ['Ready', 'Ready'], resync: 5 },
  { says: 'Ready for a day is checked again, and stays Ready meanwhile', repository: repository(S3, ready(S3, '2026-11-20T02:10:00Z')), then: ['Ready', 'Ready', JOB_NAME] },
  { says: 'a repeated check that cannot start leaves it Ready', repository: repository(S3, ready(S3, '2026-11-20T02:10:00Z')), jobs: [checkJob()], observed: { pods: [waitingForSecret] }, then: ['Ready', 'Ready', JOB_NAME] },
  { says: 'a repeated check that fails makes it Failed', repository: repository(S3, ready(S3, '2026-11-20T02:10:00Z')), jobs: [checkJob('Failed', { at: '2026-11-21T02:29:50Z' })], observed: { pods: [ended(2, said)] }, then: ['Failed', 'BucketNotFound', JOB_NAME], resync: 50 },
  { says: 'a check that is asked for uses the result up', repository: asked('2026-11-21T02:20:00Z'), jobs: [checkJob('Complete')], then: ['Ready', 'Ready'], resync: 5 },
  { says: 'and is then made', repository: asked('2026-11-21T02:20:00Z'), then: ['Ready', 'Ready', JOB_NAME] },
  { says: 'a check that was asked for before the last one is done', repository: asked('2026-11-21T02:10:00Z'), then: ['Ready', 'Ready'], resync: 24 * 3600 - 1200 },
  { says: 'a check that is asked for in the future is not made for ever', repository: asked('2036-01-01T00:00:00Z'), then: ['Ready', 'Ready'] },
  { says: 'nonsense asks for nothing', repository: asked('now!'), then: ['Ready', 'Ready'] },
  { says: 'another spec is checked anew', repository: repository({ ...S3, url: 's3://other' }, ready()), then: ['Checking', 'Checking', JOB_NAME] },
  { says: 'a failed check tells why, and is kept for a minute', jobs: [checkJob('Failed', { at: '2026-11-21T02:29:30Z' })], observed: { pods: [ended(2, said)] }, then: ['Failed', 'BucketNotFound', JOB_NAME], resync: 30 },
  { says: 'after that it is dropped', repository: repository(S3, failed()), jobs: [checkJob('Failed')], observed: { pods: [ended(2, said)] }, then: ['Failed', 'BucketNotFound'], resync: 5 },
  { says: 'when it is gone it is made again', repository: repository(S3, failed()), then: ['Failed', 'BucketNotFound', JOB_NAME] },
  { says: 'one that is on its way counts as gone', repository: repository(S3, failed()), jobs: [checkJob('Failed', { deleted: true })], then: ['Failed', 'BucketNotFound', JOB_NAME] },
  { says: 'a check that runs again keeps telling why the former failed', repository: repository(S3, failed()), jobs: [checkJob()], then: ['Failed', 'BucketNotFound', JOB_NAME] },
  { says: 'out of time without a start: the cause is told, not the clock', repository: repository(S3, { phase: 'Checking', reason: 'SecretNotFound', message: 'no Secret' }), jobs: [checkJob('Failed', { at: '2026-11-21T02:29:50Z', reason: 'DeadlineExceeded' })], then: ['Failed', 'SecretNotFound', JOB_NAME] },
  { says: 'and goes on being told', repository: repository(S3, failed({ reason: 'SecretNotFound', failures: 1 })), jobs: [checkJob('Failed', { at: '2026-11-21T02:29:50Z', reason: 'DeadlineExceeded' })], then: ['Failed', 'SecretNotFound', JOB_NAME] },
  { says: 'out of time after a start is out of time', jobs: [checkJob('Failed', { at: '2026-11-21T02:29:50Z', reason: 'DeadlineExceeded' })], then: ['Failed', 'DeadlineExceeded', JOB_NAME] },
  { says: 'a destination on a claim that is not there makes no Job', repository: repository(PVC), then: ['Failed', 'VolumeNotFound'] },
  { says: 'a claim that vanishes makes a Ready repository Failed', repository: repository(PVC, ready(PVC)), jobs: [checkJob('Complete')], then: ['Failed', 'VolumeNotFound'] },
  { says: 'but a check that still runs is not stopped', repository: repository(PVC), jobs: [checkJob()], then: ['Failed', 'VolumeNotFound', JOB_NAME] },
  { says: 'with its claim it is checked', repository: repository(PVC), claim: disk(), then: ['Checking', 'Checking', JOB_NAME] },
  { says: 'a check that somebody suspended says so', jobs: [suspendedJob('2026-11-21T02:25:00Z')], then: ['Checking', 'StartupTimeout', JOB_NAME] },
  { says: 'after ten minutes it goes', jobs: [suspendedJob('2026-11-21T02:19:00Z')], then: ['Failed', 'StartupTimeout'], resync: 5 },
  { says: 'and another is made', repository: repository(S3, failed({ reason: 'StartupTimeout' })), then: ['Failed', 'StartupTimeout', JOB_NAME] },
  { says: 'a Ready repository stays Ready for all that', repository: repository(S3, ready(S3, '2026-11-20T02:10:00Z')), jobs: [suspendedJob('2026-11-21T02:19:00Z')], then: ['Ready', 'Ready'] },
  { says: 'a suspended check of a former spec goes too', jobs: [suspendedJob('2026-11-21T02:19:00Z', 'store-check-0')], then: ['Checking', 'Checking', JOB_NAME] },
  { says: 'a check that was to be stopped goes on for its grace', jobs: [stopped('2026-11-21T02:29:00Z')], then: ['Checking', 'Checking', JOB_NAME] },
  { says: 'one that hangs on a dead node is given up, to be made again', jobs: [stopped('2026-11-21T02:20:00Z')], then: ['Failed', 'DeadlineExceeded'], resync: 5 },
  { says: 'a check that runs for long is its own deadline\'s to end', jobs: [{ ...suspendedJob('2026-11-21T00:00:00Z'), spec: {} }], then: ['Checking', 'Checking', JOB_NAME] },
  { says: 'a name that another\'s Job has is told', observed: { namesake: STRANGER }, then: ['Checking', 'TargetExists', JOB_NAME] },
  { says: 'in place of why the last check failed', repository: repository(S3, failed()), observed: { namesake: STRANGER }, then: ['Checking', 'TargetExists', JOB_NAME] },
  { says: 'a Job that no cache shows yet is no other\'s', observed: { namesake: checkJob() }, then: ['Checking', 'Checking', JOB_NAME] },
  { says: 'nor is one that lost its owner alone', observed: { namesake: { ...STRANGER, metadata: { ...STRANGER.metadata, labels: { 'controller-uid': repository(S3).metadata.uid ?? '' } } } }, then: ['Checking', 'Checking', JOB_NAME] },
  { says: 'one that is going is waited for', observed: { namesake: { ...STRANGER, metadata: { ...STRANGER.metadata, deletionTimestamp: '2026-11-21T02:29:50Z' } } }, then: ['Checking', 'Checking', JOB_NAME] },
  { says: 'so is that of a former repository of the name', observed: { namesake: { ...STRANGER, metadata: { ...STRANGER.metadata, ownerReferences: [{ apiVersion: 'holdfast.dev/v1alpha1', kind: 'BackupRepository', name: 'store', uid: 'former' }] } } }, then: ['Checking', 'Checking', JOB_NAME] },
  { says: 'a check that was asked for just now is awaited', repository: repository(S3, checkingSince('2026-11-21T02:29:50Z')), then: ['Checking', 'Checking', JOB_NAME], resync: 5 },
  { says: 'one that is not there after a while is asked for less often', repository: repository(S3, checkingSince('2026-11-21T02:20:00Z')), then: ['Checking', 'Checking', JOB_NAME], resync: 60 },
  { says: 'the check of a former spec is not stopped', jobs: [checkJob(undefined, { name: 'store-check-0' })], then: ['Checking', 'Checking', 'store-check-0', JOB_NAME] },
  { says: 'a finished check of a former spec is dropped', jobs: [checkJob('Complete', { name: 'store-check-0' })], then: ['Checking', 'Checking', JOB_NAME] },
]

for (const { says, then, resync, ...scene } of cases) {
  test(says, () => {
    const decided = decideRepository(inputOf(scene))
    const { phase, reason } = decided.status as BackupRepositoryStatus
    assert.deepEqual([phase, reason, ...decided.children.map(child => child.metadata.name)], then)
    if (resync !== undefined) assert.equal(decided.resyncAfterSeconds, resync)
  })

  test(`${says}: the answer is whole, kstatus-like, and a fixed point`, () => {
    const input = inputOf(scene)
    const decided = decideRepository(input)
    syncAnswer(decided, input.request as never, REGISTRY_ENTRY)
    assert.deepEqual(conditionsOf(decided), expectedConditions(decided))
    const again = decideRepository({ ...input, request: { ...input.request, parent: { ...input.request.parent, status: decided.status } }, now: new Date(input.now.getTime() + 1000) })
    assert.deepEqual(again.status, decided.status)
  })
}

function conditionsOf({ status }: Decision): Record<string, string> {
  return Object.fromEntries(((status as BackupRepositoryStatus).conditions ?? []).map(({ type, status: holds }) => [type, holds]))
}

function expectedConditions({ status }: Decision): Record<string, string> {
  const { phase } = status as BackupRepositoryStatus
  const is = (wanted: string) => (phase === wanted ? 'True' : 'False')
  return { Ready: is('Ready'), Reconciling: is('Checking'), Stalled: is('Failed') }
}

test('a check Job that is not there after a while says where to look', () => {
  const { message } = decideRepository(inputOf({ repository: repository(S3, checkingSince('2026-11-21T02:20:00Z')) })).status as BackupRepositoryStatus
  assert.match(message ?? '', /has not been made; .*: kubectl describe backuprepository store -n shop$/)
})

test('a check that hangs is over and made again while a run still waits, and says nothing of a field that a repository does not have', () => {
  const [job] = decideRepository(inputOf({})).children
  const { activeDeadlineSeconds } = job?.spec as { activeDeadlineSeconds: number }
  assert.ok(activeDeadlineSeconds + 60 < 600)
  const jobs = [checkJob('Failed', { at: '2026-11-21T02:29:50Z', reason: 'DeadlineExceeded' })]
  assert.match((decideRepository(inputOf({ jobs })).status as BackupRepositoryStatus).message ?? '', /^the check did not end within 5 minutes/)
})

test('failures are counted once for each Job', () => {
  const observed = { pods: [ended(2, said)] }
  const failuresOf = (scene: Scene) => (decideRepository(inputOf(scene)).status as BackupRepositoryStatus).failures
  assert.equal(failuresOf({ jobs: [checkJob('Failed')], observed }), 1)
  assert.equal(failuresOf({ jobs: [checkJob('Failed', { attempt: '3' })], repository: repository(S3, failed()), observed }), 3)
  const [made] = decideRepository(inputOf({ repository: repository(S3, failed()) })).children
  assert.equal(made?.metadata.labels?.['holdfast.dev/attempt'], '3')
})

test('what was found out stands in the status', () => {
  const observed = { pods: [ended(0, { operation: 'check', ok: true, storeId: 'store-1', resticId: 'restic-1' })] }
  const { resticId, lastCheckTime, failures } = decideRepository(inputOf({ jobs: [checkJob('Complete')], observed })).status as BackupRepositoryStatus
  assert.deepEqual({ resticId, lastCheckTime, failures }, { resticId: 'restic-1', lastCheckTime: '2026-11-21T02:10:00Z', failures: 0 })
})

test('a failure does not forget the identity of the repository', () => {
  const scene = { repository: repository(S3, ready()), jobs: [checkJob('Failed')], observed: { pods: [ended(2, said)] } }
  assert.equal((decideRepository(inputOf(scene)).status as BackupRepositoryStatus).resticId, 'restic-1')
})

test('a destination on a claim in use is checked on the node of its user', () => {
  const user = { ...podOf({ phase: 'Running' }), spec: { nodeName: 'node-7', volumes: [{ name: 'v', persistentVolumeClaim: { claimName: 'disk' } }] } }
  const { children } = decideRepository(inputOf({ repository: repository(PVC), claim: disk(), observed: { activePods: [user] } }))
  assert.match(JSON.stringify(children), /node-7/)
})

test('a repository that is being deleted goes at once and keeps its data', () => {
  const decided = decideRepository(inputOf({ repository: repository(S3, ready()), jobs: [checkJob()], finalizing: true }))
  assert.deepEqual(decided, { status: ready(), children: [], effects: [], finalized: true })
})

for (const [name, scene] of Object.entries({
  's3-new': {},
  'pvc-new': { repository: repository(PVC), claim: disk() },
  'nfs-new': { repository: repository({ type: 'nfs', url: 'nfs://files.example.com/exports' }) },
  's3-failed': { jobs: [checkJob('Failed', { at: '2026-11-21T02:29:50Z' })], observed: { pods: [ended(2, said)] } },
})) {
  test(`golden: ${name}`, () => matchesGolden(decideRepository(inputOf(scene)), new URL(`golden/${name}.json`, import.meta.url)))
}

for (const [attempt, seconds] of [[1, 60], [2, 120], [3, 240], [4, 300], [2000, 300]] as const) {
  test(`failure ${attempt} in a row is kept for ${seconds} s: a place that stays broken is not asked every minute`, () => {
    const job = checkJob('Failed', { at: '2026-11-21T02:30:00Z' })
    const labelled = { ...job, metadata: { ...job.metadata, labels: { ...job.metadata.labels, 'holdfast.dev/attempt': String(attempt) } } }
    assert.equal(decideRepository(inputOf({ jobs: [labelled], observed: { pods: [ended(2, said)] } })).resyncAfterSeconds, seconds)
  })
}

test('a repeated check knows which store and restic repository were there, also under another url', () => {
  const taskOf = (known: BackupRepository) => JSON.stringify(decideRepository(inputOf({ repository: known })).children[0]?.spec)
  for (const known of [repository(S3, ready(S3, '2026-11-20T02:10:00Z')), repository({ ...S3, url: 's3://other' }, ready())]) {
    assert.match(taskOf(known), /storeId.{5}store-1.*resticId.{5}restic-1/)
  }
  assert.doesNotMatch(taskOf(repository()), /storeId|resticId/)
})

const identityRows: readonly (readonly [string, Scene, BackupRepositoryStatus['storeId']])[] = [
  ['a first check', { jobs: [checkJob('Complete')], observed: { pods: [ended(0, { operation: 'check', ok: true, storeId: 'store-1' })] } }, 'store-1'],
  ['a first check whose pod is gone', { jobs: [checkJob('Complete')] }, undefined],
  ['a later check whose pod is gone', { repository: repository(S3, ready()), jobs: [checkJob('Complete')] }, 'store-1'],
  ['a failed check', { repository: repository(S3, ready()), jobs: [checkJob('Failed')], observed: { pods: [ended(2, { operation: 'check', ok: false, reason: 'RepositoryMissing', message: 'no' })] } }, 'store-1'],
  ['an edit of the url', { repository: repository({ ...S3, url: 's3://other/place' }, ready()) }, 'store-1'],
  ['an edit to what cannot be', { repository: repository({ ...S3, url: 'nonsense' }, ready()) }, 'store-1'],
  ['nothing new', { repository: repository(S3, ready()) }, 'store-1'],
]

for (const [sentence, scene, storeId] of identityRows) {
  test(`after ${sentence} the store is known to be ${storeId}`, () => {
    assert.equal((decideRepository(inputOf(scene)).status as BackupRepositoryStatus).storeId, storeId)
  })
}
