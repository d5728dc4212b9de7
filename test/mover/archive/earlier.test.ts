import assert from 'node:assert/strict'
import test from 'node:test'
import type { Manifest } from '../../../mover/archive/manifest.ts'
import type { Task } from '../../../schemas/generated/types.ts'
import { faultyStore } from '../stores/faults.ts'
import { makeWorld, storeOf, streamHash, type Memory, type Strategy, type World } from '../world.ts'

const handle = 'archive/data/b1'
const [DATA, MANIFEST] = [{ tar: `${handle}/data.tar.zst`, custom: `${handle}/data.stream.zst` }, `${handle}/manifest.json`]

const WRONG: Readonly<Record<string, (content: Buffer) => Buffer | undefined>> = {
  'gone': () => undefined,
  'shorter': content => content.subarray(1),
  'another\'s of the same length': content => Buffer.alloc(content.length, 1),
}

function spoil(memory: Memory, key: string, how: (content: Buffer) => Buffer | undefined): void {
  const held = memory.objects.get(key)
  const content = how(Buffer.from(held?.content ?? ''))
  if (content === undefined) memory.objects.delete(key)
  else memory.objects.set(key, { modified: new Date(), content })
}

const again = (world: World, store: Memory, task: Partial<Task> = {}) => world.run(store, { backup: 'b1', run: 'r1', path: world.source, ...task })

for (const strategy of ['tar', 'custom'] as const satisfies readonly Strategy[]) {
  for (const [sentence, how] of Object.entries(WRONG)) {
    test(`${strategy}: a manifest whose data is ${sentence} is no answer: the point is made anew`, async () => {
      using world = await makeWorld(strategy)
      const memory = storeOf(world.start)
      spoil(memory, DATA[strategy], how)
      assert.equal((await again(world, memory)).ok, true)
      assert.equal(streamHash(memory.objects, handle), world.truth)
    })
  }
}

test('a stale manifest of other data is replaced; one that came meanwhile is not, nor its data', async () => {
  using world = await makeWorld('tar')
  const other = (memory: Memory, change: object) => spoil(memory, MANIFEST, content => Buffer.from(JSON.stringify({ ...JSON.parse(String(content)) as Manifest, ...change })))
  const memory = storeOf(world.start)
  other(memory, { storedSha256: 'a'.repeat(64) })
  await again(world, memory)
  assert.equal(streamHash(memory.objects, handle), world.truth)
  const contested = storeOf(world.start)
  spoil(contested, DATA.tar, () => Buffer.from('other'))
  const faulty = faultyStore(contested)
  faulty.fault('put').times(1).does(({ real }) => {
    other(contested, { endTime: 'later' })
    return real()
  })
  await assert.rejects(again(world, faulty as never), { name: 'TransientError', reason: 'MoverFailed' })
  assert.equal(String(contested.objects.get(DATA.tar)?.content), 'other')
})

test('the point of an earlier Backup of the name is refused, whatever its data', async () => {
  using world = await makeWorld('tar')
  const memory = storeOf(world.start)
  memory.objects.delete(DATA.tar)
  await assert.rejects(again(world, memory, { run: 'later' }), { name: 'UserError', reason: 'TargetExists' })
  assert.equal(memory.objects.has(DATA.tar), false)
})

test('one bad read does not make a good point anew, and cold data is not read', async () => {
  using world = await makeWorld('tar')
  const memory = storeOf(world.start)
  const faulty = faultyStore(memory)
  faulty.fault('get', key => key === DATA.tar).times(1).does(async () => (async function* () { yield Buffer.from('bad') })())
  const before = memory.objects.get(DATA.tar)
  assert.equal((await again(world, faulty as never)).ok, true)
  assert.equal(memory.objects.get(DATA.tar), before)
  const frozen = faultyStore(memory)
  frozen.fault('get', key => key === DATA.tar).does(async () => Promise.reject(new Error('InvalidObjectState')))
  assert.equal((await again(world, frozen as never, { store: { type: 's3', bucket: 'b', storageClass: 'GLACIER' } })).ok, true)
})
