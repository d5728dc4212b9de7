import assert from 'node:assert/strict'
import test from 'node:test'
import type { Effect } from '../../../hooks/effects/effect.ts'
import { executeEffect } from '../../../hooks/effects/execute.ts'
import { fakeApi } from '../fake-api.ts'
import { CONTENT, NOW, content, contentTarget } from './objects.ts'

const patch = { type: 'patchContent', target: contentTarget, labels: { a: '1' }, annotations: { b: '2' }, deletionPolicy: 'Delete' } as const

test('patchContent merges labels, annotations and deletionPolicy, and writes nothing when they are there', async () => {
  await using fake = await fakeApi()
  fake.put(CONTENT, content({ driver: 'csi', deletionPolicy: 'Retain' }))
  await executeEffect(patch, fake.api, NOW)
  await executeEffect(patch, fake.api, NOW)
  const patched = fake.objects.get(CONTENT)
  assert.deepEqual([patched?.metadata.labels, patched?.metadata.annotations, patched?.spec], [{ a: '1' }, { b: '2' }, { driver: 'csi', deletionPolicy: 'Delete' }])
  assert.equal(fake.writes().length, 1)
})

test('patchContent without a deletionPolicy does not touch it', async () => {
  await using fake = await fakeApi()
  fake.put(CONTENT, content({ deletionPolicy: 'Retain' }))
  await executeEffect({ type: 'patchContent', target: contentTarget, labels: { a: '1' } }, fake.api, NOW)
  assert.deepEqual(fake.objects.get(CONTENT)?.spec, { deletionPolicy: 'Retain' })
})

const fenced: readonly Effect[] = [patch, { type: 'deleteContent', target: contentTarget }]
for (const effect of fenced) {
  test(`${effect.type} does nothing to a namesake, nor to nothing`, async () => {
    await using fake = await fakeApi()
    await executeEffect(effect, fake.api, NOW)
    fake.put(CONTENT, { ...content({}), metadata: { name: 'content', uid: 'another' } })
    await executeEffect(effect, fake.api, NOW)
    assert.deepEqual(fake.writes(), [])
  })
}

test('deleteContent deletes', async () => {
  await using fake = await fakeApi()
  fake.put(CONTENT, content({}))
  await executeEffect({ type: 'deleteContent', target: contentTarget }, fake.api, NOW)
  assert.equal(fake.objects.size, 0)
})
