import assert from 'node:assert/strict'
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'node:test'
import { perform } from '../../../mover/operations/perform.ts'
import type { Task } from '../../../schemas/generated/types.ts'
import { bench, type Bench } from '../context.ts'

const handle = 'archive/data/b1'

/** Wrapper of the user's command as the Job has it. */
const PRODUCER = '("$@") > "$HOLDFAST_EXCHANGE/stream"; code=$?; echo $code > "$HOLDFAST_EXCHANGE/exit.tmp"; mv "$HOLDFAST_EXCHANGE/exit.tmp" "$HOLDFAST_EXCHANGE/exit"; exit $code'
const CONSUMER = PRODUCER.replace('> "$HOLDFAST_EXCHANGE/stream"', '< "$HOLDFAST_EXCHANGE/stream"')

/** Runs the mover beside a command; gives both ends. */
async function together(here: Bench, wrapper: string, [script, task, name]: readonly [string, Partial<Task>, string]) {
  const exchange = join(here.folder, name)
  mkdirSync(exchange)
  execFileSync('mkfifo', [join(exchange, 'stream')])
  const env = { ...process.env, HOLDFAST_EXCHANGE: exchange }
  const command = spawn('sh', ['-c', wrapper, '--', 'sh', '-c', script], { env, stdio: 'ignore', cwd: here.folder })
  const ended = once(command, 'exit')
  try {
    return await perform(here.context({ strategy: 'custom', ...task }, { env }))
  } finally {
    const grace = setTimeout(() => command.kill('SIGKILL'), 5000)
    await ended
    clearTimeout(grace)
  }
}

const backup = (here: Bench, script: string, task: Partial<Task> = {}) => together(here, PRODUCER, [script, task, `backup-${Math.random()}`])
const restore = (here: Bench, script: string) => together(here, CONSUMER, [script, { operation: 'restore', handle }, `restore-${Math.random()}`])

for (const compression of ['zstd', 'gzip', 'none'] as const) {
  test(`a stream comes back to the restore command as it was (${compression})`, async () => {
    using here = bench()
    const stored = await backup(here, 'seq 1 500000; head -c 100000 /dev/zero', { compression })
    const expected = execFileSync('sh', ['-c', '{ seq 1 500000; head -c 100000 /dev/zero; } | sha256sum'], { encoding: 'utf8' }).slice(0, 64)
    assert.deepEqual([stored.ok, stored.files, stored.sha256], [true, 1, expected])
    const restored = await restore(here, 'cat > received')
    assert.deepEqual([restored.ok, restored.sha256, restored.bytes], [true, expected, stored.bytes])
    assert.equal(execFileSync('sha256sum', [join(here.folder, 'received')], { encoding: 'utf8' }).slice(0, 64), expected)
  })
}

for (const [sentence, script, reason] of [
  ['that fails at once', 'exit 1', 'ProducerFailed'],
  ['that fails after megabytes', 'head -c 40000000 /dev/urandom; exit 3', 'ProducerFailed'],
  ['that is killed', 'echo begun; kill -9 $$', 'ProducerFailed'],
  ['that is not there', 'exec no-such-command', 'ProducerFailed'],
  ['that writes nothing', 'true', 'EmptyVolume'],
] as const) {
  test(`a producer ${sentence} leaves no restore point and no data`, async () => {
    using here = bench()
    await assert.rejects(backup(here, script), { reason })
    assert.deepEqual(existsSync(here.store) ? readdirSync(here.store, { recursive: true }).filter(name => /data\.|manifest/.test(String(name))) : [], [])
  })
}

test('a producer whose container dies with its shell is ProducerFailed, not a whole stream', { timeout: 60_000 }, async () => {
  using here = bench()
  await assert.rejects(together(here, 'echo half > "$HOLDFAST_EXCHANGE/stream"; kill -9 $$', ['true', {}, 'x']), { reason: 'ProducerFailed', message: /out of memory/ })
  assert.deepEqual(existsSync(join(here.store, handle)) ? readdirSync(join(here.store, handle)) : [], [])
})

test('a producer whose container died before it opened the stream is ProducerFailed', { timeout: 60_000 }, async () => {
  using here = bench()
  await assert.rejects(together(here, 'echo 137 > "$HOLDFAST_EXCHANGE/exit"', ['true', {}, 'x']), { name: 'TransientError', reason: 'ProducerFailed', message: /signal 9/ })
})

test('a stream that is stored already is not stored again, and its producer is not left waiting', async () => {
  using here = bench()
  const first = await backup(here, 'echo one')
  assert.deepEqual(await backup(here, 'head -c 1000000 /dev/zero'), first)
})

test('nothing is allowed when the policy says so', async () => {
  using here = bench()
  assert.equal((await backup(here, 'true', { allowEmpty: true })).bytes, 0)
})

for (const [sentence, script] of [['that fails', 'cat > /dev/null; exit 4'], ['that never reads', 'exit 5'], ['that stops in the middle and fails', 'head -c 10 > /dev/null; exit 6']] as const) {
  test(`a restore command ${sentence} is ConsumerFailed`, async () => {
    using here = bench()
    await backup(here, 'seq 1 1000000')
    await assert.rejects(restore(here, script), { reason: 'ConsumerFailed' })
  })
}

test('a restore command sees no byte of a damaged stream', async () => {
  using here = bench()
  await backup(here, 'seq 1 1000000', { compression: 'none' })
  const data = join(here.store, handle, 'data.stream')
  const bytes = readFileSync(data)
  bytes[bytes.length - 3] = 0
  writeFileSync(data, bytes)
  const started = together(here, `touch saw-open; ${CONSUMER}`, ['cat > received', { operation: 'restore', handle }, 'damaged'])
  await assert.rejects(started, { reason: 'PointDamaged' })
  assert.equal(existsSync(join(here.folder, 'received')), false)
})

test('without a restore command the stream becomes the file named stream', async () => {
  using here = bench()
  const target = join(here.folder, 'target')
  mkdirSync(target)
  await backup(here, 'echo content')
  const env = { ...process.env, HOLDFAST_EXCHANGE: join(here.folder, 'none') }
  const { ok } = await perform(here.context({ strategy: 'custom', operation: 'restore', handle, path: target }, { env }))
  assert.equal(ok, true)
  assert.deepEqual(readdirSync(target), ['stream'])
  assert.equal(readFileSync(join(target, 'stream'), 'utf8'), 'content\n')
})

test('a Job without a FIFO is InvalidTask', async () => {
  using here = bench()
  const env = { ...process.env, HOLDFAST_EXCHANGE: join(here.folder, 'none') }
  await assert.rejects(perform(here.context({ strategy: 'custom' }, { env })), { reason: 'InvalidTask' })
})
