import assert from 'node:assert/strict'
import test from 'node:test'
import { list, listOf } from '../../hooks/listing.ts'
import { fakeApi } from './fake-api.ts'

const CLASSES = '/apis/snapshot.storage.k8s.io/v1/volumesnapshotclasses'

test('a listing has the objects of all pages, with their kind', async () => {
  await using fake = await fakeApi()
  for (const name of ['a', 'b', 'c']) fake.put(`${CLASSES}/${name}`, { apiVersion: 'snapshot.storage.k8s.io/v1', kind: 'VolumeSnapshotClass', metadata: { name } })
  const found = await listOf(fake.api, { kind: 'VolumeSnapshotClass' })
  assert.deepEqual(found.map(({ kind, metadata }) => `${kind} ${metadata.name}`), ['VolumeSnapshotClass a', 'VolumeSnapshotClass b', 'VolumeSnapshotClass c'])
  assert.equal(fake.requests.length, 2)
})

test('a resource that the API has not is told from one without objects, where that matters', async () => {
  await using fake = await fakeApi()
  assert.equal(await list(fake.api, { kind: 'VolumeSnapshotClass' }), undefined)
  assert.deepEqual(await listOf(fake.api, { kind: 'VolumeSnapshotClass' }), [])
})

test('half of a listing is none', async () => {
  await using fake = await fakeApi()
  for (const name of ['a', 'b', 'c']) fake.put(`${CLASSES}/${name}`, { apiVersion: 'snapshot.storage.k8s.io/v1', kind: 'VolumeSnapshotClass', metadata: { name } })
  fake.intercept = () => fake.requests.length > 1 ? { status: 410, body: {} } : undefined
  await assert.rejects(listOf(fake.api, { kind: 'VolumeSnapshotClass' }), { name: 'TransientError' })
})
