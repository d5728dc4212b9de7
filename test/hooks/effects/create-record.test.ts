import assert from 'node:assert/strict'
import test from 'node:test'
import { executeEffect } from '../../../hooks/effects/execute.ts'
import { fakeApi } from '../fake-api.ts'
import { BACKUP, BACKUPS, NOW, backup } from './objects.ts'

const create = { type: 'createRecord', object: backup } as const

test('createRecord creates the record', async () => {
  await using fake = await fakeApi()
  await executeEffect(create, fake.api, NOW)
  assert.equal(fake.objects.get(BACKUP)?.metadata.name, 'nightly-20261121-0200')
})

test('createRecord leaves one that is there exactly as it is', async () => {
  await using fake = await fakeApi()
  const before = fake.put(BACKUP, { ...backup, spec: { strategy: 'tar' } })
  await executeEffect(create, fake.api, NOW)
  assert.deepEqual(fake.objects.get(BACKUP), before)
})

test('createRecord fails loudly', async () => {
  await using fake = await fakeApi()
  for (const [status, name] of [[409, 'TransientError'], [404, 'TransientError'], [403, 'UserError'], [422, 'UserError'], [500, 'TransientError']] as const) {
    fake.intercept = () => ({ status, body: {} })
    await assert.rejects(executeEffect(create, fake.api, NOW), { name }, `${status}`)
  }
})

test('createRecord makes records only, and none with an owner', async () => {
  await using fake = await fakeApi()
  const owned = { ...backup, metadata: { ...backup.metadata, ownerReferences: [{ kind: 'BackupPolicy', name: 'nightly', uid: 'u' }] } }
  await assert.rejects(executeEffect({ type: 'createRecord', object: owned }, fake.api, NOW), /must not have an owner/)
  await assert.rejects(executeEffect({ type: 'createRecord', object: { ...backup, kind: 'Secret' } }, fake.api, NOW), /not Secret/)
  await assert.rejects(executeEffect({ type: 'createRecord', object: { ...backup, kind: 'PersistentVolume' } }, fake.api, NOW), /not PersistentVolume/)
  assert.deepEqual(fake.requests, [])
})

test('a Backup that is to be alone waits for another of its policy, and for no other', async () => {
  await using fake = await fakeApi()
  const labels = { 'holdfast.dev/policy': 'nightly' }
  const other = { ...backup, metadata: { ...backup.metadata, name: 'nightly-manual-1', labels }, spec: { policy: 'nightly' } }
  const alone = { type: 'createRecord', object: { ...backup, metadata: { ...backup.metadata, labels }, spec: { policy: 'nightly' } }, alone: true } as const
  fake.put(`${BACKUPS}/nightly-manual-1`, { ...other, status: { phase: 'Running' } })
  await assert.rejects(executeEffect(alone, fake.api, NOW), { name: 'TransientError', reason: 'ApiConflict', message: /nightly-manual-1 is under way/ })
  assert.equal(fake.objects.has(BACKUP), false)
  fake.put(`${BACKUPS}/nightly-manual-1`, { ...other, status: { phase: 'Completed' } })
  fake.put(`${BACKUPS}/stranger`, { ...other, metadata: { ...other.metadata, name: 'stranger' }, spec: { policy: 'a namesake of the label' } })
  await executeEffect(alone, fake.api, NOW)
  assert.equal(fake.objects.has(BACKUP), true)
})
