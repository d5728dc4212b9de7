import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { BackupStatus, KubeObject } from '../../../schemas/generated/types.ts'
import type { FakeCluster } from '../fake-live.ts'
import { content, snapshot } from './objects.ts'
import { NOW, play, type Scene } from './scene.ts'

const SNAP = 'nightly-1-snap-data'
const CONTENT = `snapcontent-uid-${SNAP}`
const begun = { phase: 'Running', startTime: NOW, volumes: [{ pvc: 'data', phase: 'Running', snapshotName: SNAP }] } satisfies BackupStatus
const ownerReferences = [{ apiVersion: 'holdfast.dev/v1alpha1', kind: 'Backup', name: 'nightly-1', uid: 'backup-uid' }]
const taken = (change: object = {}, status: object = {}): KubeObject => ({ ...snapshot(SNAP, status), metadata: { ...snapshot(SNAP).metadata, ...change } })
const bound = { boundVolumeSnapshotContentName: CONTENT, readyToUse: true }
const there = (of = SNAP): FakeCluster => ({ contents: { [CONTENT]: content(CONTENT, { of }) } })
const made = (metadata: object): KubeObject => content(CONTENT, { of: SNAP, metadata })
const foreground = { deletionTimestamp: NOW, finalizers: ['foregroundDeletion'] }
const release = (scene: Scene) => play({ spec: { strategy: 'snapshot', repositoryRef: undefined }, status: begun, finalizing: true, ...scene })

/** What becomes of the record, which VolumeSnapshots stay, and which contents are marked. */
const rows: readonly (readonly [sentence: string, scene: Scene, finalized: boolean, names: readonly string[], marked: readonly string[]])[] = [
  ['the content of a run whose record goes is marked', { snapshots: [taken({}, bound)], cluster: there() }, true, [], [CONTENT]],
  ['also one that its VolumeSnapshot does not name yet', { snapshots: [taken()], cluster: there() }, true, [], [CONTENT]],
  ['also one whose VolumeSnapshot no cache shows', { cluster: { ...there(), snapshots: { [`shop/${SNAP}`]: taken({ ownerReferences }) } } }, true, [], [CONTENT]],
  ['but never somebody else\'s', { snapshots: [taken({}, bound)], cluster: there('other') }, true, [], []],
  ['nor that of a namesake', { cluster: { ...there(), snapshots: { [`shop/${SNAP}`]: taken() } } }, true, [], []],
  ['also under foreground deletion that should have removed it', { spec: { strategy: 'snapshot', deletionPolicy: 'Delete' }, metadata: foreground, snapshots: [taken({}, bound)], cluster: there() }, true, [], [CONTENT]],
  ['which waits for its VolumeSnapshot as well', { spec: { strategy: 'snapshot', deletionPolicy: 'Delete' }, metadata: foreground, snapshots: [taken()] }, false, [], []],
  ['a VolumeSnapshot without content goes first', { snapshots: [taken()] }, false, [], []],
  ['also one that no cache shows', { cluster: { snapshots: { [`shop/${SNAP}`]: taken({ ownerReferences }) } } }, false, [], []],
  ['the record waits for it', { snapshots: [taken({ deletionTimestamp: NOW })] }, false, [], []],
  ['a minute at most', { snapshots: [taken({ deletionTimestamp: NOW })], now: '2026-11-21T02:01:00Z' }, true, [], []],
  ['what was made for it is marked when it is gone', { cluster: { contents: { [CONTENT]: made({ creationTimestamp: NOW }) } } }, true, [], [CONTENT]],
  ['but not what was made through a person\'s class', { cluster: { contents: { [CONTENT]: { ...made({ creationTimestamp: NOW }), spec: { ...made({}).spec as object, volumeSnapshotClassName: 'fast' } } } } }, true, [], []],
  ['but not what is older than the record', { cluster: { contents: { [CONTENT]: made({ creationTimestamp: '2026-11-21T01:59:59Z' }) } } }, true, [], []],
  ['nor what another of the same name has marked', { cluster: { contents: { [CONTENT]: made({ creationTimestamp: NOW, annotations: { 'holdfast.dev/backup': 'nightly-1' } }) } } }, true, [], []],
  ['nor what says that it is of an older one', { cluster: { contents: { [CONTENT]: made({ creationTimestamp: NOW, annotations: { 'holdfast.dev/backup-uid': 'uid-of-the-older' } }) } } }, true, [], []],
  ['a run that took none', { spec: {}, jobs: [] }, true, [], []],
  ['a cluster without the snapshot API', { snapshots: null }, true, [], []],
]

for (const [sentence, scene, finalized, names, marked] of rows) {
  test(sentence, async () => {
    const seen = await release(scene)
    assert.deepEqual([seen.finalized, seen.names], [finalized, names])
    assert.deepEqual(seen.effects.filter(({ type }) => type !== 'emitEvent').map((effect) => effect.type === 'patchContent' && effect.deletionPolicy === 'Retain' && effect.target.name), marked)
    assert.equal(seen.resync === undefined, finalized)
  })
}
