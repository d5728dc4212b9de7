import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { BackupStatus } from '../../../schemas/generated/types.ts'
import type { FakeCluster } from '../fake-live.ts'
import { claim, content, persistentVolume, snapshot, snapshotClass, storageClass } from './objects.ts'
import { NOW, play, type Scene } from './scene.ts'

const SNAP = 'nightly-1-snap-data'
const strategy = { strategy: 'snapshot', repositoryRef: undefined } as const
const volumes = { 'pv-data': persistentVolume('pv-data', 'csi.example') }
const ready = { boundVolumeSnapshotContentName: 'content-1', readyToUse: true, restoreSize: '1Gi' }
const begun = { phase: 'Running', startTime: NOW, volumes: [{ pvc: 'data', phase: 'Running', snapshotName: SNAP }] } satisfies BackupStatus
const marks = {
  labels: {
    'app.kubernetes.io/managed-by': 'holdfast', 'holdfast.dev/backup': 'nightly-1', 'holdfast.dev/policy': 'nightly',
    'holdfast.dev/volume': 'data', 'holdfast.dev/namespace': 'shop',
  },
  annotations: { 'holdfast.dev/backup': 'nightly-1', 'holdfast.dev/volume': 'data', 'holdfast.dev/backup-uid': 'backup-uid' },
}

const shoot = (scene: Scene) => play({ ...scene, spec: { ...strategy, ...scene.spec } })
const with1 = (of: Partial<Parameters<typeof content>[1]> = {}): FakeCluster => ({ contents: { 'content-1': content('content-1', { of: SNAP, ...of }) } })

test('a snapshot is made through a twin of the default class that never deletes', async () => {
  const { status, children, effects } = await shoot({ cluster: { volumes, snapshotClasses: [snapshotClass('fast', { default: true, parameters: { a: 'b' } })] } })
  assert.equal(status.volumes?.[0]?.phase, 'Running')
  assert.deepEqual(children[0]?.spec, { volumeSnapshotClassName: 'holdfast-retain-fast', source: { persistentVolumeClaimName: 'data' } })
  assert.deepEqual(effects, [{
    type: 'createRecord',
    object: {
      apiVersion: 'snapshot.storage.k8s.io/v1', kind: 'VolumeSnapshotClass',
      metadata: { name: 'holdfast-retain-fast', labels: { 'app.kubernetes.io/managed-by': 'holdfast' } },
      driver: 'csi.example', deletionPolicy: 'Retain', parameters: { a: 'b' },
    },
  }])
})

const twin = snapshotClass('holdfast-retain-fast', { ours: true, policy: 'Retain' })
const classes: readonly [string, FakeCluster['snapshotClasses'], Scene['spec'], string, RegExp?][] = [
  ['the default class of the driver', [snapshotClass('fast', { default: true }), snapshotClass('slow')], {}, 'holdfast-retain-fast'],
  ['the only class of the driver', [snapshotClass('slow'), snapshotClass('other', { driver: 'x', default: true })], {}, 'holdfast-retain-slow'],
  ['the named class', [snapshotClass('fast', { default: true }), snapshotClass('slow')], { snapshotClassName: 'slow' }, 'holdfast-retain-slow'],
  ['a twin that is there already', [snapshotClass('fast'), twin], {}, 'holdfast-retain-fast'],
  ['no class at all', [], {}, 'NoSnapshotClass', /csi\.example.*none/],
  ['only our own twin', [twin], {}, 'NoSnapshotClass'],
  ['two without a default', [snapshotClass('a'), snapshotClass('b')], {}, 'NoSnapshotClass', /got a, b/],
  ['two defaults', [snapshotClass('a', { default: true }), snapshotClass('b', { default: true })], {}, 'NoSnapshotClass'],
  ['a named class that is not there', [snapshotClass('a')], { snapshotClassName: 'z' }, 'NoSnapshotClass', /"z" does not exist/],
  ['a named class of another driver', [snapshotClass('a', { driver: 'x' })], { snapshotClassName: 'a' }, 'NoSnapshotClass', /driver x.*csi\.example/],
]

for (const [sentence, snapshotClasses, spec, expected, message] of classes) {
  test(`${sentence} → ${expected}`, async () => {
    const { status, children } = await shoot({ spec, cluster: { volumes, snapshotClasses } })
    const made = (children[0]?.spec as { volumeSnapshotClassName?: string } | undefined)?.volumeSnapshotClassName
    assert.equal(made ?? status.reason, expected)
    if (message) assert.match(status.message ?? '', message)
  })
}

test('a twin of an older version of the class is not taken', async () => {
  const { children, effects } = await shoot({ cluster: { volumes, snapshotClasses: [snapshotClass('fast', { parameters: { new: 'yes' } }), twin] } })
  const name = (children[0]?.spec as { volumeSnapshotClassName: string }).volumeSnapshotClassName
  assert.match(name, /^holdfast-retain-fast-[0-9a-f]{8}$/)
  assert.equal(effects.length, 1)
})

test('one effect makes the twin for all volumes of a class', async () => {
  const names = ['a', 'b', 'c']
  const all = Object.fromEntries(names.map((name) => [`pv-${name}`, persistentVolume(`pv-${name}`, 'csi.example')]))
  const { children, effects } = await shoot({ spec: { volumes: names }, cluster: { volumes: all, snapshotClasses: [snapshotClass('fast')] } })
  assert.deepEqual([children.length, effects.length], [3, 1])
})

interface Row {
  readonly scene: Scene
  readonly phase: string
  readonly reason?: string
  readonly effects?: readonly string[]
  readonly names?: readonly string[]
  /** Seconds. */
  readonly resync?: number
}

/** Its claim is gone, and nobody has made a content. */
const orphan = { status: begun, claims: [], snapshots: [snapshot(SNAP)] } satisfies Scene
const toldOf = { ...begun, volumes: [{ ...begun.volumes[0]!, reason: 'VolumeNotFound' }] } satisfies BackupStatus
const rows: Record<string, Row> = {
  'a volume that is not CSI': { scene: { cluster: { volumes: { 'pv-data': persistentVolume('pv-data') }, snapshotClasses: [snapshotClass('a')] } }, phase: 'Failed', reason: 'UnsupportedVolume' },
  'a block volume is as good as any': { scene: { claims: [claim('data', { volumeMode: 'Block' })], cluster: { volumes, snapshotClasses: [snapshotClass('a')] } }, phase: 'Running', reason: 'Running' },
  'a claim that nobody has used': {
    scene: { claims: [claim('data', {}, 'Pending')], cluster: { storageClasses: { fast: storageClass('fast', 'WaitForFirstConsumer') } } }, phase: 'Failed', reason: 'VolumeNotBound',
  },
  'a snapshot that is not bound yet': { scene: { status: begun, snapshots: [snapshot(SNAP)] }, phase: 'Running', effects: [] },
  'a bound one is marked': { scene: { status: begun, snapshots: [snapshot(SNAP, { boundVolumeSnapshotContentName: 'content-1' })], cluster: with1() }, phase: 'Running', effects: ['patchContent'] },
  'a marked one is left alone': { scene: { status: begun, snapshots: [snapshot(SNAP, { boundVolumeSnapshotContentName: 'content-1' })], cluster: with1({ metadata: marks }) }, phase: 'Running', effects: [] },
  'a content that would delete is made to keep': {
    scene: { status: begun, snapshots: [snapshot(SNAP, { boundVolumeSnapshotContentName: 'content-1' })], cluster: with1({ metadata: marks, policy: 'Delete' }) }, phase: 'Running', effects: ['patchContent'],
  },
  'a ready one with a handle is complete': { scene: { status: begun, snapshots: [snapshot(SNAP, ready)], cluster: with1({ handle: 'h-1', metadata: marks }) }, phase: 'Completed', names: [SNAP] },
  'ready without a handle is not': { scene: { status: begun, snapshots: [snapshot(SNAP, ready)], cluster: with1({ metadata: marks }) }, phase: 'Running', effects: [] },
  'ready without a content is not': { scene: { status: begun, snapshots: [snapshot(SNAP, ready)] }, phase: 'Running' },
  'an error of the driver is told and waited out': { scene: { status: begun, snapshots: [snapshot(SNAP, { error: { message: 'busy' } })] }, phase: 'Running', reason: 'SnapshotFailed' },
  'an error at the deadline is the reason': {
    scene: { status: begun, snapshots: [snapshot(SNAP, { error: { message: 'busy' } })], now: '2026-11-22T02:00:00Z' }, phase: 'Failed', reason: 'SnapshotFailed', names: [SNAP],
  },
  'a claim that was deleted before its snapshot was begun is told of': { scene: { ...orphan, now: '2026-11-21T02:09:59Z' }, phase: 'Running', reason: 'VolumeNotFound', effects: [], names: [SNAP], resync: 60 },
  'and looked for once more when the patience is over': { scene: { ...orphan, now: '2026-11-21T02:30:00Z' }, phase: 'Running', reason: 'VolumeNotFound', names: [SNAP], resync: 60 },
  'then its volume fails, and what was asked for stays for whoever reads it': { scene: { ...orphan, status: toldOf, now: '2026-11-21T02:30:00Z' }, phase: 'Failed', reason: 'VolumeNotFound', names: [SNAP] },
  'but not before, however often it is looked at': { scene: { ...orphan, status: toldOf, now: '2026-11-21T02:00:10Z' }, phase: 'Running', reason: 'VolumeNotFound', names: [SNAP], resync: 591 },
  'nor when a content was made of it': {
    scene: { ...orphan, status: toldOf, snapshots: [snapshot(SNAP, { boundVolumeSnapshotContentName: 'content-1' })], cluster: with1({ metadata: marks }), now: '2026-11-21T02:30:00Z' }, phase: 'Running', effects: [],
  },
  'nor when only the cache does not show the claim': { scene: { ...orphan, status: toldOf, cluster: { claims: { 'shop/data': claim('data') } }, now: '2026-11-21T02:30:00Z' }, phase: 'Running', names: [SNAP] },
  'a snapshot that is whole is one, whatever became of its claim': { scene: { ...orphan, snapshots: [snapshot(SNAP, ready)], cluster: with1({ handle: 'h-1', metadata: marks }) }, phase: 'Completed', names: [SNAP] },
  'silence until the deadline is a timeout': { scene: { status: begun, snapshots: [snapshot(SNAP)], now: '2026-11-22T02:00:00Z' }, phase: 'Failed', reason: 'SnapshotTimeout', names: [SNAP] },
  'a class that was refused until the deadline is the reason, and is demanded no more': {
    scene: { status: { ...begun, conditions: [{ type: 'Stalled', status: 'True', reason: 'ApiRefused', message: 'denied', lastTransitionTime: NOW }], volumes: [] }, cluster: { volumes, snapshotClasses: [snapshotClass('fast')] }, now: '2026-11-22T02:00:00Z' },
    phase: 'Failed', reason: 'ApiRefused', effects: ['emitEvent'], names: [],
  },
  'a cancelled run keeps the VolumeSnapshot: its data may be whole': {
    scene: { status: begun, snapshots: [snapshot(SNAP)], metadata: { annotations: { 'holdfast.dev/cancel-requested': '' } } }, phase: 'Failed', reason: 'Cancelled', names: [SNAP],
  },
}

for (const [sentence, row] of Object.entries(rows)) {
  test(sentence, async () => {
    const { status, effects, names, resync } = await shoot(row.scene)
    const volume = status.volumes?.[0]
    assert.deepEqual([volume?.phase, volume?.reason], [row.phase, row.reason])
    if (row.effects) assert.deepEqual(effects.map(({ type }) => type), row.effects)
    if (row.names) assert.deepEqual(names, row.names)
    if (row.resync) assert.equal(resync, row.resync)
  })
}

const waits = { ...begun, volumes: [{ pvc: 'data', phase: 'Running', snapshotName: SNAP, startTime: NOW, reason: 'Running' }] } satisfies BackupStatus
const classed = { volumes, snapshotClasses: [snapshotClass('fast', { default: true }), twin] }
/** What has the name of the VolumeSnapshot and is not shown. */
const named = (metadata: object): FakeCluster => ({ ...classed, snapshots: { [`shop/${SNAP}`]: { ...snapshot(SNAP), metadata: { name: SNAP, namespace: 'shop', ...metadata } } } })
const unseen: readonly (readonly [sentence: string, scene: Scene, phase: string, reason: string, words: RegExp, names: readonly string[]])[] = [
  ['a VolumeSnapshot that was asked for just now says nothing yet', { status: waits, now: '2026-11-21T02:00:15Z', cluster: classed }, 'Running', 'Running', /^0 of 1 volume done$/, [SNAP]],
  ['one that is not there after a while says where to look', { status: waits, now: '2026-11-21T02:00:16Z', cluster: classed }, 'Running', 'Running', /VolumeSnapshot .* has not been made; .*: kubectl describe backup nightly-1 -n shop/, [SNAP]],
  ['and fails the volume in the end', { status: waits, now: '2026-11-21T02:10:00Z', cluster: classed }, 'Failed', 'SnapshotTimeout', /has not been made/, []],
  ['unless it is there and only no cache shows it', { status: waits, now: '2026-11-21T09:00:00Z', cluster: named({ ownerReferences: [{ uid: 'backup-uid' }] }) }, 'Running', 'Running', /^0 of 1 volume done$/, [SNAP]],
  ['or is a former run\'s, and goes', { status: waits, now: '2026-11-21T09:00:00Z', cluster: named({ ownerReferences: [{ kind: 'Backup', uid: 'former' }] }) }, 'Running', 'Running', /^0 of 1 volume done$/, [SNAP]],
  ['another\'s of its name is told', { status: waits, cluster: named({}) }, 'Running', 'TargetExists', /kubectl delete volumesnapshot nightly-1-snap-data -n shop/, [SNAP]],
  ['and fails the volume in the end too', { status: waits, now: '2026-11-21T02:10:00Z', cluster: named({}) }, 'Failed', 'TargetExists', /not its own/, []],
  ['or at the deadline of the run, when that comes first', { spec: { mover: { timeoutSeconds: 60 } }, status: waits, now: '2026-11-21T02:01:00Z', cluster: named({}) }, 'Failed', 'TargetExists', /not its own/, []],
  ['one that was seen and that somebody removed is given its time anew', { status: { ...waits, volumes: [{ ...waits.volumes[0]!, reason: 'SnapshotFailed' }] }, now: '2026-11-21T09:00:00Z', cluster: classed }, 'Running', 'Running', /^0 of 1 volume done$/, [SNAP]],
]
for (const [sentence, scene, phase, reason, words, expected] of unseen) {
  test(sentence, async () => {
    const { status, names } = await shoot(scene)
    const volume = status.volumes?.[0]
    assert.deepEqual([volume?.phase, volume?.reason, names], [phase, reason, expected])
    assert.match(status.message ?? '', words)
  })
}

test('the mark says whose snapshot it is, and keeps its data', async () => {
  const { effects } = await shoot(rows['a bound one is marked']!.scene)
  assert.deepEqual(effects[0], { type: 'patchContent', target: { name: 'content-1', uid: 'uid-content-1' }, ...marks, deletionPolicy: 'Retain' })
})

test('a complete snapshot is noted with all that a rebind needs', async () => {
  const { status } = await shoot({ ...rows['a ready one with a handle is complete']!.scene, now: '2026-11-21T02:05:00Z' })
  assert.deepEqual(status.volumes?.[0], {
    pvc: 'data', phase: 'Completed', snapshotName: SNAP, contentName: 'content-1', handle: 'h-1', driver: 'csi.example', bytes: 2 ** 30,
    size: '1Gi', storageClassName: 'fast', accessModes: ['ReadWriteOnce'], startTime: '2026-11-21T02:00:01Z', completionTime: '2026-11-21T02:05:00Z',
  })
})

test('a content that is bound to another VolumeSnapshot is neither taken for the data nor touched, whatever the status of ours says', async () => {
  const foreign = { contents: { 'content-1': content('content-1', { of: 'theirs', handle: 'their-data', policy: 'Delete' }) } }
  const { status, effects } = await shoot({ status: begun, snapshots: [snapshot(SNAP, ready)], cluster: foreign })
  assert.deepEqual([status.volumes?.[0]?.phase, status.volumes?.[0]?.handle, effects], ['Running', undefined, []])
})

test('what is left of a snapshot that somebody removed before it was ready says whose it is', async () => {
  const left = content('snapcontent-1', { of: SNAP, metadata: { creationTimestamp: NOW } })
  const { effects, children } = await shoot({ status: begun, cluster: { volumes, snapshotClasses: [snapshotClass('fast', { default: true }), twin], contents: { 'snapcontent-1': left } } })
  assert.deepEqual(effects, [{ type: 'patchContent', target: { name: 'snapcontent-1', uid: 'uid-snapcontent-1' }, ...marks, deletionPolicy: 'Retain' }])
  assert.deepEqual(children.map(({ metadata }) => metadata.name), [SNAP])
})

const failed = { phase: 'Failed', volumes: [{ pvc: 'data', phase: 'Failed', snapshotName: SNAP }] } satisfies BackupStatus
const failures: readonly (readonly [sentence: string, scene: Scene, effects: number, contentName: string | undefined])[] = [
  ['the content of a failed volume is marked too', { status: failed, snapshots: [snapshot(SNAP, ready)], cluster: with1() }, 1, 'content-1'],
  ['once', { status: { ...failed, volumes: [{ pvc: 'data', phase: 'Failed', snapshotName: SNAP, contentName: 'content-1' }] }, snapshots: [snapshot(SNAP, ready)], cluster: with1() }, 0, 'content-1'],
  ['not before there is one', { status: failed, snapshots: [snapshot(SNAP)] }, 0, undefined],
  ['nor somebody else\'s', { status: failed, snapshots: [snapshot(SNAP, ready)], cluster: with1({ of: 'other' }) }, 0, undefined],
]
for (const [sentence, scene, count, contentName] of failures) {
  test(sentence, async () => {
    const { status, effects, names } = await shoot(scene)
    assert.deepEqual([status.phase, status.volumes?.[0]?.phase, status.volumes?.[0]?.contentName, effects.length, names], ['Failed', 'Failed', contentName, count, [SNAP]])
  })
}
