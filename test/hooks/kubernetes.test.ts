import assert from 'node:assert/strict'
import test from 'node:test'
import { kubernetesOf } from '../../hooks/kubernetes.ts'
import { fakeApi } from './fake-api.ts'

const VERSION = { method: 'GET', path: '/version' } as const

test('an object that exists comes back', async () => {
  await using fake = await fakeApi()
  fake.put('/version', { apiVersion: 'v1', kind: 'Info', metadata: { name: 'version' } })
  const answer = await fake.api.call(VERSION)
  assert.equal(answer.outcome === 'ok' && answer.object.kind, 'Info')
})

const dates: readonly (readonly [says: string, date: string | undefined, time: Date | undefined])[] = [
  ['its time', 'Sat, 21 Nov 2026 02:00:00 GMT', new Date('2026-11-21T02:00:00Z')],
  ['no time', undefined, undefined],
  ['nonsense', 'soon', undefined],
]
for (const [says, date, time] of dates) {
  test(`the API server tells ${says}`, async () => {
    await using fake = await fakeApi()
    fake.put('/version', { apiVersion: 'v1', kind: 'Info', metadata: { name: 'version' } })
    fake.date = date
    const answer = await fake.api.call(VERSION)
    assert.deepEqual(answer.outcome === 'ok' && answer.time, time)
  })
}

const told = [
  { says: '404 is absent', status: 404, outcome: 'absent' },
  { says: '409 is a conflict', status: 409, outcome: 'conflict' },
  { says: '409 of a name that is taken', status: 409, reason: 'AlreadyExists', outcome: 'exists' },
  { says: '403 of a namespace that is going', status: 403, causes: [{ reason: 'NamespaceTerminating' }], outcome: 'terminating' },
]
for (const { says, status, reason, causes, outcome } of told) {
  test(`told to the caller: ${says}`, async () => {
    await using fake = await fakeApi()
    fake.intercept = () => ({ status, body: { message: 'so it is', reason, details: { causes } } })
    const answer = await fake.api.call(VERSION)
    assert.equal(answer.outcome, outcome)
    assert.match(answer.outcome === 'ok' ? '' : answer.message, /GET \/version.*so it is/)
  })
}

const thrown = [
  { status: 403, name: 'UserError', reason: 'ApiRefused' },
  { status: 422, name: 'UserError', reason: 'ApiRefused' },
  { status: 400, name: 'UserError', reason: 'ApiRefused' },
  { status: 401, name: 'TransientError', reason: 'ApiUnavailable' },
  { status: 410, name: 'TransientError', reason: 'ApiUnavailable' },
  { status: 429, name: 'TransientError', reason: 'ApiUnavailable' },
  { status: 500, name: 'TransientError', reason: 'ApiUnavailable' },
  { status: 503, name: 'TransientError', reason: 'ApiUnavailable' },
]
for (const { status, name, reason } of thrown) {
  test(`${status} throws ${name}`, async () => {
    await using fake = await fakeApi()
    fake.intercept = () => ({ status, body: '<html>no JSON</html>' })
    await assert.rejects(fake.api.call(VERSION), { name, reason, message: /no JSON/ })
  })
}

test('200 that is not JSON is not taken for an object', async () => {
  await using fake = await fakeApi()
  fake.intercept = () => ({ status: 200, body: '<html>' })
  await assert.rejects(fake.api.call(VERSION), { name: 'TransientError', message: /not JSON/ })
})

test('a server that does not answer is given up', async () => {
  await using fake = await fakeApi(50)
  fake.intercept = () => 'hang'
  await assert.rejects(fake.api.call(VERSION), { name: 'TransientError', message: /timed out after 50 ms/ })
})

test('a server that is not there is a TransientError', async () => {
  const fake = await fakeApi()
  await fake[Symbol.asyncDispose]()
  await assert.rejects(fake.api.call(VERSION), { name: 'TransientError', reason: 'ApiUnavailable' })
})

test('an aborted signal ends the call', async () => {
  await using fake = await fakeApi()
  fake.intercept = () => 'hang'
  const controller = new AbortController()
  const call = kubernetesOf(fake.config)(controller.signal).call(VERSION)
  controller.abort()
  await assert.rejects(call, { name: 'TransientError' })
})

test('a kept connection that the server closed is replaced once', async () => {
  await using fake = await fakeApi()
  fake.put('/version', { kind: 'Info', metadata: { name: 'version' } })
  await fake.api.call(VERSION)
  let resets = 0
  fake.intercept = () => (resets++ === 0 ? 'reset' : undefined)
  assert.equal((await fake.api.call(VERSION)).outcome, 'ok')
  assert.equal(fake.requests.length, 3)
})

test('the token of the kubeconfig is sent, and no message tells it', async () => {
  await using fake = await fakeApi()
  fake.intercept = () => ({ status: 500, body: 'broken' })
  await assert.rejects(fake.api.call(VERSION), (error: Error) => !JSON.stringify(error).includes('api-token') && !error.message.includes('api-token'))
})
