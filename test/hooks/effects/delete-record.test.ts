import assert from 'node:assert/strict'
import test from 'node:test'
import { executeEffect } from '../../../hooks/effects/execute.ts'
import { fakeApi } from '../fake-api.ts'
import { BACKUP, NOW, backup, backupTarget } from './objects.ts'

const remove = { type: 'deleteRecord', target: backupTarget } as const

test('deleteRecord deletes the record, and is content when it is gone', async () => {
  await using fake = await fakeApi()
  fake.put(BACKUP, backup)
  await executeEffect(remove, fake.api, NOW)
  assert.equal(fake.objects.size, 0)
  await executeEffect(remove, fake.api, NOW)
})

test('deleteRecord does not ask again for one that is on its way', async () => {
  await using fake = await fakeApi()
  fake.put(BACKUP, { ...backup, metadata: { ...backup.metadata, deletionTimestamp: '2026-11-21T02:00:00Z' } })
  await executeEffect(remove, fake.api, NOW)
  assert.deepEqual(fake.writes(), [])
})
