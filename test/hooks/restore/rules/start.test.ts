import assert from 'node:assert/strict'
import test from 'node:test'
import { checkStart, START_RULES } from '../../../../hooks/restore/rules/start.ts'
import type { RestoreSpec } from '../../../../schemas/generated/types.ts'
import { backup, claim, content, point, repository, restore, snapshot, snapshotPoint, storageClass } from '../samples.ts'
import { OWNED, volumeInput, type Scene } from '../scene.ts'

const asked = (volume: NonNullable<RestoreSpec['volumes']>[number]) => restore({ backup: 'nightly-20261121-0200', volumes: [volume] })
const ofSnapshot = (changes = {}) => [backup({ spec: { strategy: 'snapshot' }, volumes: [snapshotPoint('data', changes)] })]
const READY = { 'snap-data': snapshot('snap-data') }
const LEADING = (changes: Parameters<typeof content>[1] = {}, metadata = {}) => ({ snapshots: { 'snap-data': { ...READY['snap-data'], metadata: { ...READY['snap-data'].metadata, ...metadata } } }, contents: { 'content-of-snap-data': content('data', changes) } })
const ELSE = { handle: 'handle-of-today' }
const tmp = { claims: { 'again-tmp-data': claim('again-tmp-data', { metadata: OWNED }) } }
const gone = { deletionTimestamp: '2026-11-21T09:00:00Z' }

/** Rule, scene, reason, patience in seconds, words of the message. */
/** Of a claim that had no class, or was gone before anybody looked at it. */
const CLASSLESS = backup({ volumes: [point('data', { storageClassName: undefined })] })

const rows: readonly [string, Scene, string, number, RegExp][] = [
  ['targetExists', { observed: { claims: { data: claim('data') } } }, 'TargetExists', 0, /restore under another name .* kubectl delete pvc data -n shop/],
  ['targetExists', { observed: { claims: { data: claim('data', { metadata: gone }) } } }, 'TargetExists', 600, /still being deleted/],
  ['backupGone', { backups: [] }, 'BackupNotFound', 15, /is gone from namespace shop/],
  ['volumeNotInBackup', { restore: asked({ source: 'mail' }) }, 'VolumeNotInBackup', 0, /has no volume mail; it has data, logs/],
  ['backupDeleting', { backups: [backup({ status: { phase: 'Deleting' } })] }, 'BackupNotUsable', 0, /being deleted/],
  ['volumeNotUsable', { backups: [backup({ status: { phase: 'PartiallyFailed' }, volumes: [point('data', { phase: 'Failed', message: 'out of memory' }), point('logs')] })] }, 'BackupNotUsable', 0, /is Failed \(out of memory\)/],
  ['snapshotMissing', { backups: ofSnapshot(), observed: { snapshots: { 'snap-data': null } } }, 'SnapshotLost', 600, /snap-data is missing/],
  ['snapshotMissing', { backups: ofSnapshot({ reason: 'SnapshotLost' }), observed: { snapshots: { 'snap-data': null } } }, 'SnapshotLost', 600, /snap-data is missing/],
  ['snapshotMissing', { backups: ofSnapshot({ snapshotName: undefined }) }, 'SnapshotLost', 0, /missing/],
  ['snapshotNotReady', { backups: ofSnapshot(), observed: { snapshots: { 'snap-data': snapshot('snap-data', { readyToUse: false, error: { message: 'busy' } }) } } }, 'SnapshotLost', 600, /not ready to use: busy/],
  ['anotherSnapshot', { backups: ofSnapshot(), observed: LEADING(ELSE) }, 'SnapshotLost', 0, /shop\/snap-data leads to another snapshot .* binds its own again/],
  ['anotherSnapshot', { backups: ofSnapshot(), observed: LEADING({ driver: 'other.example.com' }) }, 'SnapshotLost', 0, /leads to another/],
  ['anotherSnapshot', { backups: ofSnapshot(), observed: LEADING({ uid: 'uid-of-another-object' }) }, 'SnapshotLost', 0, /leads to another/],
  ['anotherSnapshot', { backups: ofSnapshot(), observed: LEADING(ELSE, gone) }, 'SnapshotLost', 600, /leads to another/],
  ['anotherSnapshot', { backups: ofSnapshot(), observed: LEADING(ELSE, { ownerReferences: [{ uid: 'uid-nightly-20261121-0200' }] }) }, 'SnapshotLost', 600, /leads to another/],
  ['anotherSnapshot', { backups: ofSnapshot(), observed: { ...LEADING(ELSE, gone), ...tmp } }, 'SnapshotLost', 0, /leads to another/],
  ['anotherSnapshot', { backups: ofSnapshot(), observed: LEADING({ handle: '' }) }, 'SnapshotLost', 600, /does not tell yet/],
  ['anotherSnapshot', { backups: ofSnapshot(), observed: LEADING({ uid: '' }) }, 'SnapshotLost', 600, /does not tell yet/],
  ['anotherSnapshot', { backups: ofSnapshot(), observed: { snapshots: READY, contents: { 'content-of-snap-data': null } } }, 'SnapshotLost', 600, /does not tell yet/],
  ['sizeUnknown', { backups: [backup({ volumes: [point('data', { size: undefined })] })] }, 'InvalidSpec', 0, /set spec.volumes\[\].size/],
  ['sizeTooSmall', { restore: asked({ source: 'data', size: '512Mi' }) }, 'SizeTooSmall', 0, /512Mi is less than the 1Gi/],
  ['sizeTooSmall', { restore: asked({ source: 'data', size: '1Gi' }), backups: ofSnapshot(), observed: { ...LEADING(), snapshots: { 'snap-data': snapshot('snap-data', { readyToUse: true, restoreSize: '2Gi', boundVolumeSnapshotContentName: 'content-of-snap-data' }) } } }, 'SizeTooSmall', 0, /less than the 2Gi/],
  ['wrongDriver', { restore: asked({ source: 'data', storageClassName: 'slow' }), backups: ofSnapshot(), observed: { ...LEADING(), storageClasses: { slow: storageClass('slow', 'local-path') } } }, 'InvalidSpec', 0, /is of local-path, but the snapshot is of csi.example.com/],
  ['repositoryMissing', { repositories: [] }, 'RepositoryNotFound', 600, /BackupRepository store does not exist/],
  ['repositoryNotReady', { repositories: [repository({ phase: 'Failed', message: 'bucket is absent' })] }, 'RepositoryNotReady', 600, /store is Failed: bucket is absent/],
  ['storageClassMissing', { observed: { storageClasses: { fast: null } } }, 'VolumeNotBound', 600, /StorageClass fast does not exist/],
  ['storageClassUnknown', { backups: [CLASSLESS], observed: { claims: { 'again-tmp-data': claim('again-tmp-data', { metadata: OWNED, spec: { storageClassName: undefined } }) } } }, 'VolumeNotBound', 600, /does not tell a StorageClass of data, and this cluster has no default/],
  ['temporaryNameTaken', { observed: { claims: { 'again-tmp-data': claim('again-tmp-data') } } }, 'TargetExists', 600, /again-tmp-data, which this restore needs/],
  ['temporaryNameTaken', { observed: { claims: { 'again-tmp-data': claim('again-tmp-data', { metadata: { ...OWNED, ...gone } }) } } }, 'TargetExists', 600, /still being deleted/],
  ['jobNameTaken', { observed: { unseenJobs: { 'again-restore-data': { apiVersion: 'batch/v1', kind: 'Job', metadata: { name: 'again-restore-data', namespace: 'shop' } } } } }, 'TargetExists', 600, /kubectl delete job again-restore-data -n shop/],
]

for (const [rule, scene, reason, patience, words] of rows) {
  test(`${rule}: ${reason}, ${words.source}`, () => {
    const found = checkStart(volumeInput(scene))
    assert.deepEqual([found?.reason, found?.patienceSeconds], [reason, patience])
    assert.match(found?.message ?? '', words)
    assert.equal(START_RULES.find(candidate => candidate(volumeInput(scene)))?.name, rule)
  })
}

test('every rule has a row', () => {
  assert.deepEqual([...new Set(rows.map(([rule]) => rule))].toSorted(), START_RULES.map(({ name }) => name).toSorted())
})

for (const [sentence, scene] of [
  ['an external volume with a ready repository', {}],
  ['a larger size than the source', { restore: asked({ source: 'data', size: '2Gi' }) }],
  ['the readable part of a volume with unreadable files', { backups: [backup({ status: { phase: 'PartiallyFailed' }, volumes: [point('data', { phase: 'PartiallyFailed', errors: 3 })] })] }],
  ['a snapshot that is ready, without any repository', { backups: ofSnapshot(), repositories: [], observed: LEADING() }],
  ['a snapshot of a record that does not tell the driver', { backups: ofSnapshot({ driver: undefined }), repositories: [], observed: LEADING() }],
  ['a class that is gone, when the claim is bound already', { observed: { storageClasses: { fast: null }, claims: { 'again-tmp-data': claim('again-tmp-data', { metadata: OWNED, spec: { volumeName: 'pv' }, status: { phase: 'Bound' } }) } } }],
  ['a point that tells no class, in a cluster that has a default', { backups: [CLASSLESS], observed: { claims: { 'again-tmp-data': claim('again-tmp-data', { metadata: OWNED }) } } }],
  ['a claim without a class that was given a volume all the same', { backups: [CLASSLESS], observed: { claims: { 'again-tmp-data': claim('again-tmp-data', { metadata: OWNED, spec: { storageClassName: undefined, volumeName: 'pv' }, status: { phase: 'Bound' } }) } } }],
  ['our own temporary claim', { observed: { claims: { data: null, 'again-tmp-data': claim('again-tmp-data', { metadata: OWNED }) } } }],
] as readonly [string, Scene][]) {
  test(`nothing is in the way of ${sentence}`, () => assert.equal(checkStart(volumeInput(scene)), undefined))
}
