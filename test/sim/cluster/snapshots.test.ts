import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Fault } from '../faults.ts'
import { CLAIMS, CONTENTS, SNAPSHOTS, type Claim, type Content, type Snapshot } from './objects.ts'
import { claimOf, DRIVER, NAMESPACE, placed, rig, type Rig } from './rig.ts'

const API = 'snapshot.storage.k8s.io/v1'

function take(world: Rig, name: string, volumeSnapshotClassName = 'retain', claim = 'data'): void {
  world.post(SNAPSHOTS, { apiVersion: API, kind: 'VolumeSnapshot', metadata: { name }, spec: { volumeSnapshotClassName, source: { persistentVolumeClaimName: claim } } })
}

function contentOf(world: Rig, snapshot: string): Content | undefined {
  return world.api.all<Content>(CONTENTS).find(({ spec }) => spec.volumeSnapshotRef.name === snapshot)
}

const snapshotOf = (world: Rig, name: string): Snapshot | undefined => world.read<Snapshot>(SNAPSHOTS, name)

test('a snapshot holds what was on the volume; its objects are as the real controllers write them', async () => {
  const world = rig()
  const handle = await world.claim('data', 'shop/data#1')
  take(world, 'snap')
  await world.wait(2)
  const snapshot = snapshotOf(world, 'snap')
  const content = contentOf(world, 'snap')
  world.disks.write(handle, 'shop/data#2')
  assert.equal(world.disks.read(content?.status?.snapshotHandle ?? ''), 'shop/data#1')
  assert.equal(content?.metadata.name, `snapcontent-${snapshot?.metadata.uid}`)
  const { driver, deletionPolicy, source, sourceVolumeMode, volumeSnapshotClassName, volumeSnapshotRef } = content?.spec ?? {} as Content['spec']
  assert.deepEqual([driver, deletionPolicy, source, sourceVolumeMode, volumeSnapshotClassName, volumeSnapshotRef.uid], [DRIVER, 'Retain', { volumeHandle: handle }, 'Filesystem', 'retain', snapshot?.metadata.uid])
  const { boundVolumeSnapshotContentName, readyToUse, restoreSize, error } = snapshot?.status ?? {}
  assert.deepEqual([boundVolumeSnapshotContentName, readyToUse, restoreSize, error], [content?.metadata.name, true, '1Gi', undefined])
  assert.equal(content?.status?.restoreSize, 2 ** 30)
  assert.deepEqual(world.read<Claim>(CLAIMS, 'data')?.metadata.finalizers, ['kubernetes.io/pvc-protection'])
})

const deletions: readonly [string, string, string[], boolean][] = [
  ['Delete: content and snapshot go first', 'delete', [], false],
  ['Retain: content and snapshot stay', 'retain', ['snap'], true],
]

for (const [what, className, contents, kept] of deletions) {
  test(`a VolumeSnapshot is deleted, policy ${what}`, async () => {
    const world = rig()
    await world.claim('data', 'shop/data#1')
    take(world, 'snap', className)
    await world.wait(2)
    const handle = contentOf(world, 'snap')?.status?.snapshotHandle ?? ''
    world.remove(SNAPSHOTS, 'snap')
    await world.wait(2)
    assert.equal(snapshotOf(world, 'snap'), undefined)
    assert.deepEqual(world.api.all<Content>(CONTENTS).map(({ spec }) => spec.volumeSnapshotRef.name), contents)
    assert.equal(world.disks.read(handle) !== undefined, kept)
  })
}

test('a content that is kept goes when it is deleted: without its snapshot, unless its policy was changed to Delete', async () => {
  for (const [policy, kept] of [['Retain', true], ['Delete', false]] as const) {
    const world = rig()
    await world.claim('data', 'shop/data#1')
    take(world, 'snap')
    await world.wait(2)
    const content = contentOf(world, 'snap') as Content
    world.remove(SNAPSHOTS, 'snap')
    await world.wait(2)
    const path = `/apis/${API}/volumesnapshotcontents/${content.metadata.name}`
    world.api.request({ actor: 'hooks', method: 'PATCH', path, body: { spec: { deletionPolicy: policy } } })
    world.api.request({ actor: 'hooks', method: 'DELETE', path })
    await world.wait(2)
    assert.deepEqual([world.api.all(CONTENTS), world.disks.read(content.status?.snapshotHandle ?? '') !== undefined], [[], kept])
  }
})

test('a content that is bound does not go while its VolumeSnapshot is there', async () => {
  const world = rig()
  await world.claim('data', 'shop/data#1')
  take(world, 'snap', 'delete')
  await world.wait(2)
  const content = contentOf(world, 'snap') as Content
  world.api.request({ actor: 'user', method: 'DELETE', path: `/apis/${API}/volumesnapshotcontents/${content.metadata.name}` })
  await world.wait(60)
  assert.equal(world.disks.read(content.status?.snapshotHandle ?? ''), 'shop/data#1')
  assert.ok(contentOf(world, 'snap')?.metadata.deletionTimestamp)
})

test('a VolumeSnapshot that was lost is bound again through a new content with the same handle', async () => {
  const world = rig()
  await world.claim('data', 'shop/data#1')
  take(world, 'snap')
  await world.wait(2)
  const old = contentOf(world, 'snap') as Content
  world.remove(SNAPSHOTS, 'snap')
  await world.wait(2)
  world.post(CONTENTS, again(old.status?.snapshotHandle ?? ''), '')
  world.post(SNAPSHOTS, { apiVersion: API, kind: 'VolumeSnapshot', metadata: { name: 'snap' }, spec: { source: { volumeSnapshotContentName: 'again' } } })
  await world.wait(2)
  const { readyToUse, boundVolumeSnapshotContentName, restoreSize } = snapshotOf(world, 'snap')?.status ?? {}
  assert.deepEqual([readyToUse, boundVolumeSnapshotContentName, restoreSize], [true, 'again', '1Gi'])
  assert.equal(world.read<Content>(CONTENTS, 'again', '')?.spec.volumeSnapshotRef.uid, snapshotOf(world, 'snap')?.metadata.uid)
  world.api.request({ actor: 'hooks', method: 'DELETE', path: `/apis/${API}/volumesnapshotcontents/${old.metadata.name}` })
  await world.wait(2)
  assert.deepEqual(world.api.all<Content>(CONTENTS).map(({ metadata }) => metadata.name), ['again'])
  assert.equal(world.disks.read(old.status?.snapshotHandle ?? ''), 'shop/data#1')
})

const impossible: readonly [string, (world: Rig) => void, RegExp][] = [
  ['a claim that is not there', world => take(world, 'snap', 'retain', 'none'), /cannot get claim/],
  ['a class that is not there', world => take(world, 'snap', 'none'), /"none" not found/],
  ['a handle that is not in the storage', world => {
    world.post(CONTENTS, again('nothing'), '')
    world.post(SNAPSHOTS, { apiVersion: API, kind: 'VolumeSnapshot', metadata: { name: 'snap' }, spec: { source: { volumeSnapshotContentName: 'again' } } })
  }, /there is no snapshot nothing/],
  ['a content that is not there', world => {
    world.post(SNAPSHOTS, { apiVersion: API, kind: 'VolumeSnapshot', metadata: { name: 'snap' }, spec: { source: { volumeSnapshotContentName: 'again' } } })
  }, /VolumeSnapshotContent is missing/],
]

for (const [what, make, message] of impossible) {
  test(`${what}: an error in the status, and never ready`, async () => {
    const world = rig()
    await world.claim('data', 'shop/data#1')
    make(world)
    await world.wait(10)
    const { readyToUse, error } = snapshotOf(world, 'snap')?.status ?? {}
    assert.equal(readyToUse, false)
    assert.match(error?.message ?? '', message)
  })
}

const faults: readonly [string, Partial<Record<Fault, number>>, (statuses: readonly NonNullable<Snapshot['status']>[]) => boolean][] = [
  ['a driver that fails is tried again', { snapshotFails: 3 }, statuses => statuses.some(({ error, readyToUse }) => error !== undefined && readyToUse === false)],
  ['a snapshot that is slow is bound long before it is ready', { snapshotSlow: 1 }, statuses => statuses.some(status => status.boundVolumeSnapshotContentName !== undefined && status.readyToUse === false)],
  ['a driver that complains late', { snapshotLateError: 1 }, statuses => statuses.some(({ error, readyToUse }) => error !== undefined && readyToUse === true)],
  ['a driver that complains while it is slow', { snapshotSlow: 1, snapshotLateError: 1 }, statuses => statuses.some(({ error, readyToUse }) => error !== undefined && readyToUse === false)],
]

for (const [what, left, seen] of faults) {
  test(what, async () => {
    const world = rig({ faults: engine => placed(engine, { ...left }) })
    await world.claim('data', 'shop/data#1')
    const statuses: NonNullable<Snapshot['status']>[] = []
    world.api.subscribe(({ resource, after }) => { if (resource === SNAPSHOTS) statuses.push((after as Snapshot).status ?? {}) })
    take(world, 'snap')
    await world.wait(180)
    assert.ok(seen(statuses), JSON.stringify(statuses))
    assert.deepEqual([snapshotOf(world, 'snap')?.status?.readyToUse, snapshotOf(world, 'snap')?.status?.error], [true, undefined])
  })
}

test('a claim made from a snapshot holds its content; the snapshot cannot go meanwhile; one that is not ready is waited for', async () => {
  const world = rig({ faults: engine => placed(engine, { snapshotSlow: 1, provisioningFails: 4 }) })
  await world.claim('data', 'shop/data#1')
  take(world, 'snap')
  await world.wait(1)
  world.post(CLAIMS, claimOf('copy', { dataSource: { apiGroup: 'snapshot.storage.k8s.io', kind: 'VolumeSnapshot', name: 'snap' } }))
  await world.engine.run(world.engine.now() + 7_200_000, () => snapshotOf(world, 'snap')?.status?.readyToUse === true)
  assert.equal(world.read<Claim>(CLAIMS, 'copy')?.status?.phase, 'Pending')
  await world.wait(30)
  assert.equal(world.disks.read(world.handle('copy')), 'shop/data#1')
})

function again(snapshotHandle: string): object {
  return {
    apiVersion: API, kind: 'VolumeSnapshotContent', metadata: { name: 'again' },
    spec: { deletionPolicy: 'Retain', driver: DRIVER, source: { snapshotHandle }, volumeSnapshotRef: { apiVersion: API, kind: 'VolumeSnapshot', namespace: NAMESPACE, name: 'snap' } },
  }
}
