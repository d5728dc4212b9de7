import assert from 'node:assert/strict'
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { perform } from '../../../mover/operations/perform.ts'
import { bench } from '../context.ts'
import { fakeRestic } from './fake.ts'
import { external, NO_RESTIC, PASSWORD, plainRestic, volumes } from './tools.ts'

const skip = NO_RESTIC
const points = [{ volume: 'data' }]

test('deleting frees the data, and leaves other points whole', { skip }, async () => {
  using here = bench()
  const { source, target } = volumes(here)
  const used = () => Number(execFileSync('du', ['-sb', join(here.store, 'restic', 'data')], { encoding: 'utf8' }).split('\t')[0])
  writeFileSync(join(source, 'kept'), 'kept')
  const kept = await perform(external(here, { path: source, backup: 'b0' }))
  const before = used()
  execFileSync('sh', ['-c', `head -c 3000000 /dev/urandom > ${source}/big`])
  await perform(external(here, { path: source }))
  assert.ok(used() > before + 2_900_000)
  const result = await perform(external(here, { operation: 'delete', points }))
  assert.deepEqual(result, { operation: 'delete', ok: true, deleted: ['data'] })
  assert.ok(used() < before + 100_000)
  assert.deepEqual(plainRestic<{ id: string }[]>(here, 'snapshots').map(({ id }) => id), [kept.handle])
  assert.deepEqual(readdirSync(join(here.store, 'points', 'data')), ['b0.json'])
  assert.equal((await perform(external(here, { operation: 'restore', path: target, handle: kept.handle }))).ok, true)
  assert.equal((await perform(external(here, { operation: 'delete', points }))).ok, true, 'again is no error')
})

test('a snapshot whose id nobody knows is found by its tags; one of another volume stays', { skip }, async () => {
  using here = bench()
  const { source } = volumes(here)
  writeFileSync(join(source, 'a'), 'x')
  await perform(external(here, { path: source }))
  const other = await perform(external(here, { path: source, volume: 'other' }))
  execFileSync('rm', ['-r', join(here.store, 'points')])
  await perform(external(here, { operation: 'delete', points }))
  assert.deepEqual(plainRestic<{ id: string }[]>(here, 'snapshots').map(({ id }) => id), [other.handle])
})

test('without a repository everything is gone already', { skip }, async () => {
  using here = bench()
  assert.deepEqual((await perform(external(here, { operation: 'delete', points }))).deleted, ['data'])
  assert.equal((await perform(external(here, { operation: 'prune', restic: true }))).ok, true)
  assert.equal(existsSync(join(here.store, 'restic')), false, 'and none is made')
})

test('while somebody writes to the repository, prune does not remove the lock; a dead one\'s lock does not stop a backup', { skip }, async () => {
  using here = bench()
  const { source } = volumes(here)
  writeFileSync(join(source, 'a'), 'x')
  await perform(external(here, { path: source }))
  const env = { ...process.env, RESTIC_PASSWORD: PASSWORD, RESTIC_REPOSITORY: join(here.store, 'restic') }
  const writer = spawn('restic', ['--no-cache', 'backup', '--stdin', '--host', 'elsewhere'], { env, stdio: ['pipe', 'ignore', 'ignore'] })
  const locks = () => readdirSync(join(here.store, 'restic', 'locks'))
  try {
    for (let tries = 0; tries < 200 && (!existsSync(join(here.store, 'restic', 'locks')) || locks().length === 0); tries += 1) await sleep(50)
    assert.equal(locks().length, 1)
    const stop = new AbortController()
    const pruning = perform(external(here, { operation: 'prune', restic: true }, { signal: stop.signal })).then(() => 'pruned', (error: { reason?: string }) => error.reason)
    const answer = await Promise.race([pruning, sleep(4000, 'waits')])
    stop.abort()
    await pruning
    assert.ok(answer === 'RepositoryLocked' || answer === 'waits', String(answer))
    assert.ok(locks().length >= 1, 'the lock of the living stays')
  } finally {
    writer.kill('SIGKILL')
    await once(writer, 'exit')
  }
  assert.equal(locks().length > 0, true)
  assert.equal((await perform(external(here, { path: source, backup: 'b2' }))).ok, true)
  const old = new Date(Date.now() - 31 * 60_000)
  for (const lock of locks()) utimesSync(join(here.store, 'restic', 'locks', lock), old, old)
  assert.equal((await perform(external(here, { operation: 'prune', restic: true }, { lockPatienceMilliseconds: 5000 }))).ok, true, 'half an hour later nor a prune')
  assert.deepEqual(locks(), [])
})

for (const [storageClass, option] of [['GLACIER', true], ['DEEP_ARCHIVE', true], ['GLACIER_IR', false], [undefined, false]] as const) {
  test(`prune and delete read no data in class ${storageClass} that must be thawed first: ${option}`, async () => {
    using here = bench()
    const { context, calls } = fakeRestic(here, '0.18.0')
    const store = { type: 's3', bucket: 'b', storageClass } as const
    for (const task of [{ operation: 'prune', restic: true }, { operation: 'delete', points }] as const) await perform(context({ ...task, store }))
    const prunes = calls().filter(call => / prune\b/.test(call))
    assert.deepEqual(prunes.map(call => call.includes('--repack-cacheable-only')), [option, option])
  })
}
