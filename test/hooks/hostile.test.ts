import assert from 'node:assert/strict'
import crypto from 'node:crypto'
import { syncBuiltinESMExports } from 'node:module'
import type { Socket } from 'node:net'
import { after, before, describe, test } from 'node:test'
import fc from 'fast-check'
import { allScenes } from './hostile/all-scenes.ts'
import { armed, attacks } from './hostile/attack.ts'
import { crowd, slowed } from './hostile/crowd.ts'
import { HUGE } from './hostile/huge.ts'
import { baselineOf, faultsOf } from './hostile/oracle.ts'
import { PLANTED, withBug } from './hostile/planted.ts'
import { bodiesOf, dripped, head, hungUp, told } from './hostile/raw-socket.ts'
import type { Scene } from './hostile/scene.ts'
import { MARKER } from './hostile/secrets.ts'
import { AMBIGUOUS } from './hostile/smuggling.ts'
import { storm, type Storm } from './hostile/storm.ts'
import { DOORS, knock, WRONG_TOKENS } from './hostile/strangers.ts'
import { target, TOKEN } from './hostile/target.ts'
import { twinsOf } from './hostile/twins.ts'

const RUNS = Number(process.env.HOLDFAST_FUZZ_RUNS ?? 1200)
const SEED = Number(process.env.HOLDFAST_FUZZ_SEED ?? Math.floor(Math.random() * 2 ** 31))
const scenes = await allScenes()

describe('a storm of hostile requests', () => {
  const lost: unknown[] = []
  const onLost = (error: unknown): void => void lost.push(error)
  const prototypes = [Object.prototype, Array.prototype, Function.prototype, String.prototype].map(each => [each, Reflect.ownKeys(each).length] as const)
  let seen: Storm
  before(async () => {
    process.on('unhandledRejection', onLost).on('uncaughtException', onLost)
    seen = await storm(scenes, { runs: RUNS, seed: SEED })
  })
  after(() => void process.off('unhandledRejection', onLost).off('uncaughtException', onLost))

  test('every answer is an error that says why, or whole: no child dropped, nothing destroyed', (context) => {
    const replay = `HOLDFAST_FUZZ_SEED=${SEED} HOLDFAST_FUZZ_RUNS=${RUNS} node --test test/hooks/hostile.test.ts`
    context.diagnostic(`${replay}: ${[...seen.statuses].map(([status, count]) => `${status} ${count}`).join(', ')}`)
    assert.equal(seen.failure, undefined, `${seen.failure}\n  replay: ${replay}`)
  })

  test('nothing in the process broke, and no prototype was changed', () => {
    assert.deepEqual(lost, [])
    for (const [prototype, keys] of prototypes) assert.equal(Reflect.ownKeys(prototype).length, keys)
    assert.equal(({} as { polluted?: boolean }).polluted, undefined)
  })

  test('afterwards every good request is answered as before', () => assert.deepEqual(seen.changed, []))

  test('no secret is in a log line or a metric, and no line is long', () => {
    assert.ok(seen.lines.length > RUNS / 2)
    assert.deepEqual(seen.lines.filter(line => line.includes(MARKER) || line.length > 8000).map(line => line.slice(0, 500)), [])
    assert.equal(seen.metrics.includes(MARKER), false)
  })

  test('the storm reached the hooks and their refusals alike', () => {
    const share = (status: number) => (seen.statuses.get(status) ?? 0) / RUNS
    assert.ok(share(200) > 0.25 && share(400) > 0.2 && share(422) > 0.05 && share(415) > 0.005, JSON.stringify([...seen.statuses]))
    assert.ok(share(500) < 0.01, 'what a caller can break is an answer of 400 or 422')
  })
})

describe('the oracle notices', () => {
  for (const planted of PLANTED) {
    test(`a hook with this bug: ${planted.says}`, async () => {
      const few = scenes.filter(({ name }) => planted.scenes.includes(name))
      const { failure } = await storm(few, { runs: 2000, seed: SEED, hooks: withBug(planted), aim: planted.aim })
      assert.notEqual(failure, undefined)
    })
  }
})

test('a parent that is damaged in the API server alone is no parent to decide on', async () => {
  const damaged = scenes.map(({ objects, body, ...scene }) => {
    const broken = [...objects].map(([path, object]) => [path, object.kind === body.parent.kind ? { ...object, spec: { ...object.spec as object, damaged: true } } : object] as const)
    return { ...scene, body, objects: new Map(broken) }
  })
  await using server = await target(damaged)
  for (const { name, path, body } of damaged.filter(scene => !scene.path.endsWith('customize'))) assert.equal((await server.ask(path, JSON.stringify(body))).status, 422, name)
})

describe('large and deep bodies', () => {
  const scene = scenes.find(({ name }) => name === 'backup-running') as Scene
  for (const { says, status, bytes } of HUGE) {
    test(`${says}: ${status}`, async () => {
      await using server = await target(scenes)
      const baseline = baselineOf(scene, await server.ask(scene.path, JSON.stringify(scene.body)))
      const body = bytes(scene)
      const reply = await server.ask(scene.path, body)
      assert.deepEqual(faultsOf(baseline, body.toString('utf8'), reply), [])
      assert.equal(reply.status, status, reply.text.slice(0, 300))
      assert.equal((await server.ask(scene.path, JSON.stringify(scene.body))).text, baseline.reply.text)
      assert.deepEqual(server.lines.filter(line => line.includes(MARKER) || line.length > 8000), [])
    })
  }
})

describe('strangers', () => {
  test('learn nothing: whatever the door, the same answer to the same header', async () => {
    await using server = await target(scenes)
    for (const header of WRONG_TOKENS) {
      const answers = new Set<string>()
      for (const door of DOORS) answers.add(await knock(server, door, header))
      assert.equal(answers.size, 1, [...answers].join('\n'))
      assert.match([...answers].join(), /^401 \{"error":\{"reason":"Unauthorized"/)
    }
    assert.equal(server.calls(), 0)
    assert.deepEqual(server.lines.filter(line => line.includes(MARKER)), [])
  })

  test('a header beyond all bounds is refused by the server itself', async () => {
    await using server = await target(scenes)
    for (const [method, path] of DOORS) assert.match(await knock(server, [method, path], `Bearer ${'x'.repeat(40_000)}`), /^431 $/)
  })

  test('the body of a stranger is not read', async () => {
    await using server = await target(scenes)
    const sockets: Socket[] = []
    server.running.server.on('connection', socket => void sockets.push(socket))
    const flood = Buffer.concat([Buffer.from('POST /backup/sync HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer no\r\nContent-Length: 60000000\r\n\r\n'), Buffer.alloc(20_000_000)])
    // The connection may be reset before the answer is read: what was taken in is what counts.
    await told(server.running.port, flood)
    assert.equal(sockets.length, 1)
    assert.ok(sockets.every(({ bytesRead }) => bytesRead < 1_000_000), sockets.map(({ bytesRead }) => bytesRead).join())
  })

  test('tokens are compared in constant time, as digests of one length', async (context) => {
    const compare = context.mock.method(crypto, 'timingSafeEqual')
    syncBuiltinESMExports()
    context.after(() => { compare.mock.restore(); syncBuiltinESMExports() })
    await using server = await target(scenes)
    for (const given of ['x', TOKEN.slice(0, -1), `${TOKEN}x`, TOKEN]) await server.ask('/backup/sync', '{}', { headers: { authorization: `Bearer ${given}` } })
    const sizes = compare.mock.calls.map(({ arguments: [a, b] }) => [a.byteLength, b.byteLength].join())
    assert.ok(sizes.length >= 4)
    assert.deepEqual(new Set(sizes), new Set(['32,32']))
  })
})

describe('connections', () => {
  const good = scenes.find(({ name }) => name === 'backup-running') as Scene
  const body = JSON.stringify(good.body)
  const whole = head(good.path, [`Content-Length: ${Buffer.byteLength(body)}`]) + body

  test('slow callers are ended one by one, and hold up nobody', async () => {
    await using server = await target(scenes, { headMs: 300, bodyMs: 300 })
    const { port } = server.running
    const first = (await server.ask(good.path, body)).text
    const slow = Array.from({ length: 10 }, () => [
      dripped(port, 'POST /backup/sync HTTP/1.1\r\nX-Slow: ', 'x'),
      dripped(port, head(good.path, ['Content-Length: 100000']) + '{', ' '),
      dripped(port, head(good.path, ['Transfer-Encoding: chunked']), '1\r\n \r\n'),
      told(port, head(good.path, ['Content-Length: 100000'])),
    ]).flat()
    for (let index = 0; index < 50; index += 1) assert.equal((await server.ask(good.path, body)).text, first)
    const ends = await Promise.all(slow)
    ends.forEach((end, index) => assert.match(end, index % 4 === 0 ? /^(HTTP\/1.1 408 |$)/ : /^HTTP\/1.1 408 [\s\S]*BodyTimeout/))
    assert.equal((await server.ask(good.path, body)).text, first)
  })

  test('who hangs up in the middle or at the end leaves nothing behind', async () => {
    await using server = await target(scenes)
    const first = (await server.ask(good.path, body)).text
    await Promise.all(Array.from({ length: 100 }, (_, index) => hungUp(server.running.port, whole.slice(0, Math.floor(whole.length * (index + 1) / 100)))))
    assert.equal((await server.ask(good.path, body)).text, first)
    assert.deepEqual(server.lines.filter(line => line.includes('"code":500')), [])
  })

  test('requests in one packet are answered in their order', async () => {
    await using server = await target(scenes)
    const first = (await server.ask(good.path, body)).text
    const bad = head(good.path, ['Content-Length: 2']) + '{}'
    const last = head(good.path, ['Content-Length: 4', 'Connection: close']) + 'null'
    const answers = bodiesOf(await told(server.running.port, (whole + bad).repeat(20) + last))
    assert.equal(answers.length, 41)
    answers.forEach((answer, index) => assert.equal(index % 2 === 0 && index < 40 ? answer : answer.slice(0, 35), index % 2 === 0 && index < 40 ? first : '{"error":{"reason":"InvalidRequest",'.slice(0, 35)))
  })

  for (const [says, lines, inner] of AMBIGUOUS) {
    test(`no request is smuggled by ${says}`, async () => {
      await using server = await target(scenes, { bodyMs: 300 })
      const received = await told(server.running.port, head(good.path, lines) + inner + whole)
      assert.equal(received.match(/HTTP\/1\.1 /g)?.length ?? 0, 1, received)
      assert.match(received, /^HTTP\/1\.1 4\d\d [\s\S]*Connection: close/)
      assert.equal(server.calls(), 0)
    })
  }

  test('3,000 over 24 connections, good and bad, are each answered as if they were alone', async () => {
    await using server = await target(scenes, { sockets: 24 })
    const hostile = fc.sample(attacks, { numRuns: 60, seed: SEED }).map(attack => armed(attack, scenes))
    const all = [...scenes.map(scene => ({ scene, bytes: Buffer.from(JSON.stringify(scene.body)), headers: {} })), ...hostile].filter(({ bytes }) => bytes.length < 15_000)
    const strangers = all.slice(0, 10).map(each => ({ ...each, headers: { authorization: 'Bearer no' } }))
    const callers = [...all, ...strangers]
    const alone: string[] = []
    for (const { scene, bytes, headers } of callers) alone.push(answerOf(await server.ask(scene.path, bytes, { headers })))
    const order = Array.from({ length: 3000 }, (_, index) => (index * 7919) % callers.length)
    const answers = await Promise.all(order.map(async (index) => {
      const { scene, bytes, headers } = callers[index] as (typeof callers)[number]
      return answerOf(await server.ask(scene.path, bytes, { headers }))
    }))
    answers.forEach((answer, at) => assert.equal(answer, alone[order[at] ?? 0]))
    assert.deepEqual(server.lines.filter(line => line.includes(MARKER)), [])
  })
})

describe('2,000 at once, each about objects of its own, while the API server answers when it likes', () => {
  // What has no namespace is the same object in every twin.
  const twins = twinsOf(scenes.filter(({ body }) => body.parent.metadata.namespace !== undefined), 2000)
  const alone: string[] = []
  before(async () => {
    await using server = await target(twins)
    for (const { path, body } of twins) alone.push(answerOf(await server.ask(path, JSON.stringify(body))))
  })

  test('the answers differ, so that one which is mixed up with another would be seen', () => {
    assert.ok(new Set(alone).size > 1600, `${new Set(alone).size}`)
    assert.deepEqual(alone.filter(answer => !answer.startsWith('200 ')), [])
  })

  test('with room and time for all, each is answered as if it were alone', async () => {
    const most = { calls: 0 }
    await using server = await target(twins, { through: slowed(most), room: { forSmall: 2 ** 30 }, deadlineMs: 120_000, bodyMs: 120_000 })
    const { answers } = await crowd(server, twins)
    assert.deepEqual(answers.flatMap((answer, index) => answer === alone[index] ? [] : [`${twins[index]?.name}: ${answer.slice(0, 200)}`]), [])
    assert.ok(most.calls > 500, `only ${most.calls} decisions overlapped`)
  })

  test('as shipped, each is answered as if it were alone, or told to come again', async (context) => {
    await using server = await target(twins, { through: slowed({ calls: 0 }) })
    const { answers } = await crowd(server, twins)
    const others = answers.filter((answer, index) => answer !== alone[index])
    context.diagnostic(`${answers.length - others.length} answered, ${others.length} told to come again`)
    assert.deepEqual(others.filter(answer => !/^(429|503|408) \{"error":\{"reason":"(NoRoomForBody|DeadlineExceeded|BodyTimeout)"/.test(answer)), [])
    assert.ok(others.length < answers.length)
    const { path, body } = twins[0] as Scene
    assert.equal(answerOf(await server.ask(path, JSON.stringify(body))), alone[0])
  })
})

function answerOf({ status, text }: { readonly status: number; readonly text: string }): string {
  return `${status} ${text}`
}
