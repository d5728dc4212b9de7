import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { after, before, describe, it } from 'node:test'
import { startApiServer, unavailable, type ApiServer } from '../metacontroller/api-server.ts'
import { CHART, helm, render } from './render.ts'
import type { KubeObject } from '../../schemas/generated/types.ts'

const SYSTEM = '/namespaces/holdfast-system'
const SECRET = `/api/v1${SYSTEM}/secrets/holdfast-hooks-token`
const METACONTROLLER = `/apis/apps/v1${SYSTEM}/deployments/holdfast-metacontroller`

/** Metacontroller reads the token when it starts, and never again: whatever changes it has to start Metacontroller anew, and nothing else may. */
describe('the token and the start of Metacontroller', { skip: unavailable('Helm against an API server') }, () => {
  let api: ApiServer
  before(async () => {
    api = await startApiServer()
    await run('install', 'holdfast', CHART, '--create-namespace')
  })
  after(() => api.stop())
  const run = (...args: readonly string[]) => helm([...args, '--namespace', 'holdfast-system', '--kubeconfig', api.kubeconfig])
  const now = async () => {
    const secret = await api.client.call<KubeObject & { data: { token: string } }>('GET', SECRET)
    const { metadata, spec } = await api.client.call<KubeObject & { spec: { template: { metadata: { annotations?: Record<string, string> } } } }>('GET', METACONTROLLER)
    return { token: secret.data.token, generation: metadata.generation ?? 0, mark: spec.template.metadata.annotations?.['holdfast.dev/token'] }
  }
  const markOf = (token: string) => createHash('sha256').update(token).digest('hex').slice(0, 16)

  it('an upgrade without changes changes nothing', async () => {
    const first = await now()
    assert.equal(first.mark, markOf(first.token))
    await run('upgrade', 'holdfast', CHART)
    assert.deepEqual(await now(), first)
  })

  it('a renewal starts it anew, and so does a rollback past it, which brings the old token back', async () => {
    const first = await now()
    await api.client.call('DELETE', SECRET)
    await run('upgrade', 'holdfast', CHART)
    const second = await now()
    assert.notEqual(second.token, first.token)
    assert.deepEqual([second.generation, second.mark], [first.generation + 1, markOf(second.token)])
    await run('rollback', 'holdfast', '1')
    assert.deepEqual(await now(), { ...first, generation: second.generation + 1 })
  })

  it('where the cluster is not asked, only the Secret differs from rendering to rendering', async () => {
    const others = async () => (await render()).filter(({ kind }) => kind !== 'Secret')
    assert.deepEqual(await others(), await others())
  })
})
