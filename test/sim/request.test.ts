import assert from 'node:assert/strict'
import test from 'node:test'
import { pino } from 'pino'
import { createMetrics } from '../../hooks/metrics.ts'
import { Problem } from '../../hooks/problem.ts'
import { REGISTRY } from '../../hooks/registry.ts'
import { createHookServer } from '../../hooks/server.ts'
import { FakeLive } from '../hooks/fake-live.ts'
import { post } from './request.ts'

function server() {
  return createHookServer({
    hooks: REGISTRY,
    authenticate: header => { if (header !== 'Bearer right') throw new Problem(401, 'Unauthorized', { message: 'no' }) },
    connect: () => ({ live: new FakeLive(), execute: () => Promise.resolve() }),
    settings: { moverImage: 'mover', imagePullPolicy: 'IfNotPresent' }, clock: () => new Date(0), log: pino({ level: 'silent' }), metrics: createMetrics(), ready: () => true,
  })
}

test('a request without a network goes the whole way of the shipped server', async () => {
  const body = JSON.stringify({ parent: { apiVersion: 'holdfast.dev/v1alpha1', kind: 'ClusterBackupRepository', metadata: { name: 'all', uid: 'u', generation: 1 }, spec: { destination: { type: 's3', url: 's3://bucket', credentialsSecret: 'keys' } } } })
  const reply = await post(server(), '/clusterbackuprepository/customize', { headers: { authorization: 'Bearer right' }, body }).answered
  assert.equal(reply.status, 200)
  assert.ok(Array.isArray((JSON.parse(await reply.text()) as { relatedResources: unknown }).relatedResources))
})

test('tokens, bodies and paths are checked as over the network', async () => {
  const statuses = [['/backup/sync', 'Bearer wrong', '{}'], ['/backup/sync', 'Bearer right', '{"half":'], ['/backup/elsewhere', 'Bearer right', '{}'], ['/backup/sync', 'Bearer right', '{}']]
    .map(async ([url = '', authorization = '', body = '']) => (await post(server(), url, { headers: { authorization }, body }).answered).status)
  assert.deepEqual(await Promise.all(statuses), [401, 400, 404, 400])
})
