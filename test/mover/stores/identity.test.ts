import assert from 'node:assert/strict'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'node:test'
import type { UserError } from '../../../lib/errors.ts'
import { ensureIdentity, IDENTITY_KEY, requireIdentity } from '../../../mover/stores/identity.ts'
import { readText, writeText } from '../../../mover/stores/store.ts'
import { perform } from '../../../mover/operations/perform.ts'
import type { Task } from '../../../schemas/generated/types.ts'
import { bench } from '../context.ts'
import { NOTES, placeNotes } from '../notes.ts'
import { faultyStore, type Fault, type Operation } from './faults.ts'
import { deniesSuccess, flips, pretends, saysTaken, truncates } from './lies.ts'
import { memoryStore } from './memory.ts'

const UUID = /^[0-9a-f-]{36}$/
const OTHER = '11111111-2222-4333-8444-555555555555'

test('a store is given an identity once, and every check tells the same', async () => {
  using here = bench()
  const context = here.context({ operation: 'check' })
  const first = await ensureIdentity(context)
  assert.match(first, UUID)
  assert.equal(await ensureIdentity(context), first)
  assert.equal(await readText(context.store, IDENTITY_KEY), `${first}\n`)
  assert.equal(await ensureIdentity(here.context({ operation: 'check', storeId: first })), first)
})

test('every check of a store that is known makes it young again, so that no rule of a bucket expires it or moves it away', async () => {
  using here = bench()
  let days = 0
  const store = memoryStore(() => new Date(Date.UTC(2026, 0, 1 + days)))
  const storeId = await ensureIdentity(here.context({ operation: 'check' }, { store }))
  for (let checks = 0; checks < 2; checks += 1) {
    days += 40
    await ensureIdentity(here.context({ operation: 'check', storeId }, { store }))
    assert.deepEqual((await store.head(IDENTITY_KEY))?.modified, new Date(Date.UTC(2026, 0, 1 + days)))
    assert.equal(await readText(store, IDENTITY_KEY), `${storeId}\n`)
  }
})

test('of many checks at once all tell the same', async () => {
  using here = bench()
  const context = here.context({ operation: 'check' }, { store: memoryStore() })
  const told = await Promise.all(Array.from({ length: 20 }, () => ensureIdentity(context)))
  assert.equal(new Set(told).size, 1)
})

test('a store that does not keep its identity is told, and tried again', async () => {
  using here = bench()
  const { store } = here.context({})
  const context = here.context({ operation: 'check' }, { store: { ...store, get: async () => undefined } })
  await assert.rejects(ensureIdentity(context), { name: 'TransientError', reason: 'StoreUnreachable' })
})

for (const [sentence, text] of [['is garbage', 'hello'], ['is empty', ''], ['has a line more', `${OTHER}\n${OTHER}\n`]] as const) {
  test(`an identity that ${sentence} is RepositoryDamaged, whether one is known or not`, async () => {
    using here = bench()
    const context = here.context({ operation: 'check' })
    await writeText(context.store, IDENTITY_KEY, text)
    await assert.rejects(ensureIdentity(context), { name: 'UserError', reason: 'RepositoryDamaged' })
    await assert.rejects(requireIdentity(context, OTHER), { name: 'UserError', reason: 'RepositoryDamaged' })
  })
}

const LYING: Readonly<Record<string, readonly [Operation, Fault]>> = {
  'nothing is there, once': ['get', async () => undefined], 'what is there is empty': ['get', truncates(() => 0)], 'half is there': ['get', truncates(length => length >> 1)],
  'another digit': ['get', flips(() => 0)],
  'the key is taken, after writing': ['create', saysTaken], 'writing failed, after writing': ['create', deniesSuccess], 'all was written, before nothing was': ['create', pretends],
}

for (const [sentence, [operation, lie]] of Object.entries(LYING)) {
  test(`a store that says: ${sentence}: its identity stays what it is, and no other is told`, async () => {
    for (const given of [`${OTHER}\n`, undefined]) {
      for (const [first, times] of [[1, 1], [2, 1], [3, 1], [1, 2], [2, 2], [1, Infinity]] as const) {
        const memory = memoryStore()
        if (given !== undefined) await writeText(memory, IDENTITY_KEY, given)
        const faulty = faultyStore(memory)
        faulty.fault(operation).nth(first).times(times).does(lie)
        using here = bench()
        const told = await ensureIdentity(here.context({ operation: 'check' }, { store: faulty })).catch((error: UserError) => error)
        const found = await readText(memory, IDENTITY_KEY)
        if (given !== undefined) assert.equal(found, given)
        if (typeof told === 'string') assert.ok(honest(found, told, times), `${told} was told of ${found}`)
        else assert.match(told.reason, /^(StoreUnreachable|RepositoryDamaged)$/, told.stack)
        assert.equal(await ensureIdentity(here.context({ operation: 'check' }, { store: memory })), found?.trim() ?? (await readText(memory, IDENTITY_KEY))?.trim())
        await requireLie(memory, { operation, lie, first, times })
      }
    }
  })
}

/** A store that says the same wrong thing every time cannot be told from one of which it is true; a check does: it reads back what it wrote. */
const honest = (found: string | undefined, told: string, times: number) => found?.trim() === told || times > 1

/** Of a store whose identity is known it is said once more, and wrongly, that it is another's: no single lie makes that so. */
async function requireLie(memory: ReturnType<typeof memoryStore>, { operation, lie, first, times }: Telling): Promise<void> {
  const known = (await readText(memory, IDENTITY_KEY) ?? '').trim()
  const faulty = faultyStore(memory)
  faulty.fault(operation).nth(first).times(times).does(lie)
  const told = await requireIdentity({ store: faulty }, known).catch((error: UserError) => error.reason)
  assert.ok(told === known || times > 1, told)
}

interface Telling { readonly operation: Operation; readonly lie: Fault; readonly first: number; readonly times: number }

const WRITERS: Readonly<Record<string, Partial<Task>>> = {
  'a check': { operation: 'check' },
  'a tar backup': { operation: 'backup', path: '/nowhere' },
  'a custom backup': { operation: 'backup', strategy: 'custom' },
  'a restic backup': { operation: 'backup', strategy: 'external', path: '/nowhere' },
  'a deletion of archives': { operation: 'delete', points: [{ volume: 'data' }] },
  'a deletion of restic snapshots': { operation: 'delete', strategy: 'external', points: [{ volume: 'data' }] },
  'a prune': { operation: 'prune' },
}

for (const [sentence, task] of Object.entries(WRITERS)) {
  test(`${sentence} in an empty store where another was is RepositoryMissing, and leaves it empty`, async () => {
    using here = bench()
    mkdirSync(here.store, { recursive: true })
    await assert.rejects(perform(here.context({ ...task, storeId: OTHER })), { name: 'UserError', reason: 'RepositoryMissing', message: /holdfast-id is not there, and 1{8}.*delete-requested/ })
    assert.deepEqual(readdirSync(here.store, { recursive: true }), [])
  })

  test(`${sentence} in another store is RepositoryMissing`, async () => {
    using here = bench()
    const found = await ensureIdentity(here.context({ operation: 'check' }))
    await assert.rejects(perform(here.context({ ...task, storeId: OTHER })), { name: 'UserError', reason: 'RepositoryMissing', message: new RegExp(`is ${found}, and ${OTHER}`) })
    assert.deepEqual(readdirSync(here.store, { recursive: true }), [IDENTITY_KEY])
  })
}

test('a task that knows no identity is not held up, and neither is one in the right store', async () => {
  using here = bench()
  const points = [{ volume: 'data' }]
  assert.equal((await perform(here.context({ operation: 'delete', points }))).ok, true)
  const storeId = await ensureIdentity(here.context({ operation: 'check' }))
  assert.equal((await perform(here.context({ operation: 'delete', points, storeId }))).ok, true)
  assert.equal((await perform(here.context({ operation: 'prune', storeId }))).ok, true)
  assert.equal(await readText(here.context({}).store, IDENTITY_KEY), `${storeId}\n`, 'no prune takes it away')
})

/** A frozen identity and what may have become of it: what a check says that knows it, and one that does not. A digit that became another cannot be seen without knowing it. */
const FROZEN: readonly (readonly [sentence: string, text: string, told: string, toldOfNone: string])[] = [
  ['as it was written', `${NOTES.storeId}\n`, NOTES.storeId, NOTES.storeId],
  ['with a bit of a digit flipped', `${NOTES.storeId.replace('4', '5')}\n`, 'RepositoryMissing', NOTES.storeId.replace('4', '5')],
  ['with a bit flipped that makes no digit', `${NOTES.storeId.replace('4', 't')}\n`, 'RepositoryDamaged', 'RepositoryDamaged'],
  ['cut', NOTES.storeId.slice(0, 18), 'RepositoryDamaged', 'RepositoryDamaged'],
]

for (const [sentence, text, ...told] of FROZEN) {
  test(`the frozen identity, ${sentence}: ${told.join(', and to who knows none ')}`, async () => {
    using here = bench()
    placeNotes(here)
    const file = join(here.store, IDENTITY_KEY)
    assert.equal(readFileSync(file, 'utf8') === text, sentence === 'as it was written')
    for (const [index, storeId] of [NOTES.storeId, undefined].entries()) {
      writeFileSync(file, text)
      const answer = await perform(here.context({ operation: 'check', storeId })).then(result => result.storeId, (error: UserError) => error.reason)
      assert.deepEqual([answer, readFileSync(file, 'utf8')], [told[index], text], 'no check changes it')
    }
  })
}
