import assert from 'node:assert/strict'
import { connect } from 'node:net'
import test from 'node:test'
import { TransientError, UserError } from '../../lib/errors.ts'
import { FakeLive } from './fake-live.ts'
import { byUrl } from '../../hooks/registry-map.ts'
import { body, child, decision, registered } from './fake-hook.ts'
import { runningServer, type RunningServer } from './running-server.ts'

const SYNC = '/backuprepository/sync'
const effect = { type: 'deleteRecord', target: { namespace: 'shop', name: 'x', uid: 'u' } } as const

test('a good request gets the whole answer', async () => {
  await using running = await runningServer()
  const { status, headers, text } = await running.post(SYNC, JSON.stringify(body()))
  assert.equal(status, 200)
  assert.equal(headers.get('content-type'), 'application/json')
  assert.deepEqual(JSON.parse(text), { status: { phase: 'Checking' }, children: [child], finalized: false })
})

test('any Content-Type will do', async () => {
  await using running = await runningServer()
  for (const type of ['text/plain', 'application/octet-stream', 'nonsense']) {
    assert.equal((await running.post(SYNC, JSON.stringify(body()), { 'content-type': type })).status, 200, type)
  }
})

const bad: readonly { says: string; status: number; text: string | undefined; path?: string; headers?: Record<string, string> }[] = [
  { says: 'empty', text: '', status: 400 },
  { says: 'no body at all', text: undefined, status: 400 },
  { says: 'not JSON', text: '<html>', status: 400 },
  { says: 'cut JSON', text: JSON.stringify(body()).slice(0, -1), status: 400 },
  { says: 'null', text: 'null', status: 400 },
  { says: 'a number', text: '7', status: 400 },
  { says: 'a list', text: '[]', status: 400 },
  { says: 'an empty object', text: '{}', status: 400 },
  { says: 'children missing', text: JSON.stringify(body({ children: undefined })), status: 400 },
  { says: 'children null', text: JSON.stringify(body({ children: null })), status: 400 },
  { says: 'children without the group of Jobs', text: JSON.stringify(body({ children: {} })), status: 400 },
  { says: 'a parent that breaks its schema', text: JSON.stringify(body({ parent: { ...body().parent as object, spec: { type: 'ftp' } } })), status: 422 },
  { says: 'a parent of another kind', text: JSON.stringify(body({ parent: { ...body().parent as object, kind: 'Backup' } })), status: 400 },
  { says: 'a finalize request at the sync hook', text: JSON.stringify(body({ finalizing: true })), status: 400 },
  { says: 'too large', text: JSON.stringify(body({ filler: 'x'.repeat(20_000) })), status: 413 },
  { says: 'compressed', text: 'x', headers: { 'content-encoding': 'gzip' }, status: 415 },
  { says: 'no token', text: JSON.stringify(body()), headers: { authorization: '' }, status: 401 },
  { says: 'a wrong token', text: JSON.stringify(body()), headers: { authorization: 'Bearer wrong' }, status: 401 },
  { says: 'an unknown kind', path: '/backupthing/sync', text: JSON.stringify(body()), status: 404 },
  { says: 'an unknown hook', path: '/backuprepository/destroy', text: JSON.stringify(body()), status: 404 },
  { says: 'the kind __proto__', path: '/__proto__/sync', text: JSON.stringify(body()), status: 404 },
  { says: 'the kind constructor', path: '/constructor/sync', text: JSON.stringify(body()), status: 404 },
  { says: 'a path that cannot be decoded', path: '/%E0%A4%A/sync', text: JSON.stringify(body()), status: 404 },
]
for (const { says, text, headers, path = SYNC, status } of bad) {
  test(`never a 200, and a clear ${status}, for ${says}`, async () => {
    const hook = registered(() => assert.fail('nothing may be decided'), { observe: () => assert.fail('nothing may be read') })
    await using running = await runningServer({ bodyLimit: 10_000, hooks: byUrl([hook]) })
    const answer = await running.post(path, text, headers)
    assert.equal(answer.status, status)
    const { error } = JSON.parse(answer.text) as { error: { reason: string; message: string } }
    assert.ok(error.reason.length > 0 && error.message.length > 0)
    assert.equal('children' in (JSON.parse(answer.text) as object), false)
    assert.doesNotMatch(answer.text, /node_modules|at .*\.ts:/)
  })
}

test('another method is no hook', async () => {
  await using running = await runningServer()
  const headers = { authorization: 'Bearer right' }
  for (const method of ['GET', 'PUT', 'DELETE']) assert.equal((await fetch(running.url + SYNC, { method, headers })).status, 404, method)
})

test('a stranger does not learn what there is', async () => {
  await using running = await runningServer()
  for (const path of [SYNC, '/', '/a/b/c', '/%E0%A4%A/sync']) assert.equal((await fetch(running.url + path)).status, 401, path)
})

test('a log line has a name only where it is one', async () => {
  await using running = await runningServer()
  for (const name of [{ token: 'sw0rdfish' }, 'not a name', 'x'.repeat(300)]) await running.post(SYNC, JSON.stringify(body({ parent: { metadata: { name, namespace: [name] } } })))
  assert.deepEqual(running.lines.map(line => 'name' in (JSON.parse(line) as object)), [false, false, false])
  assert.doesNotMatch(running.lines.join(''), /sw0rdfish/)
})

test('a bug is logged with where it is, and without what it quotes', async () => {
  const hook = registered(() => { JSON.parse('{"token":sw0rdfish}'); return decision() })
  await using running = await runningServer({ hooks: byUrl([hook]) })
  const { status, text } = await running.post(SYNC, JSON.stringify(body()))
  assert.equal(status, 500)
  assert.doesNotMatch(text + running.lines.join(''), /sw0rdfish/)
  assert.match((JSON.parse(running.lines[0] ?? '') as { stack: string }).stack, /^    at JSON.parse[\s\S]*server.test.ts/)
})

test('a body that does not come is not waited for', async () => {
  await using running = await runningServer({ bodyMs: 20 })
  assert.match(await announce(running, 'Authorization: Bearer right\r\nContent-Length: 10'), /^HTTP\/1.1 408 [\s\S]*BodyTimeout/)
})

/** What a client gets that announces a body and never sends it. */
async function announce(running: RunningServer, headers: string): Promise<string> {
  const socket = connect(running.port, '127.0.0.1')
  socket.write(`POST ${SYNC} HTTP/1.1\r\nHost: x\r\n${headers}\r\n\r\n`)
  let received = ''
  for await (const chunk of socket) received += String(chunk)
  return received
}

test('a stranger is refused before his body is read', async () => {
  await using running = await runningServer()
  assert.match(await announce(running, 'Content-Length: 1000000'), /^HTTP\/1.1 401 [\s\S]*Connection: close/)
})

test('a body that is announced as too large is refused before it is read', async () => {
  await using running = await runningServer()
  assert.match(await announce(running, 'Authorization: Bearer right\r\nContent-Length: 67108865'), /^HTTP\/1.1 413 [\s\S]*Connection: close/)
})

test('a body of just 64 MiB is taken', async () => {
  await using running = await runningServer()
  const filler = 64 * 1024 * 1024 - JSON.stringify(body({ filler: '' })).length
  assert.equal((await running.post(SYNC, JSON.stringify(body({ filler: 'x'.repeat(filler) })))).status, 200)
})

test('keys that would pollute prototypes are data and nothing else', async () => {
  await using running = await runningServer()
  const text = JSON.stringify(body()).replace('"related":{}', '"related":{},"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}')
  assert.equal((await running.post(SYNC, text)).status, 200)
  assert.equal(({} as { polluted?: boolean }).polluted, undefined)
})

const thrown = [
  { error: new TransientError('ApiUnavailable', 'the API is away'), status: 429, retryAfter: '5' },
  { error: new TransientError('ApiConflict', 'changed'), status: 429, retryAfter: '1' },
  { error: new UserError('TargetExists', 'in the way'), status: 422, retryAfter: null },
  { error: new Error('a bug'), status: 500, retryAfter: null },
]
for (const { error, status, retryAfter } of thrown) {
  for (const where of ['observe', 'an effect'] as const) {
    test(`${error.name} "${error.message}" in ${where} is a ${status}`, async () => {
      const fail = () => Promise.reject(error)
      const hook = where === 'observe' ? registered(decision, { observe: fail }) : registered(() => decision({ effects: [effect] }))
      await using running = await runningServer({ hooks: byUrl([hook]), connect: () => ({ live: new FakeLive(), execute: fail }) })
      const answer = await running.post(SYNC, JSON.stringify(body()))
      assert.deepEqual([answer.status, answer.headers.get('retry-after')], [status, retryAfter])
      assert.match(answer.text, new RegExp(error.message))
    })
  }
}

test('an answer that is not whole is a 500 and nothing is done', async () => {
  const hook = registered(() => decision({ children: [child, undefined as never], effects: [effect] }))
  await using running = await runningServer({ hooks: byUrl([hook]), connect: () => ({ live: new FakeLive(), execute: () => assert.fail('no effect may run') }) })
  assert.equal((await running.post(SYNC, JSON.stringify(body()))).status, 500)
})

test('a call that takes too long is a 503, and no further effect begins', async () => {
  const begun: string[] = []
  const { promise: late, resolve: release } = Promise.withResolvers<void>()
  const hook = registered(() => decision({ effects: [effect, effect] }))
  const connectLive = (signal: AbortSignal) => ({
    live: new FakeLive(),
    execute: async () => {
      begun.push(signal.aborted ? 'late' : 'in time')
      await late
    },
  })
  await using running = await runningServer({ hooks: byUrl([hook]), connect: connectLive, deadlineMs: 30 })
  const { status, text } = await running.post(SYNC, JSON.stringify(body()))
  release()
  await new Promise(resolve => setImmediate(resolve))
  assert.equal(status, 503)
  assert.match(text, /DeadlineExceeded/)
  assert.deepEqual(begun, ['in time'])
})

test('finalize and customize have their own shapes', async () => {
  const rule = { apiVersion: 'v1', resource: 'persistentvolumeclaims', namespace: 'shop', names: ['data'] }
  const hook = registered(() => decision({ finalized: true, children: [] }), { customize: () => [rule] })
  await using running = await runningServer({ hooks: byUrl([hook]) })
  const related = { 'PersistentVolumeClaim.v1': {} }
  const finalize = await running.post('/backuprepository/finalize', JSON.stringify(body({ finalizing: true, related })))
  assert.deepEqual(JSON.parse(finalize.text), { status: { phase: 'Checking' }, children: [], finalized: true })
  const customize = await running.post('/backuprepository/customize', JSON.stringify({ controller: {}, parent: body().parent }))
  assert.deepEqual(JSON.parse(customize.text), { relatedResources: [rule] })
})

test('probes and metrics need no token', async () => {
  let ready = false
  await using running = await runningServer({ ready: () => ready })
  assert.equal((await fetch(`${running.url}/healthz`)).status, 200)
  assert.equal((await fetch(`${running.url}/readyz`)).status, 503)
  ready = true
  assert.equal((await fetch(`${running.url}/readyz`)).status, 200)
  await running.post(SYNC, JSON.stringify(body()))
  await running.post('/evil"label/sync', '{}')
  const metrics = await (await fetch(`${running.url}/metrics`)).text()
  assert.match(metrics, /holdfast_hook_requests_total\{kind="backuprepository",hook="sync",code="200"\} 1/)
  assert.match(metrics, /holdfast_hook_requests_total\{kind="unknown",hook="sync",code="404"\} 1/)
})

test('a log line names the object and the outcome, and holds nothing of the body', async () => {
  const hook = registered(() => decision({ effects: [effect] }))
  await using running = await runningServer({ hooks: byUrl([hook]) })
  await running.post(SYNC, JSON.stringify(body({ secret: 'sw0rdfish' })), {})
  await running.post(SYNC, '{"secret":"sw0rdfish",')
  const [first, second] = running.lines.map(line => JSON.parse(line) as Record<string, unknown>)
  assert.deepEqual([first?.level, first?.kind, first?.hook, first?.code, first?.namespace, first?.name, first?.effects], [30, 'backuprepository', 'sync', 200, 'shop', 'store', 1])
  assert.deepEqual([second?.level, second?.code, second?.reason], [40, 400, 'InvalidBody'])
  assert.doesNotMatch(running.lines.join(''), /sw0rdfish|Bearer|right/)
})

test('what went wrong beside a good answer is logged', async () => {
  const event = { type: 'emitEvent', name: 'e', about: child, eventType: 'Normal', reason: 'Completed', message: 'done' } as const
  const execute = (): Promise<void> => Promise.reject(new UserError('ApiRefused', 'exceeded quota'))
  await using running = await runningServer({ hooks: byUrl([registered(() => decision({ effects: [event] }))]), connect: () => ({ live: new FakeLive(), execute }) })
  assert.equal((await running.post(SYNC, JSON.stringify(body()))).status, 200)
  const [line] = running.lines.map(text => JSON.parse(text) as Record<string, unknown>)
  assert.deepEqual([line?.level, line?.code, line?.effects, line?.error], [40, 200, 0, 'exceeded quota'])
})

test("idle connections outlast Go's", async () => {
  await using running = await runningServer()
  const { keepAliveTimeout, headersTimeout, requestTimeout } = running.server
  assert.ok(keepAliveTimeout > 90_000 && headersTimeout > keepAliveTimeout && requestTimeout > headersTimeout)
})
