import assert from 'node:assert/strict'
import test from 'node:test'
import { decideRestore } from '../../../hooks/restore/decide.ts'
import { isFound } from '../../../hooks/restore/found.ts'
import { observeRestore } from '../../../hooks/restore/observe.ts'
import { restoreJob } from '../../../hooks/restore/restore-job.ts'
import type { KubeObject, Restore } from '../../../schemas/generated/types.ts'
import { FakeLive } from '../fake-live.ts'
import { backup, claim, content, point, restore, snapshot, snapshotPoint, START } from './samples.ts'
import { OWNED, sceneInput, volumeInput, type Scene } from './scene.ts'

const UID = '3f1c2d4e-5a6b-4c7d-8e9f-001122334455'
const DYNAMIC = { 'pv.kubernetes.io/provisioned-by': 'csi.example.com' }

function temporary(volumeName: string, more: object = {}): KubeObject {
  return claim('again-tmp-data', { metadata: { ...OWNED, uid: UID }, spec: { volumeName, ...more }, status: { phase: 'Bound' } })
}

function volume(name: string, metadata: Partial<KubeObject['metadata']> = {}, policy = 'Delete'): KubeObject {
  return {
    apiVersion: 'v1', kind: 'PersistentVolume', metadata: { name, uid: 'uid-pv', resourceVersion: '5', creationTimestamp: '2024-01-01T00:00:00Z', ...metadata },
    spec: { persistentVolumeReclaimPolicy: policy, claimRef: { namespace: 'shop', name: 'again-tmp-data', uid: UID } }, status: { phase: 'Bound' },
  }
}

const names: readonly [string, KubeObject, boolean][] = [
  ['a volume that is called after the claim', volume(`pvc-${UID}`), false],
  ['one with a prefix of the driver', volume(`fast-${UID}`), false],
  ['one with the first characters of the UID', volume('fast-3f1c2d4e5a6b'), false],
  ['a name that only resembles it', volume('fast-3f1c'), true],
  ['a volume of another claim, made free again', volume('pvc-77777777-5a6b-4c7d-8e9f-001122334455', { annotations: DYNAMIC }), true],
  ['a volume of another name that was provisioned for it', volume('vol-7', { annotations: DYNAMIC, creationTimestamp: '2026-11-21T09:00:00Z' }), false],
  ['one that was provisioned a second before', volume('vol-7', { annotations: DYNAMIC, creationTimestamp: '2026-11-21T08:59:59Z' }), true],
  ['a volume that a person made meanwhile', volume('vol-7', { creationTimestamp: '2026-11-21T09:00:05Z' }), true],
  ['one of which nobody knows when it was made', volume('vol-7', { annotations: DYNAMIC, creationTimestamp: undefined }), true],
  ['a volume that is another\'s', { ...volume('vol-7'), spec: { claimRef: { uid: 'x' } } }, false],
]

for (const [what, object, found] of names) {
  test(`${what} was ${found ? 'there before' : 'not there before, or is not the claim\'s'}`, () => assert.equal(isFound(temporary(object.metadata.name), object), found))
}

const ofSnapshot = { backups: [backup({ spec: { strategy: 'snapshot' }, volumes: [snapshotPoint('data')] })], repositories: [] }
const ofMover = { backups: [backup({ volumes: [point('data')] })] }
const leads = { snapshots: { 'snap-data': snapshot('snap-data') }, contents: { 'content-of-snap-data': content('data') } }
const COMPLETE = { conditions: [{ type: 'Complete', status: 'True' }], completionTime: '2026-11-21T09:00:00Z' }
const FAILED = { conditions: [{ type: 'Failed', status: 'True' }] }
const KEPT = volume('old-pv', { annotations: { 'holdfast.dev/reclaim-policy': 'Delete' } }, 'Retain')

function scene(of: Scene, { pv = volume('old-pv'), status }: { pv?: KubeObject; status?: object } = {}): Scene {
  const given = temporary('old-pv', of === ofSnapshot ? { dataSource: { name: 'snap-data' } } : {})
  const observed = { claims: { data: null, 'again-tmp-data': given }, persistentVolumes: [pv], ...leads }
  const made = restoreJob(volumeInput({ ...of, observed }))
  assert.ok(made)
  const job = { ...made, metadata: { ...made.metadata, ...OWNED, creationTimestamp: '2026-11-21T09:00:00Z' }, status }
  return { ...of, observed, ...(status && { children: [job] }) }
}

/** Sentence, scene, phase and reason, effects, words of the message. */
const rows: readonly [string, Scene, string, string, readonly string[], RegExp][] = [
  ['a snapshot never goes out from a volume that was there before', scene(ofSnapshot, { status: COMPLETE }), 'Failed', 'ForeignVolume', ['Retain Delete'], /old-pv was there before .* stays as it is, so its reclaim policy is Retain now and was Delete/],
  ['nor is a Job made for it', scene(ofSnapshot), 'Failed', 'ForeignVolume', ['Retain Delete'], /start a new Restore/],
  ['one that runs ends first, but the volume is kept at once', scene(ofSnapshot, { status: { active: 1 } }), 'Running', 'Running', ['Retain Delete'], /./],
  ['a mover that refuses it leaves it as it is', scene(ofMover, { status: FAILED }), 'Failed', 'MoverFailed', ['Retain Delete'], /was there before/],
  ['that is told also when it was kept before', scene(ofMover, { pv: KEPT, status: FAILED }), 'Failed', 'MoverFailed', [], /is Retain now and was Delete/],
  ['one that a mover has filled is kept, then held', scene(ofMover, { status: COMPLETE }), 'Publishing', 'Publishing', ['Retain Delete'], /./],
  ['and held with the policy that it had', scene(ofMover, { pv: KEPT, status: COMPLETE }), 'Publishing', 'Publishing', ['Retain held Delete'], /./],
  ['one that its class keeps needs nothing', scene(ofMover, { pv: volume('old-pv', {}, 'Retain'), status: FAILED }), 'Failed', 'MoverFailed', [], /stays as it is$/],
]

for (const [sentence, played, phase, reason, effects, words] of rows) {
  test(sentence, () => {
    const decision = decideRestore(sceneInput(played))
    const [entry] = (decision.status as Restore['status'])?.volumes ?? []
    assert.deepEqual([entry?.phase, entry?.reason], [phase, reason], entry?.message)
    assert.match(entry?.message ?? '', words)
    assert.doesNotMatch(entry?.message ?? '', /delete pv/)
    const policies = decision.effects.filter(effect => effect.type === 'setReclaimPolicy')
    assert.deepEqual(policies.map(({ reclaimPolicy, annotations = {} }) => {
      const handover = annotations['holdfast.dev/handover']
      return `${reclaimPolicy} ${handover ? `held ${JSON.parse(handover).found && JSON.parse(handover).reclaimPolicy}` : annotations['holdfast.dev/reclaim-policy']}`
    }), effects)
  })
}

test('a volume that was there before and was held is kept when the handover is taken back, and gets its policy back when it is published', () => {
  const text = JSON.stringify({ source: 'data', target: 'data', backup: 'nightly-20261121-0200', temporaryClaim: 'again-tmp-data', reclaimPolicy: 'Delete', since: '2026-11-21T09:00:00Z', size: '1Gi', accessModes: [], found: true })
  const held = { ...KEPT, metadata: { ...KEPT.metadata, labels: { 'holdfast.dev/restore-uid': 'restore-uid' }, annotations: { ...KEPT.metadata.annotations, 'holdfast.dev/handover': text } } }
  const effectsOf = (of: Scene) => decideRestore(sceneInput(of)).effects.filter(effect => effect.type === 'setReclaimPolicy')
  const [back] = effectsOf({ finalizing: true, restore: restore(undefined, { phase: 'Running' }), observed: { persistentVolumes: [held], claims: { data: null } } })
  assert.deepEqual([back?.reclaimPolicy, back?.annotations], ['Retain', { 'holdfast.dev/handover': null }])
  const published = claim('data', { metadata: { annotations: { 'holdfast.dev/restored-by': 'shop/again', 'holdfast.dev/restore-uid': 'restore-uid' } }, spec: { volumeName: 'old-pv' }, status: { phase: 'Bound' } })
  const [done] = effectsOf({ ...ofMover, observed: { persistentVolumes: [held], claims: { data: published, 'again-tmp-data': null } } })
  assert.deepEqual([done?.reclaimPolicy, done?.annotations], ['Delete', { 'holdfast.dev/handover': null, 'holdfast.dev/reclaim-policy': null }])
})

test('a Restore that is deleted keeps the volume first, whatever a cache shows of the claim', async () => {
  const { request } = sceneInput({ finalizing: true, restore: restore(undefined, { phase: 'Running', volumes: [{ source: 'data', target: 'data', phase: 'Running' }] }) })
  for (const [pv, effects] of [[volume('old-pv'), 1], [KEPT, 0]] as const) {
    const live = new FakeLive({ claims: { 'shop/again-tmp-data': temporary('old-pv') }, volumes: { 'old-pv': pv } })
    const observed = await observeRestore(request, live, START)
    const decision = decideRestore({ ...sceneInput(), request, observed })
    assert.deepEqual([decision.effects.length, decision.finalized], [effects, effects === 0])
  }
})

test('a volume whose name says that it was made for its claim is not read before the end', async () => {
  const { request } = sceneInput({ ...ofMover })
  const reads = async (name: string) => {
    const live = new FakeLive({ claims: { 'shop/again-tmp-data': temporary(name) } })
    await observeRestore(request, live, START)
    return live.reads.filter(read => read.startsWith('volumes '))
  }
  assert.deepEqual([await reads(`pvc-${UID}`), await reads('old-pv')], [[], ['volumes old-pv']])
})
