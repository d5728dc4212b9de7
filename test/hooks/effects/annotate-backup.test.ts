import assert from 'node:assert/strict'
import test from 'node:test'
import { executeEffect } from '../../../hooks/effects/execute.ts'
import { fakeApi } from '../fake-api.ts'
import { BACKUP, NOW, backup, backupTarget } from './objects.ts'

const annotate = { type: 'annotateBackup', target: backupTarget, annotations: { 'holdfast.dev/delete-requested': '{"requestedBy":"retention"}' } } as const

test('annotateBackup sets what is missing and keeps the rest', async () => {
  await using fake = await fakeApi()
  fake.put(BACKUP, { ...backup, metadata: { ...backup.metadata, annotations: { mine: 'stays' } } })
  await executeEffect(annotate, fake.api, NOW)
  assert.deepEqual(fake.objects.get(BACKUP)?.metadata.annotations, { mine: 'stays', ...annotate.annotations })
})

test('annotateBackup asks anew where nobody understands what was asked', async () => {
  await using fake = await fakeApi()
  fake.put(BACKUP, { ...backup, metadata: { ...backup.metadata, annotations: { 'holdfast.dev/delete-requested': 'true' } } })
  await executeEffect(annotate, fake.api, NOW)
  assert.deepEqual(fake.objects.get(BACKUP)?.metadata.annotations, annotate.annotations)
})

test('annotateBackup writes nothing twice, and the first request stands', async () => {
  await using fake = await fakeApi()
  fake.put(BACKUP, { ...backup, metadata: { ...backup.metadata, annotations: { 'holdfast.dev/delete-requested': '{"requestedBy":"user"}' } } })
  await executeEffect(annotate, fake.api, NOW)
  assert.deepEqual(fake.writes(), [])
})
