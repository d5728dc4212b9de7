import assert from 'node:assert/strict'
import { test } from 'node:test'
import { claim, content, repository, storageClass, user } from '../objects.ts'
import { NOW, play, type Scene } from '../scene.ts'

const LATE = '2026-11-21T02:10:00Z'
const late = (reason: string) => ({ phase: 'Running', startTime: NOW, volumes: [{ pvc: 'data', phase: 'Pending', reason, startTime: NOW }] }) satisfies Scene['status']
const begun = { phase: 'Running', startTime: NOW, volumes: [{ pvc: 'data', phase: 'Pending' }] } satisfies Scene['status']
const oneUser = { accessModes: ['ReadWriteOncePod'] }
const used = (labels = {}) => ({ activePods: { shop: [user('db-0', { claim: 'data', labels })] } })
const mover = { 'app.kubernetes.io/managed-by': 'holdfast' }
const store = (url: string, type = 'pvc') => ({ ...repository('Ready'), spec: { type, url } })
const classes = (mode: string) => ({ storageClasses: { fast: storageClass('fast', mode) } })

const rows: readonly [string, Scene, string, string?][] = [
  ['a claim that is bound', {}, 'Running'],
  ['a claim that does not exist', { claims: [] }, 'Failed', 'VolumeNotFound'],
  ['a claim of that name in another namespace', { claims: [{ ...claim('data'), metadata: { name: 'data', namespace: 'other' } }] }, 'Failed', 'VolumeNotFound'],
  ['the claim that the repository is in', { repository: store('pvc://data/sub') }, 'Failed', 'UnsupportedVolume'],
  ['a claim named like a bucket', { repository: store('s3://data/sub', 's3') }, 'Running'],
  ['a claim beside the one that the repository is in', { repository: store('pvc://data-2') }, 'Running'],
  ['a claim that lost its volume', { claims: [claim('data', {}, 'Lost')] }, 'Failed', 'VolumeNotBound'],
  ['a claim that no pod has used yet', { claims: [claim('data', {}, 'Pending')], cluster: classes('WaitForFirstConsumer') }, 'Failed', 'VolumeNotBound'],
  ['a claim whose volume is on its way', { claims: [claim('data', {}, 'Pending')], cluster: classes('Immediate') }, 'Pending', 'VolumeNotBound'],
  ['a claim whose class is unknown', { claims: [claim('data', {}, 'Pending')] }, 'Pending', 'VolumeNotBound'],
  ['a claim that was not bound in time', { claims: [claim('data', {}, 'Pending')], status: late('VolumeNotBound'), now: LATE }, 'Failed', 'VolumeNotBound'],
  ['a block volume for a mover', { claims: [claim('data', { volumeMode: 'Block' })] }, 'Failed', 'UnsupportedVolume'],
  ['a ReadWriteOncePod volume that is free', { claims: [claim('data', oneUser)] }, 'Running'],
  ['a ReadWriteOncePod volume that a pod uses', { claims: [claim('data', oneUser)], cluster: used() }, 'Failed', 'VolumeInUse'],
  ['a ReadWriteOncePod volume that another mover uses', { claims: [claim('data', oneUser)], cluster: used(mover) }, 'Pending', 'VolumeInUse'],
  ['a ReadWriteOncePod volume that the mover of this run uses, whose Job no cache shows yet', { claims: [claim('data', oneUser)], cluster: used({ ...mover, 'holdfast.dev/role': 'backup', 'holdfast.dev/backup': 'nightly-1' }) }, 'Running'],
  ['a ReadWriteOncePod volume that a mover did not leave', { claims: [claim('data', oneUser)], cluster: used(mover), status: late('VolumeInUse'), now: LATE }, 'Failed', 'VolumeInUse'],
  ['a ReadWriteOnce volume that a pod uses', { cluster: used() }, 'Running'],
]

for (const [sentence, scene, phase, reason] of rows) {
  test(`${sentence} → ${phase} ${reason ?? ''}`, async () => {
    const { status, names, resync } = await play(scene)
    const volume = status.volumes?.[0]
    assert.deepEqual([volume?.phase, volume?.reason], [phase, reason ?? 'Running'])
    assert.deepEqual(names, phase === 'Running' ? ['nightly-1-backup-data'] : [])
    if (phase === 'Pending') assert.equal(resync, reason === 'VolumeInUse' ? 10 : 600, 'it looks again when nothing will tell')
    if (reason) assert.match(volume?.message ?? '', /"data"/)
  })
}

const LABELS = { 'app.kubernetes.io/managed-by': 'holdfast', 'holdfast.dev/namespace': 'shop', 'holdfast.dev/backup': 'nightly-1' }
/** A content that bears these words, and leads to a snapshot. */
const kept = (annotations: object, metadata: object = {}) => content('kept', { of: 'nightly-1-snap-data', handle: 'h-1', metadata: { labels: LABELS, annotations: { 'holdfast.dev/backup': 'nightly-1', ...annotations }, ...metadata } })
const earlier: readonly [string, ReturnType<typeof kept>, string | undefined][] = [
  ['an earlier Backup of its name keeps a snapshot of the volume', kept({ 'holdfast.dev/volume': 'data', 'holdfast.dev/backup-uid': 'of-then' }), 'TargetExists'],
  ['it keeps one of another volume', kept({ 'holdfast.dev/volume': 'logs', 'holdfast.dev/backup-uid': 'of-then' }), 'VolumeNotBound'],
  ['the content is this very Backup\'s', kept({ 'holdfast.dev/volume': 'data', 'holdfast.dev/backup-uid': 'backup-uid' }), 'VolumeNotBound'],
  ['an earlier version has not written whose it is', kept({ 'holdfast.dev/volume': 'data' }), 'VolumeNotBound'],
  ['it is leaving', kept({ 'holdfast.dev/volume': 'data', 'holdfast.dev/backup-uid': 'of-then' }, { deletionTimestamp: NOW }), 'VolumeNotBound'],
]
for (const [when, object, reason] of earlier) {
  test(`a snapshot is ${reason === 'TargetExists' ? 'not taken' : 'about to be taken'} when ${when}`, async () => {
    const { status, names } = await play({ spec: { strategy: 'snapshot', repositoryRef: undefined }, status: begun, now: NOW, cluster: { contents: { kept: object } } })
    assert.deepEqual([status.volumes?.[0]?.reason, names], [reason, []])
    if (reason === 'TargetExists') assert.match(status.volumes?.[0]?.message ?? '', /VolumeSnapshotContent kept keeps a snapshot of volume "data" by an earlier Backup nightly-1.* make the Backup under another name/)
  })
}

for (const [when, now, phase] of [['at first', NOW, 'Pending'], ['for too long', LATE, 'Failed']] as const) {
  test(`a snapshot run whose cluster lost the API ${when} → ${phase}, and no VolumeSnapshot is asked for`, async () => {
    const { status, names } = await play({ spec: { strategy: 'snapshot', repositoryRef: undefined }, snapshots: null, status: begun, now })
    assert.deepEqual([status.volumes?.[0]?.phase, status.volumes?.[0]?.reason, names], [phase, 'SnapshotsUnavailable', []])
  })
}

for (const [when, now, phase, soon] of [['at first', NOW, 'Pending', 10], ['for too long', LATE, 'Failed', undefined]] as const) {
  test(`a snapshot of a claim whose volume is not there ${when} → ${phase}`, async () => {
    const { status, names, resync } = await play({ spec: { strategy: 'snapshot', repositoryRef: undefined }, status: begun, now })
    assert.deepEqual([status.volumes?.[0]?.phase, status.volumes?.[0]?.reason, names, resync], [phase, 'VolumeNotBound', [], soon])
  })
}

test('one bad volume does not keep the others', async () => {
  const { status, names } = await play({ spec: { volumes: ['gone', 'data'] }, claims: [claim('data')] })
  assert.deepEqual(status.volumes?.map(({ phase }) => phase), ['Failed', 'Running'])
  assert.deepEqual(names, ['nightly-1-backup-data'])
  assert.equal(status.phase, 'Running')
})

test('a snapshot of the claim that a repository is in is one like any other', async () => {
  const { status } = await play({ spec: { strategy: 'snapshot' }, repository: store('pvc://data') })
  assert.doesNotMatch(JSON.stringify(status), /into itself/)
})
