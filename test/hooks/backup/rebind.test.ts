import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { BackupStatus } from '../../../schemas/generated/types.ts'
import { reboundName } from '../../../hooks/backup/names.ts'
import { content, snapshot } from './objects.ts'
import { play, type Scene, type Seen } from './scene.ts'

const SNAP = 'nightly-1-snap-data'
const REBOUND = reboundName('shop', SNAP, 'content-1')
const good = { pvc: 'data', phase: 'Completed', handle: 'h-1', driver: 'csi.example', contentName: 'content-1', snapshotName: SNAP } as const
const status = { phase: 'Completed', volumes: [good] } satisfies BackupStatus
const old = content('content-1', { of: SNAP, handle: 'h-1', uid: 'uid-gone' })
const going = (item: typeof old) => ({ ...item, metadata: { ...item.metadata, deletionTimestamp: '2026-11-21T02:00:00Z' } })
const leaving = going(old)
const made = content(REBOUND, { of: SNAP, handle: 'h-1' })
const boundTo = (name: string, more = {}) => snapshot(SNAP, { boundVolumeSnapshotContentName: name, readyToUse: true, ...more }, { source: { volumeSnapshotContentName: name } })

const MARKED = {
  labels: { 'app.kubernetes.io/managed-by': 'holdfast', 'holdfast.dev/backup': 'nightly-1', 'holdfast.dev/policy': 'nightly', 'holdfast.dev/volume': 'data', 'holdfast.dev/namespace': 'shop' },
  annotations: { 'holdfast.dev/backup': 'nightly-1', 'holdfast.dev/volume': 'data', 'holdfast.dev/backup-uid': 'backup-uid' },
}

const marked = (item: typeof old) => ({ ...item, metadata: { ...item.metadata, ...MARKED } })
const play1 = (scene: Scene) => play({ spec: { strategy: 'snapshot', repositoryRef: undefined }, status, ...scene })
const contents = (...list: ReturnType<typeof content>[]) => ({ contents: Object.fromEntries(list.map((item) => [item.metadata.name, item])) })
const types = (seen: Seen) => seen.effects.map((effect) => `${effect.type}${'target' in effect ? ` ${effect.target.name}` : ''}`)

const THEIRS = `uid-${SNAP}`
const stranger = (name: string, leadsTo?: ReturnType<typeof content>, metadata: object = {}): Scene => {
  const made = boundTo(name)
  return { cluster: { snapshots: { [`shop/${SNAP}`]: { ...made, metadata: { ...made.metadata, ...metadata } } }, ...contents(...(leadsTo ? [leadsTo] : [])) } }
}
const ofOther = (item: ReturnType<typeof content>) => ({ ...item, spec: { ...item.spec as object, driver: 'other.example' } })

const UNWELL = { readyToUse: false, error: { message: 'VolumeSnapshotContent is missing' } }

const rows: readonly [string, Scene, { names: readonly string[]; effects: readonly string[]; contentName?: string; reason?: string }][] = [
  ['a VolumeSnapshot that is there costs nothing', { snapshots: [boundTo('content-1')] }, { names: [SNAP], effects: [] }],
  ['one that is not well keeps the point while its content is there', { snapshots: [boundTo('content-1', UNWELL)], cluster: contents(old) }, { names: [SNAP], effects: [] }],
  ['one whose content somebody has deleted is no restore point', { snapshots: [boundTo('content-1', UNWELL)] }, { names: [SNAP], effects: [], reason: 'SnapshotLost' }],
  ['one that is gone is bound again', { cluster: contents(old) }, { names: [SNAP], effects: ['createContent'] }],
  ['but never by the word of a status alone: without a content nobody knows whose snapshot it is', {}, { names: [], effects: [], reason: 'SnapshotLost' }],
  ['nor if the content is of another VolumeSnapshot', { cluster: contents(content('content-1', { of: 'theirs', handle: 'h-1' })) }, { names: [], effects: [], reason: 'SnapshotLost' }],
  ['nor if the content has another handle than the status', { cluster: contents(content('content-1', { of: SNAP, handle: 'h-of-others' })) }, { names: [], effects: [], reason: 'SnapshotLost' }],
  ['the content that was made is proof as well', { cluster: contents(made) }, { names: [SNAP], effects: [] }],
  ['one that was bound already, when it is the last proof, is the next to be bound again from', { cluster: contents(content(REBOUND, { of: SNAP, handle: 'h-1', uid: 'uid-2' })) }, { names: [], effects: [], contentName: REBOUND }],
  ['an old content that would delete is made to keep first', { cluster: contents(content('content-1', { of: SNAP, handle: 'h-1', policy: 'Delete' })) }, { names: [SNAP], effects: ['patchContent content-1', 'createContent'] }],
  ['a content that was made is not made again', { cluster: contents(old, made) }, { names: [SNAP], effects: [] }],
  ['a content that was bound to a snapshot that is gone again makes room', { cluster: contents(old, content(REBOUND, { of: SNAP, uid: 'uid-2' })) }, { names: [], effects: [`deleteContent ${REBOUND}`] }],
  ['but it is the next to be bound again from when the old one is leaving, which is seen off', { cluster: contents(leaving, content(REBOUND, { of: SNAP, handle: 'h-1', uid: 'uid-2' })) }, { names: [], effects: ['patchContent content-1', 'deleteContent content-1'], contentName: REBOUND }],
  ['unless it leads elsewhere', { cluster: contents(leaving, content(REBOUND, { of: SNAP, handle: 'h-2', uid: 'uid-2' })) }, { names: [], effects: [`deleteContent ${REBOUND}`] }],
  ['what is leaving still proves whose the snapshot is', { cluster: contents(leaving) }, { names: [SNAP], effects: ['createContent'] }],
  ['a cache that is behind makes nothing', { cluster: { snapshots: { [`shop/${SNAP}`]: boundTo('content-1') } } }, { names: [], effects: [] }],
  ['a cluster without the snapshot API makes nothing', { snapshots: null }, { names: [], effects: [] }],
  ['a snapshot that came late under the name says whose it is first', { snapshots: [boundTo('content-2')], cluster: contents(old, content('content-2', { of: SNAP, handle: 'h-2', uid: 'uid-2' })) }, { names: [SNAP], effects: ['patchContent content-2'] }],
  ['then it makes room', { snapshots: [boundTo('content-2')], cluster: contents(old, content('content-2', { of: SNAP, handle: 'h-2', uid: 'uid-2', metadata: MARKED })) }, { names: [], effects: [] }],
  ['but not when ours cannot be bound again: then the point is lost', { snapshots: [boundTo('content-2')], cluster: contents(content('content-2', { of: SNAP, handle: 'h-2', uid: 'uid-2', metadata: MARKED })) }, { names: [SNAP], effects: [], reason: 'SnapshotLost' }],
  ['nor may it lead to what another driver calls by the same handle', { snapshots: [boundTo('content-2')], cluster: contents(ofOther(content('content-2', { of: SNAP, handle: 'h-1', uid: 'uid-2', metadata: MARKED }))) }, { names: [SNAP], effects: [], reason: 'SnapshotLost' }],
  ['one that leads to the content of somebody else is lost', { snapshots: [boundTo('foreign')], cluster: contents(old, content('foreign', { of: 'theirs', handle: 'h-2' })) }, { names: [SNAP], effects: [], reason: 'SnapshotLost' }],
  ['nor before its handle is known', { snapshots: [boundTo('content-2')], cluster: contents(old, content('content-2', { of: SNAP, uid: 'uid-2' })) }, { names: [SNAP], effects: [] }],
  ['the new content is awaited', { snapshots: [boundTo(REBOUND, { readyToUse: false })], cluster: contents(old, made) }, { names: [SNAP], effects: [] }],
  ['when it is bound the old one goes', { snapshots: [boundTo(REBOUND)], cluster: contents(old, made) }, { names: [SNAP], effects: ['deleteContent content-1'] }],
  ['but not for the sake of one that is leaving', { snapshots: [boundTo(REBOUND)], cluster: contents(old, going(made)) }, { names: [SNAP], effects: [] }],
  ['but never with its data', { snapshots: [boundTo(REBOUND)], cluster: contents(content('content-1', { of: SNAP, policy: 'Delete' }), made) }, { names: [SNAP], effects: ['patchContent content-1'] }],
  ['nor one of somebody else', { snapshots: [boundTo(REBOUND)], cluster: contents(content('content-1', { of: 'theirs' }), made) }, { names: [SNAP], effects: [], contentName: REBOUND }],
  ['when the record goes before the old one has, that is seen off', { finalizing: true, snapshots: [boundTo(REBOUND)], cluster: contents(marked(leaving), marked(made)) }, { names: [], effects: ['patchContent content-1', 'deleteContent content-1'] }],
  ['but not while it is what the VolumeSnapshot leads to', { finalizing: true, snapshots: [boundTo('content-1')], cluster: contents(marked(leaving), marked(made)) }, { names: [], effects: [] }],
  ['nor when the other is leaving too', { finalizing: true, snapshots: [boundTo(REBOUND)], cluster: contents(marked(leaving), marked(going(made))) }, { names: [], effects: [] }],
  ['nor when the other leads elsewhere', { finalizing: true, snapshots: [boundTo(REBOUND)], cluster: contents(marked(leaving), content(REBOUND, { of: SNAP, handle: 'h-2', metadata: MARKED })) }, { names: [], effects: [] }],
  ['and one that nobody deletes stays with a record that goes', { finalizing: true, snapshots: [boundTo(REBOUND)], cluster: contents(marked(old), marked(made)) }, { names: [], effects: [] }],
  ['then the new one is noted', { snapshots: [boundTo(REBOUND)], cluster: contents(made) }, { names: [SNAP], effects: [], contentName: REBOUND }],
  ['a snapshot of other data says whose it is, and changes nothing else', { snapshots: [boundTo('foreign')], cluster: contents(old, content('foreign', { of: SNAP, handle: 'h-2' })) }, { names: [SNAP], effects: ['patchContent foreign'] }],
  ['a handle that the storage does not know is told', { snapshots: [boundTo(REBOUND, { readyToUse: false, error: { message: 'not found' } })], cluster: contents(made) }, { names: [SNAP], effects: [], reason: 'SnapshotLost' }],
  ['somebody else\'s in its place makes it no restore point, and is left alone', stranger('theirs', content('theirs', { of: SNAP, handle: 'h-2', uid: THEIRS })), { names: [], effects: [], reason: 'SnapshotLost' }],
  ['also one that has come to nothing', stranger('theirs'), { names: [], effects: [], reason: 'SnapshotLost' }],
  ['or that names our content, which is bound to another object', stranger('content-1', old), { names: [], effects: [], reason: 'SnapshotLost' }],
  ['one that is leaving is waited for', stranger('theirs', content('theirs', { of: SNAP, handle: 'h-2', uid: THEIRS }), { deletionTimestamp: '2026-11-21T02:00:00Z' }), { names: [], effects: [] }],
  ['ours that has lost its owner is as good as before', stranger('content-1', content('content-1', { of: SNAP, handle: 'h-1', uid: THEIRS })), { names: [], effects: [] }],
  ['and one that somebody has bound by hand', stranger('by-hand', content('by-hand', { of: SNAP, handle: 'h-1', uid: THEIRS })), { names: [], effects: [], contentName: 'by-hand' }],
  ['whose old content is still there', { cluster: { ...stranger('by-hand', content('by-hand', { of: SNAP, handle: 'h-1', uid: THEIRS })).cluster, contents: contents(old, content('by-hand', { of: SNAP, handle: 'h-1', uid: THEIRS })).contents } }, { names: [], effects: [] }],
  ['our own that only no cache shows is not lost', stranger('content-1', undefined, { ownerReferences: [{ uid: 'backup-uid' }] }), { names: [], effects: [] }],
]

for (const [sentence, scene, expected] of rows) {
  test(sentence, async () => {
    const seen = await play1(scene)
    const volume = seen.status.volumes?.[0]
    assert.deepEqual([seen.names, types(seen)], [expected.names, expected.effects])
    assert.deepEqual([volume?.phase, volume?.contentName, volume?.reason], ['Completed', expected.contentName ?? 'content-1', expected.reason])
    assert.equal(seen.status.phase, 'Completed')
  })
}

test('the new content holds the same snapshot, keeps it, and points at the same name', async () => {
  const { effects, children } = await play1({ cluster: contents({ ...old, metadata: { ...old.metadata, annotations: { 'snapshot.storage.kubernetes.io/deletion-secret-name': 's', other: 'x' } } }) })
  const object = effects[0]?.type === 'createContent' ? effects[0].object : undefined
  assert.deepEqual(object?.spec, {
    deletionPolicy: 'Retain', driver: 'csi.example', source: { snapshotHandle: 'h-1' }, sourceVolumeMode: 'Filesystem', volumeSnapshotClassName: 'holdfast-retain-fast',
    volumeSnapshotRef: { apiVersion: 'snapshot.storage.k8s.io/v1', kind: 'VolumeSnapshot', name: SNAP, namespace: 'shop' },
  })
  assert.deepEqual(Object.keys(object?.metadata.annotations ?? {}).toSorted(), ['holdfast.dev/backup', 'holdfast.dev/backup-uid', 'holdfast.dev/volume', 'snapshot.storage.kubernetes.io/deletion-secret-name'])
  assert.deepEqual(object?.metadata.finalizers, ['snapshot.storage.kubernetes.io/volumesnapshotcontent-bound-protection'], 'or it could go without its data')
  assert.deepEqual(children[0]?.spec, { source: { volumeSnapshotContentName: object?.metadata.name } })
})

test('a second loss gets a content of another name: a content is bound once only', () => {
  assert.notEqual(reboundName('shop', SNAP, REBOUND), REBOUND)
  assert.notEqual(reboundName('other', SNAP, 'content-1'), REBOUND, 'contents of two namespaces never meet')
})

test('a snapshot in its place needs no read', async () => {
  assert.deepEqual((await play1({ snapshots: [boundTo('content-1')] })).reads, [])
})

test('a point whose VolumeSnapshot somebody replaced is good again when theirs is gone and ours is bound', async () => {
  const wrong = stranger('theirs', content('theirs', { of: SNAP, handle: 'h-2', uid: THEIRS }))
  const lost = await play1(wrong)
  assert.match(lost.status.volumes?.[0]?.message ?? '', /kubectl delete volumesnapshot nightly-1-snap-data -n shop/)
  assert.equal(lost.resync, 60, 'nobody tells us when it goes')
  assert.deepEqual((await play1({ ...wrong, status: lost.status })).status, lost.status, 'nothing is written twice')
  const again = await play1({ status: lost.status, cluster: contents(old) })
  assert.deepEqual([again.names, types(again)], [[SNAP], ['createContent']])
  const bound = await play1({ status: again.status, snapshots: [boundTo(REBOUND)], cluster: contents(made) })
  assert.deepEqual(bound.status.volumes, [{ ...good, contentName: REBOUND }])
})

test('data that is removed never takes along what a stranger\'s VolumeSnapshot of the name holds', async () => {
  const wrong = stranger('theirs', content('theirs', { of: SNAP, handle: 'h-2', uid: THEIRS }))
  const request = { metadata: { annotations: { 'holdfast.dev/delete-requested': '{"requestedBy":"me","reason":"old"}' } } }
  for (const phase of ['Completed', 'Deleting'] as const) {
    const seen = await play1({ ...wrong, ...request, status: { ...status, phase } })
    assert.ok(!JSON.stringify(seen.effects).includes('theirs') && !seen.reads.includes('contents theirs'), JSON.stringify(seen.effects))
  }
})
