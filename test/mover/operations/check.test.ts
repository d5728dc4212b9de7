import assert from 'node:assert/strict'
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'node:test'
import { perform } from '../../../mover/operations/perform.ts'
import { bench } from '../context.ts'
import { external, NO_RESTIC } from '../restic/tools.ts'

test('a place that can be written is ok, and nothing but its identity stays in it', async () => {
  using here = bench()
  const { storeId, ...rest } = await perform(here.context({ operation: 'check' }))
  assert.deepEqual(rest, { operation: 'check', ok: true })
  assert.match(storeId ?? '', /^[0-9a-f-]{36}$/)
  assert.deepEqual(readdirSync(here.store), ['holdfast-id'])
})

test('without a password no restic repository is made, and that is said', async () => {
  using here = bench()
  const { env } = here.context({})
  const result = await perform(here.context({ operation: 'check', restic: true }, { env: { ...env, RESTIC_PASSWORD: undefined } }))
  assert.equal(result.ok, true)
  assert.match(result.message ?? '', /RESTIC_PASSWORD/)
  assert.equal(existsSync(join(here.store, 'restic')), false)
})

test('with a password the restic repository is made once and told', { skip: NO_RESTIC }, async () => {
  using here = bench()
  const first = await perform(external(here, { operation: 'check', restic: true }))
  assert.match(first.resticId ?? '', /^[0-9a-f]{64}$/)
  assert.deepEqual(await perform(external(here, { operation: 'check', restic: true })), first)
})

test('where a restic repository was before, none is made in its place, by a check or by a backup', { skip: NO_RESTIC }, async () => {
  using here = bench()
  const { resticId = '' } = await perform(external(here, { operation: 'check', restic: true }))
  assert.equal((await perform(external(here, { operation: 'check', restic: true, resticId }))).resticId, resticId)
  await assert.rejects(perform(external(here, { operation: 'check', restic: true, resticId: 'f'.repeat(64) })), { name: 'UserError', reason: 'RepositoryMissing' })
  rmSync(join(here.store, 'restic'), { recursive: true })
  await assert.rejects(perform(external(here, { operation: 'check', restic: true, resticId })), { name: 'UserError', reason: 'RepositoryMissing' })
  await assert.rejects(perform(external(here, { resticId, path: here.folder })), { name: 'UserError', reason: 'RepositoryMissing' })
  assert.equal(existsSync(join(here.store, 'restic')), false)
})

test('a place that is no folder is BucketNotFound', async () => {
  using here = bench()
  mkdirSync(join(here.folder, 'store'))
  writeFileSync(here.store, '')
  await assert.rejects(perform(here.context({ operation: 'check' })), { name: 'UserError', reason: 'BucketNotFound' })
})

test('a store that forgets what was written is InvalidDestination', async () => {
  using here = bench()
  const context = here.context({ operation: 'check' })
  const store = { ...context.store, get: async () => undefined }
  await assert.rejects(perform({ ...context, store }), { reason: 'InvalidDestination' })
})
