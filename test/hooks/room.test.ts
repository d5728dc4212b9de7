import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { IncomingMessage } from 'node:http'
import { Socket } from 'node:net'
import test, { describe } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { load } from 'js-yaml'
import { roomFor } from '../../hooks/room.ts'
import { crowdedServer } from './crowded-server.ts'
import { allScenes } from './hostile/all-scenes.ts'
import { HUGE } from './hostile/huge.ts'

const OPTIONS = { small: 10, forSmall: 20, forLarge: 100, patienceMs: 10_000 }

/** Bodies that come one after another; the names of those that are let in while none leaves, then while each that is in leaves in turn. */
const crowds: readonly { says: string; bodies: Record<string, number>; atOnce: string; then: string }[] = [
  { says: 'as many as there is room for', bodies: { a: 50, b: 50, c: 11 }, atOnce: 'ab', then: 'abc' },
  { says: 'one that is more than all room, alone', bodies: { a: 1000, b: 11 }, atOnce: 'a', then: 'ab' },
  { says: 'one that is more than all room, after the others', bodies: { a: 11, b: 1000, c: 11 }, atOnce: 'a', then: 'abc' },
  { says: 'nobody past one who waits, or he would for ever', bodies: { a: 60, b: 90, c: 30 }, atOnce: 'a', then: 'abc' },
  { says: 'a small one past any number of large ones', bodies: { a: 90, b: 90, c: 10 }, atOnce: 'ac', then: 'acb' },
  { says: 'small ones, too, as many as there is room for', bodies: { a: 10, b: 9, c: 2 }, atOnce: 'ab', then: 'abc' },
  { says: 'empty ones always', bodies: { a: 10, b: 10, c: 0, d: 0 }, atOnce: 'abcd', then: 'abcd' },
]
for (const { says, bodies, atOnce, then } of crowds) {
  test(`it lets in ${says}`, async () => {
    const room = roomFor(OPTIONS)
    const inside: string[] = []
    const leave: (() => void)[] = []
    for (const [name, bytes] of Object.entries(bodies)) void room(bytes, request()).then(left => { inside.push(name); leave.push(left) })
    await sleep(1)
    assert.equal(inside.join(''), atOnce)
    for (let index = 0; index < leave.length; index += 1) {
      leave[index]?.()
      await sleep(1)
    }
    assert.equal(inside.join(''), then)
  })
}

test('patience ends with a 429 that says when to come again, and frees the place in the queue', async () => {
  const room = roomFor({ ...OPTIONS, patienceMs: 20 })
  await room(60, request())
  const early = room(90, request())
  await sleep(10)
  const late = room(30, request())
  await assert.rejects(early, { status: 429, reason: 'NoRoomForBody', headers: { 'Retry-After': '2', Connection: 'keep-alive' } })
  await late
})

test('who hangs up while he waits holds up nobody', async () => {
  const room = roomFor(OPTIONS)
  await room(60, request())
  const gone = request()
  const waiting = room(90, gone)
  const behind = room(30, request())
  gone.destroy()
  await assert.rejects(waiting, { status: 400 })
  await behind
})

describe('fifty bodies of 10 MiB at once, the most that five controllers with ten workers can send', async () => {
  const scene = (await allScenes()).find(({ name }) => name === 'backup-running')
  assert.ok(scene !== undefined)
  const ordinary = Buffer.from(JSON.stringify(scene.body))
  const values = load(readFileSync(new URL('../../charts/holdfast/values.yaml', import.meta.url), 'utf8')) as { hooks: { resources: { limits: { memory: string } } } }
  const limit = Number(/^(\d+)Mi$/.exec(values.hooks.resources.limits.memory)?.[1]) * 1024 * 1024
  // In a pod V8 takes half of the limit for its heap; here it has the machine's.
  const heaps = [{ of: 'as large as the machine gives', flags: [] }, { of: 'as large as a pod gives', flags: [`--max-old-space-size=${limit / 2 / 1024 / 1024}`] }]
  const body = HUGE.find(({ says }) => says === '10 MB of claims, all good')?.bytes(scene)
  assert.ok(body !== undefined)
  for (const { of, flags } of heaps) {
    test(`with a heap ${of}, memory stays below the chart's limit`, async (context) => {
      await using server = await crowdedServer(scene, flags)
      const before = await server.ask(ordinary)
      const crowd = Array.from({ length: 50 }, () => server.ask(body))
      const meanwhile = await server.ask(ordinary)
      const answers = await Promise.all(crowd)
      const good = answers.filter(({ status }) => status === 200)
      context.diagnostic(`${good.length} answered, ${50 - good.length} told to come again, peak ${Math.round(server.peak() / 1024 / 1024)} MiB`)
      assert.equal(before.status, 200)
      assert.deepEqual([meanwhile, await server.ask(ordinary)], [before, before])
      assert.ok(good.length > 0)
      for (const { status, retryAfter, text } of answers) assert.ok(status === 200 ? text === before.text : status === 429 && retryAfter === '2', `${status} ${text.slice(0, 300)}`)
      assert.ok(server.peak() < limit, `${server.peak()} bytes of ${limit}`)
    })
  }
})

function request(): IncomingMessage {
  return new IncomingMessage(new Socket())
}
