import assert from 'node:assert/strict'
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Result, Task } from '../../schemas/generated/types.ts'
import { bench, type Bench } from './context.ts'
import { NO_RESTIC, PASSWORD } from './restic/tools.ts'

const MAIN = new URL('../../mover/main.ts', import.meta.url).pathname

/** The mover as a process of its own, as in its pod. */
function startMover(here: Bench, task: Partial<Task> | string, more: Record<string, string | undefined> = {}) {
  const log = join(here.folder, 'termination-log')
  rmSync(log, { force: true })
  const env = {
    ...process.env, RESTIC_PASSWORD: PASSWORD, RESTIC_CACHE_DIR: join(here.folder, 'cache'), HOLDFAST_TERMINATION_LOG: log,
    HOLDFAST_TASK: typeof task === 'string' ? task : JSON.stringify(here.context(task).task), ...more,
  }
  const child = spawn(process.execPath, [MAIN], { env, stdio: ['ignore', 'ignore', 'pipe'] })
  let errors = ''
  child.stderr.on('data', chunk => { errors += String(chunk) })
  const ended = once(child, 'exit').then(([code, signal]) => ({
    code: code as number | null, signal: signal as string | null, errors,
    result: existsSync(log) ? JSON.parse(readFileSync(log, 'utf8')) as Result : undefined,
  }))
  return { child, ended }
}

function source(here: Bench, megabytes = 1): string {
  const path = join(here.folder, 'volumes', 'data')
  mkdirSync(path, { recursive: true })
  execFileSync('sh', ['-c', `head -c ${megabytes}000000 /dev/urandom > ${path}/big; echo a > ${path}/a`])
  return path
}

const files = (here: Bench) => existsSync(here.store) ? readdirSync(here.store, { recursive: true, encoding: 'utf8' }) : []

test('done: exit 0, the result in the termination message, lines for people on standard error', async () => {
  using here = bench()
  const { code, result, errors } = await startMover(here, { path: source(here) }).ended
  assert.equal(code, 0)
  assert.deepEqual([result?.operation, result?.ok, result?.files, result?.errors], ['backup', true, 2, 0])
  assert.match(errors, /backup tar of volume data/)
})

for (const [sentence, task, reason] of [
  ['a task that is not JSON', '{', 'InvalidTask'],
  ['no task', '', 'InvalidTask'],
  ['a point that is not there', { operation: 'restore', handle: 'archive/data/none', path: '/' }, 'PointNotFound'],
  ['a volume that is not mounted', { path: '/no/such/volume' }, 'InvalidTask'],
] as const) {
  test(`${sentence}: exit 2 and ${reason}`, async () => {
    using here = bench()
    const { code, result } = await startMover(here, task).ended
    assert.deepEqual([code, result?.ok, result?.reason], [2, false, reason])
  })
}

test('a store that cannot be reached: exit 75', async () => {
  using here = bench()
  const store = { type: 's3', bucket: 'b', prefix: 'ns', endpoint: 'http://127.0.0.1:9' } as const
  const { code, result } = await startMover(here, { path: source(here), store }, { AWS_ACCESS_KEY_ID: 'id', AWS_SECRET_ACCESS_KEY: 'secret-value' }).ended
  assert.deepEqual([code, result?.reason], [75, 'StoreUnreachable'])
})

test('a termination message that cannot be written does not change the exit code', async () => {
  using here = bench()
  assert.equal((await startMover(here, { path: source(here) }, { HOLDFAST_TERMINATION_LOG: '/no/such/folder/log' }).ended).code, 0)
})

for (const strategy of ['tar', 'external'] as const) {
  const skip = strategy === 'external' ? NO_RESTIC : undefined
  const task = (path: string) => ({ strategy, path, ...(strategy === 'tar' && { compression: 'none' as const }) }) satisfies Partial<Task>
  const begun = async (here: Bench) => {
    for (let tries = 0; tries < 400 && !files(here).some(name => /partial-|restic\/data\/..\//.test(name)); tries += 1) await sleep(25)
  }

  test(`${strategy}: SIGTERM midway: exit 75, MoverKilled, no half point; the next attempt succeeds`, { skip }, async () => {
    using here = bench()
    const path = source(here, 150)
    const { child, ended } = startMover(here, task(path))
    await begun(here)
    child.kill('SIGTERM')
    const { code, result } = await ended
    assert.deepEqual([code, result?.ok, result?.reason], [75, false, 'MoverKilled'])
    assert.deepEqual(files(here).filter(name => /manifest|partial-|data\.tar|points.*json|snapshots\/./.test(name)), [])
    const again = await startMover(here, task(path)).ended
    assert.deepEqual([again.code, again.result?.files], [0, 2])
  })

  test(`${strategy}: kill -9 midway leaves no point; the next attempt succeeds and restores`, { skip }, async () => {
    using here = bench()
    const path = source(here, 150)
    const { child, ended } = startMover(here, task(path))
    await begun(here)
    child.kill('SIGKILL')
    assert.equal((await ended).signal, 'SIGKILL')
    assert.deepEqual(files(here).filter(name => /manifest|points.*json/.test(name)), [])
    const again = await startMover(here, task(path)).ended
    assert.deepEqual([again.code, again.result?.files], [0, 2])
    // Killed while it made the repository, it leaves the unfinished file of that moment, which prune removes (docs/format.md).
    assert.deepEqual(files(here).filter(name => name.includes('partial-') && !/restic-init\.json\.partial-|restic\/(keys\/|config)[^/]*\.?partial-/.test(name)), [])
    const target = join(here.folder, 'target')
    mkdirSync(target)
    const restored = await startMover(here, { strategy, operation: 'restore', handle: again.result?.handle, path: target }).ended
    assert.equal(restored.code, 0)
    execFileSync('cmp', [join(path, 'big'), join(target, 'big')])
  })
}

test('no secret reaches the log or the result', async () => {
  using here = bench()
  writeFileSync(join(here.folder, 'x'), '')
  const { errors, result } = await startMover(here, { strategy: 'external', operation: 'restore', handle: PASSWORD, path: here.folder }).ended
  assert.equal(result?.ok, false)
  assert.ok(!errors.includes(PASSWORD) && !JSON.stringify(result).includes(PASSWORD))
})
