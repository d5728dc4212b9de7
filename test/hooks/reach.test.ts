import assert from 'node:assert/strict'
import test from 'node:test'
import { reachKubernetes } from '../../hooks/reach.ts'
import { fakeApi } from './fake-api.ts'

test('tries until the API server answers, and tells of each failure', async () => {
  await using fake = await fakeApi()
  let calls = 0
  fake.intercept = () => (calls++ < 2 ? { status: 503, body: 'starting' } : { status: 200, body: {} })
  const failures: unknown[] = []
  await reachKubernetes(fake.api, { pauseMs: 1, signal: new AbortController().signal, onFailure: error => void failures.push(error) })
  assert.equal(failures.length, 2)
  assert.deepEqual(new Set(fake.requests), new Set(['GET /version']))
})

test('ends with its signal', async () => {
  await using fake = await fakeApi()
  fake.intercept = () => ({ status: 503, body: 'starting' })
  const controller = new AbortController()
  await assert.rejects(reachKubernetes(fake.api, { pauseMs: 60_000, signal: controller.signal, onFailure: () => controller.abort() }), { name: 'AbortError' })
})
