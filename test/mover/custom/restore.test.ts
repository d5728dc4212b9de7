import assert from 'node:assert/strict'
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'node:test'
import { perform } from '../../../mover/operations/perform.ts'
import { bench, type Bench } from '../context.ts'

const WRAPPER = '("$@") OP "$HOLDFAST_EXCHANGE/stream"; code=$?; echo $code > "$HOLDFAST_EXCHANGE/exit.tmp"; mv "$HOLDFAST_EXCHANGE/exit.tmp" "$HOLDFAST_EXCHANGE/exit"'
let count = 0

/** Mover and command beside each other, the volume at `volume`. */
async function attempt(here: Bench, operation: 'backup' | 'restore', script: string) {
  const [exchange, volume] = [join(here.folder, `exchange-${count++}`), join(here.folder, 'volume')]
  mkdirSync(exchange)
  mkdirSync(volume, { recursive: true })
  execFileSync('mkfifo', [join(exchange, 'stream')])
  const env = { ...process.env, HOLDFAST_EXCHANGE: exchange }
  const command = spawn('sh', ['-c', WRAPPER.replace('OP', operation === 'backup' ? '>' : '<'), '--', 'sh', '-c', script], { env, stdio: 'ignore', cwd: volume, detached: true })
  const ended = once(command, 'exit')
  try {
    return await perform(here.context({ strategy: 'custom', operation, handle: 'archive/data/b1', path: volume }, { env }))
  } finally {
    try { process.kill(-(command.pid ?? 0), 'SIGKILL') } catch { /* it has ended by itself */ }
    await ended
  }
}

test('a command that failed after it left files is not to be run again over them', async () => {
  using here = bench()
  await attempt(here, 'backup', 'seq 1 1000')
  await assert.rejects(attempt(here, 'restore', 'head -c 10 > part; exit 3'), { name: 'UserError', reason: 'ConsumerFailed', message: /exit code 3/ })
})

test('one that left nothing may be tried again', async () => {
  using here = bench()
  await attempt(here, 'backup', 'seq 1 1000')
  await assert.rejects(attempt(here, 'restore', 'exit 3'), { name: 'TransientError', reason: 'ConsumerFailed' })
  assert.equal((await attempt(here, 'restore', 'cat > whole')).ok, true)
})

test('a mover that comes after one that was cut off finds the files and gives the command no byte', async () => {
  using here = bench()
  await attempt(here, 'backup', 'seq 1 1000')
  const volume = join(here.folder, 'volume')
  mkdirSync(join(volume, 'lost+found'), { recursive: true })
  writeFileSync(join(volume, 'part'), 'half')
  await assert.rejects(attempt(here, 'restore', 'cat >> part; touch seen'), { name: 'UserError', reason: 'ConsumerFailed', message: /start a new Restore/ })
  assert.equal(existsSync(join(volume, 'seen')), false)
})
