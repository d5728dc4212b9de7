import assert from 'node:assert/strict'
import test from 'node:test'
import { executeEffect } from '../../../hooks/effects/execute.ts'
import { fakeApi } from '../fake-api.ts'
import { CONTENT, NOW, content } from './objects.ts'

const preset = content({ driver: 'csi', deletionPolicy: 'Retain', source: { snapshotHandle: 'snap-1' } })

test('createContent creates, and takes one that holds the same snapshot', async () => {
  await using fake = await fakeApi()
  await executeEffect({ type: 'createContent', object: preset }, fake.api, NOW)
  const made = fake.objects.get(CONTENT)
  await executeEffect({ type: 'createContent', object: preset }, fake.api, NOW)
  assert.deepEqual(fake.objects.get(CONTENT), made)
})

test('createContent refuses one that holds another snapshot, and leaves it alone', async () => {
  await using fake = await fakeApi()
  const foreign = fake.put(CONTENT, content({ driver: 'csi', source: { snapshotHandle: 'snap-2' } }))
  await assert.rejects(executeEffect({ type: 'createContent', object: preset }, fake.api, NOW), { name: 'UserError', message: /snap-2.*snap-1/ })
  assert.deepEqual(fake.objects.get(CONTENT), foreign)
})
