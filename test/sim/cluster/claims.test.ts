import assert from 'node:assert/strict'
import { test } from 'node:test'
import { CLAIMS, EVENTS, PODS, VOLUMES, type Claim, type KubeObject, type PersistentVolume } from './objects.ts'
import { claimOf, NAMESPACE, placed, rig, type Rig } from './rig.ts'

const volumeOf = (world: Rig, claim: string): PersistentVolume | undefined => world.api.all<PersistentVolume>(VOLUMES).find(({ spec }) => spec.claimRef?.name === claim)
const phaseOf = (world: Rig, claim: string): string | undefined => world.read<Claim>(CLAIMS, claim)?.status?.phase

test('a claim gets a volume of its own: both say so, with UIDs and annotations as Kubernetes has them', async () => {
  const world = rig()
  world.post(CLAIMS, claimOf('data'))
  await world.wait(2)
  const claim = world.read<Claim>(CLAIMS, 'data')
  const volume = volumeOf(world, 'data')
  assert.equal(claim?.spec.volumeName, `pvc-${claim?.metadata.uid}`)
  assert.deepEqual(claim?.metadata.annotations, { 'pv.kubernetes.io/bind-completed': 'yes', 'pv.kubernetes.io/bound-by-controller': 'yes' })
  assert.deepEqual([claim?.status?.phase, volume?.status?.phase, volume?.spec.claimRef?.uid], ['Bound', 'Bound', claim?.metadata.uid])
  assert.deepEqual([volume?.spec.persistentVolumeReclaimPolicy, volume?.spec.storageClassName, volume?.spec.capacity], ['Delete', 'now', { storage: '1Gi' }])
  assert.equal(world.disks.read(world.handle('data')), '')
})

const reclaims: readonly [string, string, (string | undefined)[]][] = [
  ['Delete takes the data along', 'now', [undefined, undefined]],
  ['Retain keeps it', 'keep', ['Released', 'shop/data#1']],
]

for (const [what, storageClassName, expected] of reclaims) {
  test(`a claim that is deleted: ${what}`, async () => {
    const world = rig()
    world.post(CLAIMS, claimOf('data', { storageClassName }))
    await world.wait(2)
    const handle = world.handle('data')
    world.disks.write(handle, 'shop/data#1')
    world.remove(CLAIMS, 'data')
    await world.wait(2)
    assert.equal(world.read(CLAIMS, 'data'), undefined)
    assert.deepEqual([volumeOf(world, 'data')?.status?.phase, world.disks.read(handle)], expected)
  })
}

test('the policy counts that a volume has when its claim goes; a pre-bound claim of another name then gets it, and nobody else does', async () => {
  const world = rig()
  const handle = await world.claim('temporary', 'shop/data#7')
  const path = `/api/v1/persistentvolumes/${handle}`
  world.api.request({ actor: 'hooks', method: 'PATCH', path, body: { spec: { persistentVolumeReclaimPolicy: 'Retain' } } })
  world.remove(CLAIMS, 'temporary')
  await world.wait(1)
  const stranger = world.post(CLAIMS, claimOf('stranger', { volumeName: handle }))
  await world.wait(2)
  assert.equal(phaseOf(world, 'stranger'), 'Pending')
  const target = world.post(CLAIMS, claimOf('target', { volumeName: handle }))
  const claimRef = { apiVersion: 'v1', kind: 'PersistentVolumeClaim', namespace: NAMESPACE, name: 'target', uid: target.metadata.uid, resourceVersion: null }
  world.api.request({ actor: 'hooks', method: 'PATCH', path, body: { spec: { claimRef } } })
  await world.wait(2)
  assert.deepEqual([phaseOf(world, 'target'), phaseOf(world, 'stranger'), world.disks.read(world.handle('target'))], ['Bound', 'Pending', 'shop/data#7'])
  assert.ok(stranger.metadata.uid)
  world.api.request({ actor: 'hooks', method: 'PATCH', path, body: { spec: { persistentVolumeReclaimPolicy: 'Delete' } } })
  await world.wait(2)
  assert.equal(world.disks.read(handle), 'shop/data#7')
  world.remove(CLAIMS, 'target')
  await world.wait(2)
  assert.equal(world.disks.read(handle), undefined)
})

test('a claim of the same name is not the one that a volume was bound to', async () => {
  const world = rig()
  world.post(CLAIMS, claimOf('data', { storageClassName: 'keep' }))
  await world.wait(2)
  const first = world.handle('data')
  world.remove(CLAIMS, 'data')
  await world.wait(1)
  world.post(CLAIMS, claimOf('data', { storageClassName: 'keep' }))
  await world.wait(2)
  assert.notEqual(world.handle('data'), first)
  assert.deepEqual(world.api.all<PersistentVolume>(VOLUMES).map(({ status }) => status?.phase).sort(), ['Bound', 'Released'])
})

test('a claim is held by every pod that names it and has a node, even by one that has ended (ADR 7)', async () => {
  const world = rig()
  await world.claim('data', 'shop/data#1')
  world.job('job')
  await world.ended('job')
  world.remove(CLAIMS, 'data')
  await world.wait(60)
  assert.ok(world.read(CLAIMS, 'data')?.metadata.deletionTimestamp)
  world.remove(PODS, world.pods('job')[0]?.metadata.name ?? '')
  await world.wait(2)
  assert.equal(world.read(CLAIMS, 'data'), undefined)
})

test('a bound volume that is deleted stays until its claim is gone', async () => {
  const world = rig()
  const handle = await world.claim('data', 'shop/data#1')
  world.remove(VOLUMES, handle)
  world.api.request({ actor: 'user', method: 'DELETE', path: `/api/v1/persistentvolumes/${handle}` })
  await world.wait(5)
  assert.deepEqual([phaseOf(world, 'data'), world.disks.read(handle)], ['Bound', 'shop/data#1'])
  world.remove(CLAIMS, 'data')
  await world.wait(2)
  assert.deepEqual([world.api.all(VOLUMES), world.disks.volumes()], [[], []])
})

test('provisioning that fails is told in an event and tried again', async () => {
  const world = rig({ faults: engine => placed(engine, { provisioningFails: 3 }) })
  world.post(CLAIMS, claimOf('data'))
  await world.wait(5)
  assert.equal(phaseOf(world, 'data'), 'Bound')
  const [event] = world.api.all<KubeObject & { readonly reason: string; readonly count: number }>(EVENTS, NAMESPACE)
  assert.deepEqual([event?.reason, event?.count], ['ProvisioningFailed', 3])
  await world.wait(70)
  assert.deepEqual(world.api.all(EVENTS, NAMESPACE), [])
})

test('a claim whose volume has vanished is lost, for good', async () => {
  const world = rig()
  const handle = await world.claim('data', 'shop/data#1')
  const path = `/api/v1/persistentvolumes/${handle}`
  world.api.request({ actor: 'user', method: 'PATCH', path, body: { metadata: { finalizers: null } } })
  world.api.request({ actor: 'user', method: 'DELETE', path })
  await world.wait(5)
  assert.equal(phaseOf(world, 'data'), 'Lost')
})

test('a claim that is to be made from a snapshot gets a free volume that will do all the same, but none of another mode', async () => {
  const world = rig()
  for (const [name, volumeMode] of [['of-blocks', 'Block'], ['free', 'Filesystem']]) {
    world.disks.create(name ?? '', 'shop/old#1')
    const spec = { capacity: { storage: '1Gi' }, accessModes: ['ReadWriteOnce'], storageClassName: 'now', volumeMode, persistentVolumeReclaimPolicy: 'Delete', csi: { driver: 'csi.sim', volumeHandle: name } }
    const body = { apiVersion: 'v1', kind: 'PersistentVolume', metadata: { name }, spec }
    assert.equal(world.api.request({ actor: 'user', method: 'POST', path: '/api/v1/persistentvolumes', body }).status, 201)
  }
  world.post(CLAIMS, claimOf('copy', { dataSource: { apiGroup: 'snapshot.storage.k8s.io', kind: 'VolumeSnapshot', name: 'snap' } }))
  await world.wait(2)
  assert.deepEqual([phaseOf(world, 'copy'), world.handle('copy')], ['Bound', 'free'])
})
