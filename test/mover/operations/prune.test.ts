import assert from 'node:assert/strict'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'node:test'
import type { Manifest } from '../../../mover/archive/manifest.ts'
import { perform } from '../../../mover/operations/perform.ts'
import { directoryStore } from '../../../mover/stores/directory.ts'
import { writeText } from '../../../mover/stores/store.ts'
import type { Task } from '../../../schemas/generated/types.ts'
import { bench, IN_MEMORY } from '../context.ts'
import { fakeRestic } from '../restic/fake.ts'
import { quickenKey } from '../restic/quick-key.ts'
import { external, NO_RESTIC, PASSWORD, volumes } from '../restic/tools.ts'
import { faultyStore } from '../stores/faults.ts'
import { memoryStore } from '../stores/memory.ts'
import { treeOf } from '../tree.ts'
import { makeWorld, storeOf, streamHash, type World } from '../world.ts'

const [HOUR, DAY] = [3_600_000, 86_400_000]
const JUMPS = { 'an hour back': -HOUR, 'an hour ahead': HOUR, 'three days ahead': 3 * DAY, 'nine days ahead': 9 * DAY, 'nine days back': -9 * DAY, 'years ahead': 4000 * DAY }
const handle = 'archive/data/b2'

/** A clock for mover and store that can be set. */
function clock() {
  const state = { offset: 0 }
  return { jump: (by: number) => { state.offset += by }, now: () => new Date(Date.now() + state.offset) }
}

function backup(world: World, store: ReturnType<typeof memoryStore>, more: { readonly now: () => Date }) {
  return world.run(store, { backup: 'b2', run: 'r2', path: world.source }, more)
}

for (const strategy of ['tar', 'custom'] as const) for (const [sentence, by] of Object.entries(JUMPS)) {
  test(`${strategy}: the clock jumps ${sentence} in the middle of a backup: one true point, whose end is not before its start`, async () => {
    using world = await makeWorld(strategy)
    const time = clock()
    for (const operation of ['put', 'create'] as const) {
      const memory = memoryStore(time.now)
      const store = faultyStore(memory)
      store.fault(operation).times(1).does(({ real }) => {
        time.jump(by)
        return real()
      })
      assert.equal((await world.run(store, { backup: 'b2', run: 'r2', path: world.source }, { now: time.now })).ok, true)
      assert.equal(store.struck(), 1)
      assert.equal(streamHash(memory.objects, handle), world.truth)
      const { startTime, endTime } = JSON.parse(memory.objects.get(`${handle}/manifest.json`)?.content.toString() ?? '') as Manifest
      assert.ok(endTime >= startTime, `${startTime} ${endTime}`)
      const again = await backup(world, memory, { now: time.now })
      assert.deepEqual([again.ok, memory.objects.size], [true, 2], 'asked again it is the same point')
    }
  })

  for (const [at, operation] of [['before its data is stored', 'put'], ['between its data and its manifest', 'create']] as const) {
    test(`${strategy}: the clock jumps ${sentence}, and a prune runs beside a backup ${at}: no good point is lost, and what is told to be good is`, async () => {
      using world = await makeWorld(strategy)
      const time = clock()
      const memory = memoryStore(time.now)
      for (const [key, held] of world.start) if (/b0|b1/.test(key)) memory.objects.set(key, held)
      const store = faultyStore(memory)
      store.fault(operation).times(1).does(async ({ real }) => {
        time.jump(by)
        await world.run(memory, { operation: 'prune' }, { now: time.now })
        return real()
      })
      const first = await backup(world, store as never, { now: time.now }).then(result => result.ok, () => false)
      if (first) assert.equal(streamHash(memory.objects, handle), world.truth)
      await world.run(memory, { operation: 'prune' }, { now: time.now })
      assert.equal((await backup(world, memory, { now: time.now })).ok, true)
      for (const name of ['b0', 'b1', 'b2']) assert.equal(streamHash(memory.objects, `archive/data/${name}`), world.truth, name)
    })
  }
}

test('a mover whose clock is nine days ahead of the store\'s removes nothing of a run at work', async () => {
  using world = await makeWorld('tar')
  const store = storeOf(world.start)
  await world.run(store, { operation: 'prune' }, { now: () => new Date(Date.now() + 9 * DAY) })
  assert.ok(store.objects.has('archive/data/at-work/data.tar.zst'))
})

test('a store whose clock is ahead makes nothing old; when all agree again, what is eight days old goes', async () => {
  using world = await makeWorld('tar')
  const time = clock()
  const store = memoryStore(time.now)
  await writeText(store, 'archive/data/at-work/data.tar', 'half')
  time.jump(9 * DAY)
  await world.run(store, { operation: 'prune' }, { now: time.now })
  assert.ok(store.objects.has('archive/data/at-work/data.tar'), 'nothing younger proves that time went by')
  await backup(world, store, { now: time.now })
  await world.run(store, { operation: 'prune' }, { now: time.now })
  assert.equal(store.objects.has('archive/data/at-work/data.tar'), false)
  assert.equal(streamHash(store.objects, handle), world.truth)
})

test('external: the clock of the mover jumps before the note of a backup is written, and a prune runs beside it: every point comes back', { skip: NO_RESTIC }, async () => {
  using here = bench(IN_MEMORY)
  const { source } = volumes(here)
  writeFileSync(join(source, 'a'), 'one')
  const time = clock()
  const run = (task: Partial<Task>, store = directoryStore(here.store)) => perform(external(here, task, { store, now: time.now }))
  const told = new Map([['b0', await run({ backup: 'b0', path: source })]])
  quickenKey(join(here.store, 'restic'), PASSWORD)
  const before = treeOf(source)
  for (const [sentence, by] of Object.entries(JUMPS)) {
    const backup = `b-${by}`.replace('--', '-back-')
    const store = faultyStore(directoryStore(here.store))
    store.fault('put', key => key.startsWith('points/')).times(1).does(async ({ real }) => {
      time.jump(by)
      await run({ operation: 'prune', restic: true })
      return real()
    })
    told.set(backup, await run({ backup, path: source }, store))
    assert.equal(store.struck(), 1, sentence)
    assert.deepEqual(await run({ backup, path: source }), told.get(backup), 'asked again it is the same point')
  }
  await run({ operation: 'prune', restic: true })
  for (const [backup, { ok, handle }] of told) {
    const target = join(here.folder, `target-${backup}`)
    mkdirSync(target)
    assert.equal(ok && (await run({ operation: 'restore', backup, handle, path: target })).ok, true)
    assert.deepEqual(treeOf(target), before)
  }
})

test('uploads that the store does not let us look for are a line in the log; restic is pruned before all else', async () => {
  using here = bench()
  const { context, calls } = fakeRestic(here, '0.18.0')
  const pruning = context({ operation: 'prune', restic: true })
  const unseeing = { ...pruning, store: { ...pruning.store, sweep: async () => undefined } }
  assert.deepEqual(await perform(unseeing), { operation: 'prune', ok: true, message: '0 unfinished objects removed.' })
  assert.match(here.logs.join(), /lifecycle rule/)
  await assert.rejects(perform({ ...pruning, store: { ...pruning.store, sweep: async () => Promise.reject(new Error('broken')) } }), /broken/)
  assert.equal(calls().filter(call => call.includes(' prune')).length, 2)
})
