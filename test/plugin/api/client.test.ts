import assert from 'node:assert/strict'
import { describe, it, type TestContext } from 'node:test'
import { createClient, type Client } from '../../../plugin/api/client.ts'
import { BACKUP } from '../../../plugin/api/kinds.ts'
import { FakeApi, failure } from '../fake-api.ts'
import { aBackup } from '../objects.ts'

/** A client whose token is the next of these each time that it is read; the server takes only `good`. */
const clientWith = async (test: TestContext, ...tokens: readonly string[]): Promise<{ readonly client: Client, readonly api: FakeApi }> => {
  const refused = { status: 401, body: failure(401, { reason: 'Unauthorized', message: 'Unauthorized' }) }
  const api = new FakeApi({ objects: [aBackup('b', '2026-11-20T01:00:00Z')], intercept: ({ headers }) => headers.authorization === 'Bearer good' ? undefined : refused })
  const server = new URL(await api.start())
  test.after(() => api[Symbol.asyncDispose]())
  const left = [...tokens]
  const open = () => ({ server, context: 'test', namespace: 'shop', headers: { authorization: `Bearer ${left.shift() ?? 'none'}` }, tls: {}, reopen: async () => open() })
  return { client: createClient(open(), { timeoutMs: 5000 }), api }
}
const place = { namespace: 'shop', name: 'b' }

describe('createClient', () => {
  it('reads the credentials anew when they have run out, and keeps them', async test => {
    const { client, api } = await clientWith(test, 'old', 'good')
    for (let n = 0; n < 2; n += 1) assert.equal((await client.get(BACKUP, place)).metadata.name, 'b')
    assert.deepEqual(api.requests.map(({ headers }) => headers.authorization), ['Bearer old', 'Bearer good', 'Bearer good'])
  })
  it('does so once a call, and then says what is wrong', async test => {
    const { client, api } = await clientWith(test, 'old', 'older', 'good')
    await assert.rejects(client.get(BACKUP, place), /not logged in to the cluster: Unauthorized\. Renew the credentials of this context/)
    assert.equal(api.requests.length, 2)
  })
})
