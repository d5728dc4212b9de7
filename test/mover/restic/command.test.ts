import assert from 'node:assert/strict'
import { existsSync, mkdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'node:test'
import { restic } from '../../../mover/restic/command.ts'
import { bench, type Bench } from '../context.ts'

const LOCKED = 'Fatal: unable to create lock in backend: repository is already locked exclusively by PID 7'

/** A restic that finds the repository locked so many times, and writes down what it was asked. */
function lockedRestic(here: Bench, times: number) {
  const bin = join(here.folder, 'bin')
  mkdirSync(bin)
  const calls = join(here.folder, 'calls')
  const script = `#!/bin/sh\nfor word; do :; done\necho "$word" >> ${calls}\nif [ "$word" = prune ] && [ $(grep -c prune ${calls}) -le ${times} ]; then echo '${LOCKED}' >&2; exit 1; fi\n`
  writeFileSync(join(bin, 'restic'), script, { mode: 0o755 })
  const context = here.context({ strategy: 'external' }, { env: { ...process.env, PATH: `${bin}:${process.env.PATH}` }, lockPatienceMilliseconds: 100 })
  return { context, calls: () => readFileSync(calls, 'utf8').trim().split('\n') }
}

test('a lock is waited for, and restic is never told to remove one', async () => {
  using here = bench()
  const { context, calls } = lockedRestic(here, 2)
  assert.equal((await restic(context, { args: ['prune'] })).code, 0)
  assert.deepEqual(calls(), ['prune', 'prune', 'prune'])
})

test('the lock of a dead run is removed while we wait', async () => {
  using here = bench()
  const { context } = lockedRestic(here, 100_000)
  const lock = join(here.store, 'restic', 'locks', 'a'.repeat(64))
  mkdirSync(join(here.store, 'restic', 'locks'), { recursive: true })
  writeFileSync(lock, '')
  const old = new Date(Date.now() - 31 * 60_000)
  utimesSync(lock, old, old)
  await assert.rejects(restic(context, { args: ['prune'] }), { reason: 'RepositoryLocked' })
  assert.equal(existsSync(lock), false)
})

test('the patience ends: then the Job is tried again', async () => {
  using here = bench()
  const { context } = lockedRestic(here, 100_000)
  await assert.rejects(restic({ ...context, lockPatienceMilliseconds: 0 }, { args: ['prune'] }), { name: 'TransientError', reason: 'RepositoryLocked' })
})

test('a stop ends the wait', async () => {
  using here = bench()
  const stop = new AbortController()
  const { context } = lockedRestic(here, 100_000)
  const waiting = restic({ ...context, signal: stop.signal, lockPatienceMilliseconds: 3_600_000, log: () => stop.abort() }, { args: ['prune'] })
  await assert.rejects(waiting)
})
