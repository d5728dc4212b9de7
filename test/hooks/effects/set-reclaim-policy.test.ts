import assert from 'node:assert/strict'
import test from 'node:test'
import { executeEffect } from '../../../hooks/effects/execute.ts'
import { fakeApi } from '../fake-api.ts'
import { NOW, VOLUME, volume, volumeTarget } from './objects.ts'

const retain = { type: 'setReclaimPolicy', target: volumeTarget, reclaimPolicy: 'Retain', labels: { a: '1', old: null }, annotations: { b: '2' } } as const

test('setReclaimPolicy sets policy, labels and annotations in one write, and only once', async () => {
  await using fake = await fakeApi()
  fake.put(VOLUME, { ...volume({ persistentVolumeReclaimPolicy: 'Delete' }), metadata: { name: 'pv-1', uid: 'pv-uid', labels: { old: 'x' } } })
  await executeEffect(retain, fake.api, NOW)
  await executeEffect(retain, fake.api, NOW)
  const patched = fake.objects.get(VOLUME)
  assert.equal((patched?.spec as { persistentVolumeReclaimPolicy: string }).persistentVolumeReclaimPolicy, 'Retain')
  assert.deepEqual([patched?.metadata.labels, patched?.metadata.annotations], [{ a: '1' }, { b: '2' }])
  assert.deepEqual(fake.writes(), [`PATCH ${VOLUME}`])
})

test('setReclaimPolicy on a volume that is gone, or a namesake of it, is an error: its data was to be kept', async () => {
  await using fake = await fakeApi()
  await assert.rejects(executeEffect(retain, fake.api, NOW), { name: 'UserError', reason: 'VolumeNotFound' })
  fake.put(VOLUME, { ...volume(), metadata: { name: 'pv-1', uid: 'another' } })
  await assert.rejects(executeEffect(retain, fake.api, NOW), { name: 'UserError', reason: 'VolumeNotFound' })
  assert.deepEqual(fake.writes(), [])
})

test('setReclaimPolicy with a resourceVersion fails on a volume that has changed', async () => {
  await using fake = await fakeApi()
  fake.put(VOLUME, volume({ persistentVolumeReclaimPolicy: 'Delete' }))
  await assert.rejects(executeEffect({ ...retain, resourceVersion: '1' }, fake.api, NOW), { name: 'TransientError', reason: 'ApiConflict' })
  assert.deepEqual(fake.writes(), [])
})
