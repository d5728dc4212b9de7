import assert from 'node:assert/strict'
import test from 'node:test'
import type { Effect } from '../../../hooks/effects/effect.ts'
import { executeEffect } from '../../../hooks/effects/execute.ts'
import { fakeApi } from '../fake-api.ts'
import { BACKUP, NOW, backup, backupTarget } from './objects.ts'

const annotate = { type: 'annotateBackup', target: backupTarget, annotations: { 'holdfast.dev/delete-requested': '{"requestedBy":"retention"}' } } as const
const remove = { type: 'deleteRecord', target: backupTarget } as const

for (const effect of [annotate, remove] satisfies Effect[]) {
  test(`${effect.type} does nothing to a namesake with another UID`, async () => {
    await using fake = await fakeApi()
    const namesake = fake.put(BACKUP, { ...backup, metadata: { ...backup.metadata, uid: 'another' } })
    await executeEffect(effect, fake.api, NOW)
    assert.deepEqual(fake.objects.get(BACKUP), namesake)
    assert.deepEqual(fake.writes(), [])
  })

  test(`${effect.type} on an object that changed in between is tried again, not forced`, async () => {
    await using fake = await fakeApi()
    fake.put(BACKUP, backup)
    fake.intercept = method => (method === 'GET' ? undefined : { status: 409, body: { message: 'modified' } })
    await assert.rejects(executeEffect(effect, fake.api, NOW), { name: 'TransientError', reason: 'ApiConflict' })
  })

  test(`${effect.type} is fenced by UID in the write itself`, async () => {
    await using fake = await fakeApi()
    fake.put(BACKUP, backup)
    let swapped = false
    fake.intercept = (method) => {
      if (method === 'GET' || swapped) return undefined
      swapped = true
      fake.put(BACKUP, { ...backup, metadata: { ...backup.metadata, uid: 'another' } })
      return undefined
    }
    await assert.rejects(executeEffect(effect, fake.api, NOW), { name: 'TransientError' })
    assert.equal(fake.objects.get(BACKUP)?.metadata.uid, 'another')
    assert.equal(fake.objects.get(BACKUP)?.metadata.annotations, undefined)
  })
}
