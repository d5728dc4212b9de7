import assert from 'node:assert/strict'
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'node:test'
import { ensureRepository, repositoryId } from '../../../mover/restic/initialise.ts'
import { bench } from '../context.ts'
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
