import assert from 'node:assert/strict'
import test from 'node:test'
import { executeEffect } from '../../../hooks/effects/execute.ts'
import { fakeApi } from '../fake-api.ts'
import { CLAIM, NOW, claim } from './objects.ts'

const ours = { ...claim(), metadata: { ...claim().metadata, uid: 'claim-uid' } }
const withdraw = { type: 'withdrawClaim', target: { namespace: 'shop', name: 'data', uid: 'claim-uid' } } as const

test('withdrawClaim deletes a claim of ours that was never bound', async () => {
  await using fake = await fakeApi()
  fake.put(CLAIM, ours)
  await executeEffect(withdraw, fake.api, NOW)
  assert.equal(fake.objects.size, 0)
})

const kept = [
  { says: 'bound', object: { ...ours, status: { phase: 'Bound' } } },
  { says: 'that was bound', object: { ...ours, metadata: { ...ours.metadata, annotations: { ...ours.metadata.annotations, 'pv.kubernetes.io/bind-completed': 'yes' } } } },
  { says: "of the user", object: { ...ours, metadata: { ...ours.metadata, annotations: {} } } },
  { says: 'with another UID', object: { ...ours, metadata: { ...ours.metadata, uid: 'another' } } },
]
for (const { says, object } of kept) {
  test(`withdrawClaim leaves a claim ${says}`, async () => {
    await using fake = await fakeApi()
    fake.put(CLAIM, object)
    await executeEffect(withdraw, fake.api, NOW)
    assert.deepEqual(fake.writes(), [])
  })
}

test('withdrawClaim cannot meet a claim that is bound in between', async () => {
  await using fake = await fakeApi()
  fake.put(CLAIM, ours)
  fake.intercept = (method) => {
    if (method === 'DELETE') fake.put(CLAIM, { ...ours, status: { phase: 'Bound' } })
    return undefined
  }
  await assert.rejects(executeEffect(withdraw, fake.api, NOW), { name: 'TransientError', reason: 'ApiConflict' })
  assert.equal(fake.objects.size, 1)
})
