import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, describe, it } from 'node:test'
import type { Connection } from '../../../plugin/api/connection.ts'
import { Failure } from '../../../plugin/cli/failure.ts'
import { readBody, send } from '../../../plugin/api/transport.ts'

const server = createServer((request, response) => {
  if (request.url === '/prefix/hangs') return
  if (request.url === '/prefix/who') return response.end(['user', 'group', 'uid'].map(what => request.headers[`impersonate-${what}`]).join('; '))
  if (request.url === '/prefix/breaks') {
    response.writeHead(200, { 'content-length': '100' })
    response.write('half', () => response.destroy())
    return
  }
  response.end(`${request.method} ${request.url} ${request.headers['content-type'] ?? ''}`)
})
let connection: Connection

before(async () => {
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  connection = { context: 'test', server: new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/prefix/`), namespace: 'x', headers: {}, tls: {} }
})
after(() => {
  server.closeAllConnections()
  server.close()
})

const call = { method: 'GET', path: '/x?y=1', timeoutMs: 0 } as const

describe('send', () => {
  it('keeps the path of the server address', async () => assert.equal(await readBody(await send(connection, call)), 'GET /prefix/x?y=1 '))
  it('sends JSON', async () => assert.equal(await readBody(await send(connection, { ...call, method: 'POST', body: {} })), 'POST /prefix/x?y=1 application/json'))
  it('acts as whom the connection says, but for what the call says otherwise', async () => {
    const acting = { ...connection, headers: { 'impersonate-user': 'ann', 'impersonate-group': ['ops', 'dev'], 'impersonate-uid': '42' } }
    assert.equal(await readBody(await send(acting, { ...call, path: '/who' })), 'ann; ops, dev; 42')
    assert.equal(await readBody(await send(acting, { ...call, path: '/who', headers: { 'impersonate-user': 'bob', 'impersonate-group': ['qa'] } })), 'bob; qa; 42')
  })
  it('fails when no answer comes in time', async () => assert.rejects(send(connection, { ...call, path: '/hangs', timeoutMs: 50 }), /cannot reach the API server .*no answer within 0\.05 s/))
  it('fails when the answer breaks off', async () => {
    const answer = await send(connection, { ...call, path: '/breaks' })
    await assert.rejects(readBody(answer), (error: unknown) => error instanceof Failure && /broke off its answer/.test(error.message))
  })
  it('says what to check when nobody listens', async () => {
    await assert.rejects(send({ ...connection, context: 'test', server: new URL('http://127.0.0.1:1') }, call), /cannot reach the API server http:\/\/127\.0\.0\.1:1: .*ECONNREFUSED.*kubectl config current-context/)
  })
})
