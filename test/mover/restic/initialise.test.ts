import assert from 'node:assert/strict'
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'node:test'
import { ensureRepository, repositoryId } from '../../../mover/restic/initialise.ts'
import type { UserError } from '../../../lib/errors.ts'
import type { Context } from '../../../mover/run/context.ts'
import { bench, type Bench } from '../context.ts'
import { faultyStore } from '../stores/faults.ts'
import { LIES, storesWrong, type Lie } from '../stores/lies.ts'
import { memoryStore, type Held } from '../stores/memory.ts'
import { external, NO_RESTIC, plainRestic } from './tools.ts'

const skip = NO_RESTIC

test('when several make the repository at once there is one config, one key, and all can open it', { skip }, async () => {
  using here = bench()
  const contexts = [1, 2, 3, 4].map(() => external(here, { operation: 'check', restic: true }))
  await Promise.all(contexts.map(context => ensureRepository(context)))
  const ids = await Promise.all(contexts.map(context => repositoryId(context)))
  assert.equal(new Set(ids).size, 1)
  assert.match(ids[0] ?? '', /^[0-9a-f]{64}$/)
  assert.equal(readdirSync(join(here.store, 'restic', 'keys')).length, 1)
  assert.deepEqual(readdirSync(here.store), ['restic'], 'the claim is gone')
  assert.equal(plainRestic<{ id: string }>(here, 'cat', 'config').id, ids[0])
})

test('one who was killed between key and config is helped to the end by the next', { skip }, async () => {
  using here = bench()
  const context = external(here, { operation: 'check', restic: true })
  let writes = 0
  const dying = { ...context.store, create: async (key: string, content: Uint8Array) => {
    if (++writes > 2) throw new Error('killed')
    return context.store.create(key, content)
  } }
  await assert.rejects(ensureRepository({ ...context, store: dying }), /killed/)
  assert.deepEqual(readdirSync(join(here.store, 'restic')), ['keys'])
  await ensureRepository(context)
  assert.equal(readdirSync(join(here.store, 'restic', 'keys')).length, 1)
  assert.match(await repositoryId(context), /^[0-9a-f]{64}$/)
})

test('a repository made by plain restic is taken as it is', { skip }, async () => {
  using here = bench()
  mkdirSync(here.store, { recursive: true })
  try {
    plainRestic(here, 'init')
  } catch (error) {
    assert.match(String(error), /JSON/, 'older restic answers init in words')
  }
  const context = external(here, { operation: 'check', restic: true })
  await ensureRepository(context)
  assert.equal(await repositoryId(context), plainRestic<{ id: string }>(here, 'cat', 'config').id)
})

test('data without a config is never built over', { skip }, async () => {
  using here = bench()
  mkdirSync(join(here.store, 'restic', 'snapshots'), { recursive: true })
  writeFileSync(join(here.store, 'restic', 'snapshots', 'a'.repeat(64)), 'x')
  await assert.rejects(ensureRepository(external(here, {})), { name: 'UserError', reason: 'RepositoryDamaged' })
})

/** A `restic init` that takes no time. Its config and its key have one word in common, for which no two repositories have the same. */
function quickInit(here: Bench): Context {
  const bin = join(here.folder, 'bin')
  mkdirSync(bin)
  const script = '#!/bin/sh\nword=$(od -An -tx8 -N8 /dev/urandom | tr -d " ")\nmkdir -p "$RESTIC_REPOSITORY/keys"\necho "config $word" > "$RESTIC_REPOSITORY/config"\necho "key $word" > "$RESTIC_REPOSITORY/keys/$word"\n'
  writeFileSync(join(bin, 'restic'), script, { mode: 0o755 })
  return external(here, {}, { env: { ...process.env, PATH: `${bin}:${process.env.PATH}` } })
}

/** The repository in a store, judged as restic would: undefined when there is none, and a failure when nothing opens it. */
function wordOf(objects: ReadonlyMap<string, Held>): string | undefined {
  const word = objects.get('restic/config')?.content.toString().trim().replace('config ', '')
  if (word !== undefined) assert.equal(objects.get(`restic/keys/${word}`)?.content.toString(), `key ${word}\n`, 'a config without its key')
  return word
}

const told = (lies: readonly Lie[]) => lies.flatMap(lie => lie.of.filter(operation => operation !== 'put' && operation !== 'sweep').map(operation => [lie, operation] as const))

test('a store that lies while a repository is made: what is told to be made can be opened, and nothing is built without its key', async () => {
  using here = bench()
  const context = quickInit(here)
  let struck = 0
  for (const [lie, operation] of told(LIES.filter(({ does }) => does !== storesWrong))) {
    for (let n = 1, more = true; more; n += 1) {
      const memory = memoryStore()
      const faulty = faultyStore(memory)
      faulty.fault(operation).nth(n).times(lie.onlyAlways ? Infinity : 1).does(lie.does)
      const made = await ensureRepository({ ...context, store: faulty }).then(() => true, (error: UserError) => assert.match(error.reason, /^(StoreUnreachable|RepositoryDamaged)$/, error.stack) ?? false)
      const word = wordOf(memory.objects)
      if (made) assert.ok(word, `${operation}: ${lie.name}: told to be made, and is not`)
      const again = await ensureRepository({ ...context, store: memory }).then(() => undefined, (error: Error) => error.message)
      assert.equal(again, undefined, `${operation}: ${lie.name}`)
      if (word !== undefined) assert.equal(wordOf(memory.objects), word, 'it stays the one that it is')
      more = faulty.struck() > 0 && !lie.onlyAlways
      struck += faulty.struck()
    }
  }
  assert.ok(struck >= 30, String(struck))
})

test('bytes that are changed as they are stored are told, with the name of the object', async () => {
  using here = bench()
  const context = quickInit(here)
  for (const [n, name] of ['restic-init.json', 'restic/keys/', 'restic/config'].entries()) {
    const faulty = faultyStore(memoryStore())
    faulty.fault('create').nth(n + 1).times(1).does(storesWrong)
    await assert.rejects(ensureRepository({ ...context, store: faulty }), { name: 'TransientError', reason: 'StoreUnreachable', message: new RegExp(`remove ${name}`) })
  }
})
