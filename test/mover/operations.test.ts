import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { TransientError, UserError } from '../../lib/errors.ts'
import { IDENTITY_KEY } from '../../mover/stores/identity.ts'
import type { Result, Task } from '../../schemas/generated/types.ts'
import { faultyStore, type FaultyStore, type Operation } from './stores/faults.ts'
import { LIES, REASONS, storesWrong, type Lie } from './stores/lies.ts'
import { makeWorld, storeOf, streamHash, type Memory, type Strategy, type World } from './world.ts'

const KEPT = ['archive/data/b0', 'archive/data/nb'] as const

type Ended = { readonly ok: true; readonly result: Result } | { readonly ok: false; readonly reason: string }

interface Case { readonly world: World; readonly memory: Memory; readonly faulty: FaultyStore; readonly lie: Lie }

/** Each operation: does it over the lying store, judges, and does it again over the honest one, when all must be well. */
const OPERATIONS: Readonly<Record<string, (at: Case) => Promise<void>>> = { backup, restore, check: at => check(at), 'check of a store that has an identity': at => checkAgain(at), 'check of a store that is known': at => checkAgain(at, IDENTITY), delete: deletes, 'delete of a namesake': deletesNamesake, prune }

for (const strategy of ['tar', 'custom'] as const) everyLie(strategy)

function everyLie(strategy: Strategy): void {
  let world: World
  before(async () => { world = await makeWorld(strategy) })
  after(() => world[Symbol.dispose]())
  for (const [name, body] of Object.entries(OPERATIONS)) {
    for (const lie of LIES) {
      test(`${strategy}: ${name} over a store that gives ${lie.name}`, async () => {
        const told: Operation[] = []
        for (const operation of lie.of) if (await eachTurn({ world, lie, operation, body }) > 0) told.push(operation)
        assert.deepEqual(told, lie.of.filter(operation => CALLS[name]?.includes(operation)), 'the calls at which the lie was told')
      })
    }
  }
}

/** The calls that each makes of a store, no more and no fewer: all lies of them are told, lest these tests prove nothing. */
const CALLS: Readonly<Record<string, readonly Operation[]>> = {
  backup: ['put', 'create', 'get', 'head'], restore: ['get'],
  check: ['put', 'create', 'get', 'head', 'delete'],
  'check of a store that has an identity': ['put', 'get', 'head', 'delete'], 'check of a store that is known': ['put', 'get', 'head', 'delete'],
  delete: ['get', 'head', 'list', 'delete'], 'delete of a namesake': ['get', 'head'], prune: ['head', 'list', 'delete', 'sweep'],
}

/** The lie at the first call of its operation, at the second, and so on until none is left to strike, and at all of them. */
async function eachTurn({ world, lie, operation, body }: { world: World; lie: Lie; operation: Operation; body: (at: Case) => Promise<void> }): Promise<number> {
  let total = 0
  for (let n = lie.onlyAlways ? 0 : 1, more = true; more; n += 1) {
    const memory = storeOf(world.start)
    const faulty = faultyStore(memory, listedBefore(world))
    if (n === 0) faulty.fault(operation).does(lie.does)
    else faulty.fault(operation).nth(n).times(1).does(lie.does)
    await body({ world, memory, faulty, lie })
    more = n > 0 && faulty.struck() > 0
    total += faulty.struck()
  }
  if (lie.onlyAlways) return total
  const memory = storeOf(world.start)
  const faulty = faultyStore(memory, listedBefore(world))
  faulty.fault(operation).does(lie.does)
  await body({ world, memory, faulty, lie })
  return total + faulty.struck()
}

/** What an old listing shows: objects that are gone, and neither the newest manifests nor newest data. */
function listedBefore({ start }: World): Memory {
  const old = [...start].filter(([key]) => !/^archive\/data\/(b0|nb)\/manifest|^archive\/data\/b1\/data/.test(key))
  const [first] = old
  const past = old.map(([key, held]) => [key, { ...held, modified: new Date(held.modified.getTime() - 20 * 86_400_000) }] as const)
  return storeOf(new Map([...past, ['archive/data/gone/data.tar', first?.[1] ?? { content: Buffer.alloc(0), modified: new Date(0) }], ['archive/data/z/manifest.json', { content: Buffer.alloc(0), modified: new Date() }]]))
}

async function attempt({ world }: Case, store: FaultyStore | Memory, task: Partial<Task>): Promise<Ended> {
  try {
    return { ok: true, result: await world.run(store, task) }
  } catch (error) {
    assert.ok(error instanceof UserError || error instanceof TransientError, `not an error of ours: ${(error as Error).stack}`)
    assert.ok(REASONS.includes(error.reason), `${error.reason}: ${error.message}`)
    return { ok: false, reason: error.reason }
  }
}

/** Objects of the points that this operation is none of the business of are the very same. */
function othersKept({ world, memory }: Case, handles: readonly string[] = [...KEPT, 'archive/data/b1']): void {
  for (const [key, held] of world.start) if (handles.some(handle => key.startsWith(`${handle}/`))) assert.equal(memory.objects.get(key), held, `${key} was touched`)
  assert.ok(memory.objects.has('archive/data/at-work/data.tar.zst'), 'the data of a run at work was removed')
}

async function backup(at: Case): Promise<void> {
  const { world, memory, faulty, lie } = at
  const task = { backup: 'b2', run: 'r2', path: world.source } as const
  const ended = await attempt(at, faulty, task)
  othersKept(at)
  if (lie.does === storesWrong && faulty.struck() > 0) return damagedIsTold(at)
  const found = streamHash(memory.objects, 'archive/data/b2')
  if (ended.ok) assert.equal(found, world.truth, 'told to be good, and is not')
  else assert.ok(found === undefined || found === world.truth, 'failed, and left a point that is not true')
  const again = await attempt(at, memory, task)
  assert.deepEqual([again.ok, streamHash(memory.objects, 'archive/data/b2')], [true, world.truth])
  assert.equal([...memory.objects.keys()].filter(key => key.startsWith('archive/data/b2/')).length, 2, 'one point, of two objects')
  othersKept(at)
}

/** What a store damages while it says that all is well no backup can see; a restore does. */
async function damagedIsTold(at: Case): Promise<void> {
  if (!at.memory.objects.has('archive/data/b2/manifest.json')) return
  const target = at.world.target()
  const ended = await attempt(at, at.memory, { operation: 'restore', handle: 'archive/data/b2', path: target })
  if (ended.ok) assert.ok(at.world.restored(target), 'damaged data was restored as good')
  else assert.equal(ended.reason, 'PointDamaged')
}

async function restore(at: Case): Promise<void> {
  const { world, memory, faulty } = at
  const target = world.target()
  const task = { operation: 'restore', handle: 'archive/data/b1', path: target } as const
  const ended = await attempt(at, faulty, task)
  if (ended.ok) assert.ok(world.restored(target), 'told to be restored, and is not')
  othersKept(at)
  if (ended.ok) return
  assert.equal((await attempt(at, memory, task)).ok, true)
  assert.ok(world.restored(target))
}

async function check(at: Case, storeId?: string): Promise<void> {
  const { memory, faulty, lie } = at
  const id = () => memory.objects.get(IDENTITY_KEY)?.content.toString().trim()
  const before = id()
  const ended = await attempt(at, faulty, { operation: 'check', storeId })
  othersKept(at)
  if (before !== undefined) assert.equal(id(), before, 'a store has one identity')
  if (ended.ok) assert.equal(ended.result.storeId, id(), 'the identity that was told is not that of the store')
  if (ended.ok) assert.deepEqual([...memory.objects.keys()].sort(), [...new Set([...at.world.start.keys(), IDENTITY_KEY])].sort(), 'a good check leaves nothing but the identity')
  const again = await attempt(at, memory, { operation: 'check', storeId })
  // An identity that was changed as it was stored is nobody's to repair, for it may be that of a store which others use.
  if (!again.ok) return assert.deepEqual([lie.does === storesWrong, ended.ok, again.reason], [true, false, 'RepositoryDamaged'])
  assert.equal(again.result.storeId, id())
}

const IDENTITY = '11111111-2222-4333-8444-555555555555'

async function checkAgain(at: Case, storeId?: string): Promise<void> {
  at.memory.objects.set(IDENTITY_KEY, { content: Buffer.from(`${IDENTITY}\n`), modified: new Date() })
  await check(at, storeId)
}

async function deletes(at: Case): Promise<void> {
  const { memory, faulty, world } = at
  const task: Partial<Task> = { operation: 'delete', backup: 'b1', run: 'r1', points: [{ volume: 'data' }] }
  const left = () => [...memory.objects.keys()].filter(key => key.startsWith('archive/data/b1/'))
  const ended = await attempt(at, faulty, task)
  othersKept(at, KEPT)
  if (ended.ok && !stays(at)) assert.deepEqual(left(), [], 'told to be gone, and is not')
  const found = streamHash(memory.objects, 'archive/data/b1')
  assert.ok(found === undefined || found === world.truth, 'a half-removed point still looks like one')
  assert.equal((await attempt(at, memory, task)).ok, true)
  assert.deepEqual(left(), [])
  othersKept(at, KEPT)
}

/** A manifest that always reads as of somebody else's run is not ours to remove: nothing tells that from the truth. */
function stays({ lie, memory }: Case): boolean {
  return lie.of.includes('get') && memory.objects.has('archive/data/b1/manifest.json')
}

async function deletesNamesake(at: Case): Promise<void> {
  await attempt(at, at.faulty, { operation: 'delete', backup: 'nb', run: 'r-later', points: [{ volume: 'data' }] })
  othersKept(at)
}

async function prune(at: Case): Promise<void> {
  const ended = await attempt(at, at.faulty, { operation: 'prune' })
  othersKept(at)
  assert.equal((await attempt(at, at.memory, { operation: 'prune' })).ok, true)
  othersKept(at)
  assert.deepEqual([...at.memory.objects.keys()].filter(key => /killed-long-ago|probe-/.test(key)), [], `the prune before this one ended ${ended.ok ? 'well' : 'badly'}`)
}
