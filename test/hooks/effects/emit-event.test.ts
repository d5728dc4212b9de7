import assert from 'node:assert/strict'
import test from 'node:test'
import { executeEffect } from '../../../hooks/effects/execute.ts'
import { fakeApi } from '../fake-api.ts'
import { NOW, backup } from './objects.ts'

const event = { type: 'emitEvent', name: 'nightly-20261121-0200.completed', about: backup, eventType: 'Normal', reason: 'Completed', message: '3 volumes' } as const
const EVENTS = '/api/v1/namespaces/shop/events'

test('emitEvent records an Event about its object, once', async () => {
  await using fake = await fakeApi()
  await executeEffect(event, fake.api, NOW)
  await executeEffect({ ...event, message: 'other words' }, fake.api, NOW)
  const recorded = fake.objects.get(`${EVENTS}/nightly-20261121-0200.completed`)
  const { involvedObject, type, reason, message, firstTimestamp } = recorded as unknown as Record<string, unknown>
  assert.deepEqual({ involvedObject, type, reason, message, firstTimestamp }, {
    involvedObject: { apiVersion: 'holdfast.dev/v1alpha1', kind: 'Backup', namespace: 'shop', name: 'nightly-20261121-0200', uid: 'backup-uid' },
    type: 'Normal', reason: 'Completed', message: '3 volumes', firstTimestamp: '2026-11-21T02:00:00Z',
  })
})

test('emitEvent about a cluster-scoped object goes to default', async () => {
  await using fake = await fakeApi()
  await executeEffect({ ...event, about: { ...backup, metadata: { name: 'x', uid: 'u' } } }, fake.api, NOW)
  assert.deepEqual(fake.requests, ['POST /api/v1/namespaces/default/events'])
})

test('emitEvent cuts what the API server would refuse', async () => {
  await using fake = await fakeApi()
  await executeEffect({ ...event, name: 'n'.repeat(260), message: 'm'.repeat(2000) }, fake.api, NOW)
  const [recorded] = fake.objects.values()
  assert.equal(recorded?.metadata.name.length, 253)
  assert.equal((recorded?.message as string).length, 1024)
})

test('a namespace that is going takes no events, and its objects must still get rid of their finalizers', async () => {
  await using fake = await fakeApi()
  fake.intercept = () => ({ status: 403, body: { message: 'going', details: { causes: [{ reason: 'NamespaceTerminating' }] } } })
  await executeEffect(event, fake.api, NOW)
  fake.intercept = () => ({ status: 403, body: { message: 'forbidden' } })
  await assert.rejects(executeEffect(event, fake.api, NOW), { name: 'UserError' })
})

test('an Event that met a conflict is told again', async () => {
  await using fake = await fakeApi()
  fake.intercept = () => ({ status: 409, body: { reason: 'Conflict', message: 'the quota has been modified' } })
  await assert.rejects(executeEffect(event, fake.api, NOW), { name: 'TransientError', reason: 'ApiConflict' })
})
