import assert from 'node:assert/strict'
import test from 'node:test'
import { ANNOTATION } from '../../../lib/api.ts'
import { decideRestore } from '../../../hooks/restore/decide.ts'
import { restoreJob } from '../../../hooks/restore/restore-job.ts'
import type { KubeObject, Restore } from '../../../schemas/generated/types.ts'
import { backup, claim, point, repository, restore, START } from './samples.ts'
import { heldVolume, OWNED, PUBLISHED, sceneInput, volumeInput, type Scene } from './scene.ts'

const one = [backup({ volumes: [point('data')] })]
const bound = { spec: { volumeName: 'pvc-uid-of-again-tmp-data' }, status: { phase: 'Bound' } }
const temporary = claim('again-tmp-data', { metadata: OWNED, ...bound })
const published = claim('data', { metadata: PUBLISHED, ...bound })
const volume: KubeObject = { ...heldVolume(), metadata: { name: 'pvc-uid-of-again-tmp-data', uid: 'uid-pv-data', resourceVersion: '5' }, spec: { ...heldVolume().spec as object, persistentVolumeReclaimPolicy: 'Delete', claimRef: { namespace: 'shop', name: 'again-tmp-data', uid: 'uid-of-again-tmp-data' } } }
const later = (seconds: number) => new Date(START.getTime() + seconds * 1000)

function job(status: object): KubeObject {
  const made = restoreJob(volumeInput({ backups: one }))
  if (!made) throw new Error('no Job')
  return { ...made, metadata: { ...made.metadata, ...OWNED, creationTimestamp: '2026-11-21T09:00:00Z' }, status }
}

/** A Job that says so of its claim. */
function ofClaim(uid: string | undefined, status: object = { active: 1 }): KubeObject {
  const { metadata, ...rest } = job(status)
  const { [ANNOTATION.claimUid]: _said, ...annotations } = metadata.annotations ?? {}
  return { ...rest, metadata: { ...metadata, annotations: { ...annotations, ...(uid !== undefined && { [ANNOTATION.claimUid]: uid }) } } }
}

function pod(state: object): KubeObject {
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'pod', creationTimestamp: '2026-11-21T09:00:00Z' }, status: { phase: 'Pending', containerStatuses: [{ name: 'mover', state }] } }
}

const onDeadNode: KubeObject = { ...pod({ running: {} }), metadata: { name: 'pod', creationTimestamp: '2026-11-21T09:00:00Z', deletionTimestamp: '2026-11-21T09:00:20Z' }, spec: { nodeName: 'dead' } }
const overdue = { terminating: 1, conditions: [{ type: 'FailureTarget', status: 'True', reason: 'DeadlineExceeded', lastTransitionTime: '2026-11-21T09:00:00Z' }] }
const complete = { conditions: [{ type: 'Complete', status: 'True' }], completionTime: '2026-11-21T09:00:00Z' }
const ended = (result: object, exitCode = 0) => [pod({ terminated: { exitCode, message: JSON.stringify({ operation: 'restore', ok: exitCode === 0, ...result }) } })]
const live = (claims: Record<string, KubeObject | null>, rest: Scene['observed'] = {}): Scene['observed'] => ({ claims: { data: null, 'again-tmp-data': null, ...claims }, ...rest })
const of = (phase: string, changes: object = {}) => restore(undefined, { backup: 'nightly-20261121-0200', phase: 'Running', volumes: [{ source: 'data', target: 'data', phase, startTime: '2026-11-21T09:00:00Z', ...changes }] } as Restore['status'])
const atWork = { pods: { 'again-restore-data': [pod({ running: { startedAt: '2026-11-21T09:00:00Z' } })] } }
const started = { 'again-tmp-data': temporary }

/** Sentence; scene; phase and reason of the volume; children; effects. */
const rows: readonly [string, Scene, string, string, readonly string[], readonly string[]][] = [
  ['makes the temporary claim first', { observed: live({}) }, 'Running', 'Running', ['again-tmp-data'], []],
  ['makes the Job when the claim is seen to be ours', { observed: live(started) }, 'Running', 'Running', ['again-tmp-data', 'again-restore-data'], []],
  ['never makes a Job for another\'s claim of that name', { observed: live({ 'again-tmp-data': claim('again-tmp-data') }) }, 'Pending', 'TargetExists', [], []],
  ['waits for a repository', { observed: live({}), repositories: [repository({ phase: 'Failed' })] }, 'Pending', 'RepositoryNotReady', [], []],
  ['fails when the repository is not ready in time', { restore: of('Pending'), observed: live({}), repositories: [repository({ phase: 'Failed' })], now: later(600) }, 'Failed', 'RepositoryNotReady', [], ['emitEvent']],
  ['leaves an existing claim alone and fails', { observed: live({ data: claim('data') }) }, 'Failed', 'TargetExists', [], ['emitEvent']],
  ['takes the claim of an older Restore of the same name for another\'s', { observed: live({ data: { ...published, metadata: { ...published.metadata, annotations: { ...PUBLISHED.annotations, 'holdfast.dev/restore-uid': 'older' } } } }) }, 'Failed', 'TargetExists', [], ['emitEvent']],
  ['says why a pod does not start', { children: [job({ active: 1 })], observed: live(started, { pods: { 'again-restore-data': [pod({ waiting: { reason: 'ErrImagePull', message: 'x' } })] } }) }, 'Running', 'ImagePullFailed', ['again-tmp-data', 'again-restore-data'], []],
  ['fails with that reason when the pod does not start in time', { children: [job({ active: 1 })], now: later(601), observed: live(started, { pods: { 'again-restore-data': [pod({ waiting: { reason: 'ErrImagePull', message: 'x' } })] } }) }, 'Failed', 'ImagePullFailed', [], ['emitEvent']],
  ['fails when a pod just does not start in time', { children: [job({ active: 1 })], now: later(601), observed: live(started) }, 'Failed', 'StartupTimeout', [], ['emitEvent']],
  ['lets a running mover run, also when its target is taken meanwhile', { children: [job({ active: 1 })], now: later(6000), observed: live({ ...started, data: claim('data') }, { pods: { 'again-restore-data': [pod({ running: {} })] } }) }, 'Running', 'Running', ['again-tmp-data', 'again-restore-data'], []],
  ['fails with the mover\'s reason', { children: [job({ conditions: [{ type: 'Failed', status: 'True' }] })], observed: live(started, { pods: { 'again-restore-data': ended({ reason: 'WrongKey', message: 'no' }, 2) } }) }, 'Failed', 'WrongKey', [], ['emitEvent']],
  ['holds the volume although an attribute could not be set: all content is there', { children: [job(complete)], observed: live(started, { persistentVolumes: [volume], pods: { 'again-restore-data': ended({ errors: 1, errorSamples: ['a: ENOTSUP'] }) } }) }, 'Publishing', 'Publishing', ['again-tmp-data', 'again-restore-data'], ['setReclaimPolicy Retain']],
  ['holds the volume when only the words of a Job that is complete are lost', { children: [job(complete)], observed: live(started, { persistentVolumes: [volume] }) }, 'Publishing', 'Publishing', ['again-tmp-data', 'again-restore-data'], ['setReclaimPolicy Retain']],
  ['holds the volume of a whole restore', { children: [job(complete)], observed: live(started, { persistentVolumes: [volume], pods: { 'again-restore-data': ended({ bytes: 5 }) } }) }, 'Publishing', 'Publishing', ['again-tmp-data', 'again-restore-data'], ['setReclaimPolicy Retain']],
  ['stops a mover whose claim was torn away', { children: [ofClaim(temporary.metadata.uid)], observed: live({}, atWork) }, 'Failed', 'VolumeNotFound', [], ['emitEvent']],
  ['never publishes a claim that was made anew while the mover wrote', { children: [ofClaim('uid-of-the-former', complete)], observed: live(started, { persistentVolumes: [volume], pods: { 'again-restore-data': ended({}) } }) }, 'Failed', 'VolumeNotFound', [], ['emitEvent']],
  ['nor one that is younger than the Job of an earlier version', { children: [ofClaim(undefined, complete)], observed: live({ 'again-tmp-data': { ...temporary, metadata: { ...temporary.metadata, creationTimestamp: '2026-11-21T09:00:01Z' } } }, { persistentVolumes: [volume], pods: { 'again-restore-data': ended({}) } }) }, 'Failed', 'VolumeNotFound', [], ['emitEvent']],
  ['holds the volume of such a Job when the claim is as old', { children: [ofClaim(undefined, complete)], observed: live(started, { persistentVolumes: [volume], pods: { 'again-restore-data': ended({}) } }) }, 'Publishing', 'Publishing', ['again-tmp-data', 'again-restore-data'], ['setReclaimPolicy Retain']],
  ['lets a mover go on whose claim has lost its owner', { children: [ofClaim(temporary.metadata.uid)], observed: live({ 'again-tmp-data': claim('again-tmp-data', bound) }, atWork) }, 'Running', 'Running', ['again-tmp-data', 'again-restore-data'], []],
  ['fails when the temporary claim was taken away from it', { children: [job(complete)], observed: live({ 'again-tmp-data': claim('again-tmp-data', bound) }, { pods: { 'again-restore-data': ended({}) } }) }, 'Failed', 'VolumeNotFound', [], ['emitEvent']],
  ['fails when the temporary claim was deleted', { children: [job(complete)], observed: live({}, { pods: { 'again-restore-data': ended({}) } }) }, 'Failed', 'VolumeNotFound', [], ['emitEvent']],
  ['lets claim and Job go when the volume is held', { children: [job(complete)], observed: live(started, { persistentVolumes: [heldVolume({ phase: 'Bound' })] }) }, 'Publishing', 'Publishing', [], []],
  ['publishes when the claim is gone', { observed: live({}, { persistentVolumes: [heldVolume()] }) }, 'Publishing', 'Publishing', [], ['publishClaim']],
  ['goes on publishing when the claim is there and not bound', { observed: live({ data: claim('data', { metadata: PUBLISHED }) }, { persistentVolumes: [heldVolume()] }) }, 'Publishing', 'Publishing', [], ['publishClaim']],
  ['takes the volume back when the target is taken', { observed: live({ data: claim('data') }, { persistentVolumes: [heldVolume()] }) }, 'Failed', 'TargetExists', [], ['setReclaimPolicy Delete', 'emitEvent']],
  ['takes it back when the claim is not bound in time', { now: later(600), observed: live({ data: claim('data', { metadata: PUBLISHED }) }, { persistentVolumes: [heldVolume()] }) }, 'Failed', 'VolumeNotBound', [], ['withdrawClaim', 'setReclaimPolicy Delete', 'emitEvent']],
  ['does not touch a volume that somebody has taken', { observed: live({}, { persistentVolumes: [heldVolume({ claimRef: { namespace: 'shop', name: 'thief', uid: 'x' } })] }) }, 'Failed', 'VolumeNotBound', [], ['setReclaimPolicy Retain', 'emitEvent']],
  ['gives the volume its policy back when the claim is bound', { observed: live({ data: published }, { persistentVolumes: [heldVolume({ claimRef: { namespace: 'shop', name: 'data', uid: 'uid-of-data' }, phase: 'Bound' })] }) }, 'Publishing', 'Publishing', [], ['setReclaimPolicy Delete']],
  ['is done when the claim is bound and the handover over, without any status', { observed: live({ data: published }) }, 'Completed', 'Completed', [], ['emitEvent']],
  ['withdraws a claim whose volume is gone', { observed: live({ data: claim('data', { metadata: PUBLISHED }) }) }, 'Failed', 'VolumeNotFound', [], ['withdrawClaim', 'emitEvent']],
  ['does not begin again when the held volume is gone', { restore: of('Publishing'), observed: live({}) }, 'Failed', 'VolumeNotFound', [], ['emitEvent']],
  ['goes on when its pod was lost with its node, however late', { children: [job({ active: 1, startTime: START.toISOString() })], now: later(6000), observed: live(started) }, 'Running', 'Running', ['again-tmp-data', 'again-restore-data'], []],
  ['says that a node does not answer, and waits for it', { children: [job({ terminating: 1 })], now: later(6000), observed: live(started, { pods: { 'again-restore-data': [onDeadNode] } }) }, 'Running', 'NodeLost', ['again-tmp-data', 'again-restore-data'], []],
  ['fails when a Job does not end whose time is over, publishes nothing and deletes no volume', { children: [job(overdue)], now: later(6000), observed: live(started, { persistentVolumes: [volume], pods: { 'again-restore-data': [onDeadNode] } }) }, 'Failed', 'DeadlineExceeded', [], ['emitEvent']],
  ['lets such a Job have its grace', { children: [job(overdue)], now: later(30), observed: live(started, { pods: { 'again-restore-data': [onDeadNode] } }) }, 'Running', 'Running', ['again-tmp-data', 'again-restore-data'], []],
  ['waits for its own Job that only no cache shows', { restore: of('Running', { jobName: 'again-restore-data' }), now: later(600), observed: live(started, { unseenJobs: { 'again-restore-data': job({ active: 1 }) } }) }, 'Running', 'Running', ['again-tmp-data', 'again-restore-data'], []],
  ['fails when its Job was asked for and never made', { restore: of('Running', { jobName: 'again-restore-data' }), now: later(600), observed: live(started) }, 'Failed', 'StartupTimeout', [], ['emitEvent']],
  ['fails when its claim was asked for and never made', { restore: of('Running', { temporaryClaim: 'again-tmp-data' }), now: later(600), observed: live({}) }, 'Failed', 'StartupTimeout', [], ['emitEvent']],
  ['goes on with a Job although the Backup is gone', { restore: of('Running'), backups: [], children: [job({ active: 1 })], observed: live(started, { pods: { 'again-restore-data': [pod({ running: {} })] } }) }, 'Running', 'Running', ['again-tmp-data', 'again-restore-data'], []],
]

for (const [sentence, scene, phase, reason, children, effects] of rows) {
  test(sentence, () => {
    const input = sceneInput({ backups: one, ...scene })
    const decision = decideRestore(input)
    const [entry] = (decision.status as Restore['status'])?.volumes ?? []
    assert.deepEqual([entry?.phase, entry?.reason], [phase, reason], entry?.message)
    assert.deepEqual(decision.children.map(({ metadata }) => metadata.name), children)
    assert.deepEqual(decision.effects.map(effect => effect.type === 'setReclaimPolicy' ? `${effect.type} ${effect.reclaimPolicy}` : effect.type), effects)
    assert.equal(decision.resyncAfterSeconds === undefined, ['Completed', 'Failed'].includes(phase))
    assert.equal(JSON.stringify(decideRestore(input)), JSON.stringify(decision))
  })
}

test('a Restore that has ended is left as it is', () => {
  const status = { phase: 'Failed', reason: 'WrongKey', volumes: [] } as Restore['status']
  const decision = decideRestore(sceneInput({ restore: restore(undefined, status), observed: live({}) }))
  assert.deepEqual(decision, { status, children: [], effects: [] })
})

test('at most mover.parallelism volumes move at once, in the order of the plan', () => {
  const volumes = ['a', 'b', 'c', 'd'].map(name => point(name))
  const claims = Object.fromEntries(volumes.flatMap(({ pvc }) => [[pvc, null], [`again-tmp-${pvc}`, null]]))
  const moving = { ...claims, 'again-tmp-b': claim('again-tmp-b', { metadata: OWNED }) }
  const decision = decideRestore(sceneInput({ restore: restore({ backup: 'nightly-20261121-0200', mover: { parallelism: 2 } }), backups: [backup({ volumes })], observed: { claims: moving } }))
  assert.deepEqual(decision.children.map(({ metadata }) => metadata.name), ['again-tmp-a', 'again-tmp-b', 'again-restore-b'])
})

test('a Backup that is not seen is waited for a moment, then the restore fails with one Event', () => {
  const waiting = decideRestore(sceneInput({ backups: [], now: later(14) }))
  assert.deepEqual([waiting.status.phase, waiting.status.reason, waiting.effects.length], ['New', 'BackupNotFound', 0])
  const failed = decideRestore(sceneInput({ backups: [], now: later(15) }))
  assert.deepEqual([failed.status.phase, failed.status.reason, failed.effects.map(({ type }) => type)], ['Failed', 'BackupNotFound', ['emitEvent']])
})

test('some volumes restored and some not is PartiallyFailed, and says which', () => {
  const decision = decideRestore(sceneInput({ observed: { claims: { data: published, logs: claim('logs'), 'again-tmp-data': null, 'again-tmp-logs': null } } }))
  assert.deepEqual([decision.status.phase, decision.status.reason, decision.status.volumesSummary], ['PartiallyFailed', 'SomeVolumesFailed', '1/2'])
  assert.match(String(decision.status.message), /^logs: claim shop\/logs exists/)
  const conditions = decision.status.conditions as { type: string; status: string }[]
  assert.deepEqual(conditions.map(({ type, status }) => `${type}=${status}`), ['Ready=False', 'Reconciling=False', 'Stalled=True'])
})

test('a restore of what an incomplete Backup has says that files are missing', () => {
  const partial = backup({ status: { phase: 'PartiallyFailed' }, volumes: [point('data', { phase: 'PartiallyFailed', errors: 3 })] })
  const decision = decideRestore(sceneInput({ backups: [partial], observed: live({ data: published }) }))
  assert.equal(decision.status.phase, 'Completed')
  assert.match(String(decision.status.message), /could not read 3 files/)
})

test('what is missing is told although the Backup goes while it is restored', () => {
  const partial = [backup({ status: { phase: 'PartiallyFailed' }, volumes: [point('data', { phase: 'PartiallyFailed', errors: 3 })] })]
  const made = restoreJob(volumeInput({ backups: partial }))
  const worked = { ...job(complete), metadata: { ...job(complete).metadata, annotations: { ...made?.metadata.annotations } } }
  const pods = { 'again-restore-data': ended({ errors: 1, message: 'one attribute could not be set' }) }
  const held = (backups: typeof partial) => {
    const { effects } = decideRestore(sceneInput({ restore: of('Running'), backups, children: [worked], observed: live(started, { persistentVolumes: [volume], pods }) }))
    return JSON.parse((effects[0] as { annotations?: Record<string, string> }).annotations?.['holdfast.dev/handover'] ?? '{}').remark
  }
  const words = 'restored what the Backup has of data: it could not read 3 files, and those are missing; one attribute could not be set'
  assert.deepEqual([held(partial), held([])], [words, words])
  const annotations = { ...PUBLISHED.annotations, 'holdfast.dev/restore-result': JSON.stringify({ remark: words }) }
  for (const backups of [partial, []]) {
    const { status } = decideRestore(sceneInput({ restore: of('Publishing'), backups, observed: live({ data: { ...published, metadata: { ...published.metadata, annotations } } }) }))
    const [entry] = (status as Restore['status'])?.volumes ?? []
    assert.deepEqual([entry?.phase, entry?.reason, entry?.message], ['Completed', 'UnreadableFiles', words])
  }
})

test('what could not be set goes with the volume, and is told when the claim is bound', () => {
  const pods = { 'again-restore-data': ended({ errors: 2, message: 'All content is back, but 2 attributes could not be set.', errorSamples: ['a: ENOTSUP'] }) }
  const held = decideRestore(sceneInput({ backups: one, children: [job(complete)], observed: live(started, { persistentVolumes: [volume], pods }) }))
  const effect = held.effects.find(({ type }) => type === 'setReclaimPolicy') as { annotations?: Record<string, string> }
  const remark = 'All content is back, but 2 attributes could not be set. (a: ENOTSUP)'
  assert.equal(JSON.parse(effect.annotations?.['holdfast.dev/handover'] ?? '{}').remark, remark)
  const annotations = { ...PUBLISHED.annotations, 'holdfast.dev/restore-result': JSON.stringify({ bytes: 5, remark }) }
  const { status } = decideRestore(sceneInput({ backups: one, observed: live({ data: { ...published, metadata: { ...published.metadata, annotations } } }) }))
  const { phase, message, volumes: [entry] = [] } = status as NonNullable<Restore['status']>
  assert.deepEqual([phase, entry?.phase, entry?.reason, entry?.message, entry?.bytes], ['Completed', 'Completed', 'UnreadableFiles', remark, 5])
  assert.match(message ?? '', /2 attributes could not be set/)
})

test('the Job is told the hash that the record has, for the store might hold another point by now', () => {
  const taskOf = (sha256: string | undefined) => JSON.stringify(restoreJob(volumeInput({ backups: [backup({ volumes: [point('data', { sha256 })] })] })))
  assert.match(taskOf('a'.repeat(64)), /sha256\W+a{64}\W/)
  assert.doesNotMatch(taskOf('of another form'), /sha256/)
  assert.doesNotMatch(taskOf(undefined), /sha256/)
})
