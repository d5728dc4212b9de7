import assert from 'node:assert/strict'
import test from 'node:test'
import { observeRestore } from '../../../hooks/restore/observe.ts'
import { FakeLive } from '../fake-live.ts'
import { backup, claim, content, point, restore, snapshot, snapshotPoint, START } from './samples.ts'
import { heldVolume, OWNED, sceneInput } from './scene.ts'

test('reads nothing for a Restore that has ended', async () => {
  const live = new FakeLive()
  await observeRestore(sceneInput({ restore: restore(undefined, { phase: 'Completed' }) }).request, live, START)
  assert.deepEqual(live.reads, [])
})

test('reads nothing of what cannot be asked for: the API server would refuse it every time', async () => {
  const live = new FakeLive()
  await observeRestore(sceneInput({ restore: restore({ policy: 'prod/nightly' }) }).request, live, START)
  assert.deepEqual(live.reads, [])
})

test('reads the Backups of a policy until one is chosen', async () => {
  const reads = async (scene: Parameters<typeof sceneInput>[0]) => {
    const live = new FakeLive({ backupsOfPolicy: { 'shop/nightly': [backup()] } })
    const { backups } = await observeRestore(sceneInput(scene).request, live, START)
    return [live.reads.includes('backupsOfPolicy shop/nightly'), backups?.length]
  }
  assert.deepEqual(await reads({ restore: restore({ policy: 'nightly' }) }), [true, 1])
  assert.deepEqual(await reads({ restore: restore({ policy: 'nightly' }, { backup: 'nightly-20261121-0200' }) }), [false, undefined])
  assert.deepEqual(await reads({ restore: restore({ backup: 'nightly-20261121-0200' }) }), [false, undefined])
})

test('reads for the restore point that the clock lets it choose', async () => {
  const later = backup({ name: 'later', spec: { strategy: 'snapshot' }, volumes: [snapshotPoint('data')], status: { completionTime: '2026-11-21T10:00:00Z' } })
  const live = new FakeLive({ backupsOfPolicy: { 'shop/nightly': [backup(), later] } })
  const { request } = sceneInput({ restore: restore({ policy: 'nightly' }), backups: [backup(), later] })
  await observeRestore(request, live, START)
  assert.ok(!live.reads.some(read => read.startsWith('snapshots')))
  await observeRestore(request, live, new Date('2026-11-21T10:00:00Z'))
  assert.ok(live.reads.includes('snapshots shop/snap-data'))
})

test('reads the claims of as many volumes as may move at once, and of those under way', async () => {
  const volumes = Array.from({ length: 20 }, (_, index) => point(`v${index}`))
  const request = sceneInput({
    restore: restore({ backup: 'nightly-20261121-0200', mover: { parallelism: 2 } }), backups: [backup({ volumes })],
    children: [claim('again-tmp-v7', { metadata: OWNED })], relatedClaims: [claim('v9')],
  }).request
  const observed = await observeRestore(request, new FakeLive(), START)
  assert.deepEqual(Object.keys(observed.claims), ['v0', 'v1', 'v7', 'v9'].flatMap(name => [name, `again-tmp-${name}`]))
  assert.equal(observed.claims.v0, null)
})

test('reads snapshots with their contents and classes before a Job, pods and their events after, the volume and the snapshot again at its end', async () => {
  const snapshots = [backup({ spec: { strategy: 'snapshot' }, volumes: [snapshotPoint('data')] })]
  const before = new FakeLive({ snapshots: { 'shop/snap-data': snapshot('snap-data') }, contents: { 'content-of-snap-data': content('data') } })
  const { contents } = await observeRestore(sceneInput({ backups: snapshots }).request, before, START)
  assert.deepEqual(Object.keys(contents), ['content-of-snap-data'])
  assert.ok(before.reads.includes('snapshots shop/snap-data') && before.reads.includes('storageClasses fast'))
  const job = { apiVersion: 'batch/v1', kind: 'Job', metadata: { name: 'again-restore-data', namespace: 'shop', ...OWNED }, status: { conditions: [{ type: 'Complete', status: 'True' }] } }
  const after = new FakeLive({ claims: { 'shop/again-tmp-data': claim('again-tmp-data', { metadata: OWNED, spec: { volumeName: 'pv-1' } }) }, volumes: { 'pv-1': heldVolume() } })
  const observed = await observeRestore(sceneInput({ backups: snapshots, children: [job] }).request, after, START)
  assert.ok(after.reads.includes('snapshots shop/snap-data') && !after.reads.includes('storageClasses fast') && after.reads.includes('podsOfJob shop/again-restore-data') && after.reads.includes('jobEvents shop/again-restore-data'))
  assert.deepEqual(observed.persistentVolumes.map(({ metadata }) => metadata.name), ['pv-data'])
  const running = new FakeLive()
  await observeRestore(sceneInput({ backups: snapshots, children: [{ ...job, status: { active: 1 } }] }).request, running, START)
  assert.ok(!running.reads.includes('snapshots shop/snap-data'))
})

test('reads what has the name of a Job that was asked for and is not seen', async () => {
  const stranger = { apiVersion: 'batch/v1', kind: 'Job', metadata: { name: 'again-restore-data', namespace: 'shop' } }
  const asked = { phase: 'Running', volumes: [{ source: 'data', target: 'data', phase: 'Running', jobName: 'again-restore-data' }] } as const
  const live = new FakeLive({ namedJobs: { 'shop/again-restore-data': stranger } })
  const { unseenJobs } = await observeRestore(sceneInput({ restore: restore(undefined, { ...asked, volumes: [...asked.volumes] }) }).request, live, START)
  assert.deepEqual(unseenJobs, { 'again-restore-data': stranger })
})

test('finalizing reads the volumes that are handed over and their targets only', async () => {
  const live = new FakeLive({ volumesOfRestore: { 'restore-uid': [heldVolume()] } })
  await observeRestore(sceneInput({ finalizing: true, restore: restore(undefined, { phase: 'Failed' }) }).request, live, START)
  assert.deepEqual(live.reads, ['volumesOfRestore restore-uid', 'claims shop/data'])
})
