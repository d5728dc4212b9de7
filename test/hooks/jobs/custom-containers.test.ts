import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, existsSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { moverJob } from '../../../hooks/jobs/mover-job.ts'
import { custom, jobOptions, repositories, restoring } from './samples.ts'

/** The sidecar's script, run by a real shell in a directory of its own in place of /holdfast. */
function run(t: TestContext, direction: 'backup' | 'restore', command: readonly string[]) {
  const directory = mkdtempSync(join(tmpdir(), 'holdfast-'))
  spawnSync('mkfifo', [join(directory, 'stream')])
  const start = () => {
    const child = spawn('/bin/sh', ['-c', scriptOf(direction).replaceAll('/holdfast', directory), '--', ...command], { stdio: 'ignore', detached: true })
    // The whole group: what the script started in the background waits on the FIFO for ever when the script is killed.
    t.after(() => spawnSync('kill', ['-9', '--', `-${child.pid}`]))
    return child
  }
  t.after(() => rmSync(directory, { recursive: true, force: true }))
  return { directory, start, child: start() }
}

test('a producer\'s output goes through the FIFO and its exit code is recorded', async (t) => {
  const { directory } = run(t, 'backup', ['sh', '-c', 'printf "a b"; exit 3'])
  assert.equal(readFileSync(join(directory, 'stream'), 'utf8'), 'a b')
  assert.equal(await exitCode(directory), '3\n')
})

test('a command that does not exist is 127 and an empty stream', async (t) => {
  const { directory } = run(t, 'backup', ['/no/such/command'])
  assert.equal(readFileSync(join(directory, 'stream'), 'utf8'), '')
  assert.equal(await exitCode(directory), '127\n')
})

test('a consumer reads the stream to its end', async (t) => {
  const { directory } = run(t, 'restore', ['sh', '-c', 'test "$(cat)" = hello'])
  spawnSync('/bin/sh', ['-c', `printf hello > ${directory}/stream`])
  assert.equal(await exitCode(directory), '0\n')
})

test('a sidecar that waits for a mover that never comes ends on SIGTERM', async (t) => {
  const { child } = run(t, 'backup', ['true'])
  await sleep(100)
  child.kill('SIGTERM')
  const [code] = await new Promise<[number | null]>((resolve) => child.once('exit', (value) => resolve([value])))
  assert.equal(code, 0)
})

test('a sidecar started again sends no second stream and says that the first was killed', async (t) => {
  const { directory, child, start } = run(t, 'backup', ['sleep', '60'])
  while (!existsSync(join(directory, 'started'))) await sleep(10)
  child.kill('SIGKILL')
  start()
  assert.equal(await exitCode(directory), '137\n')
})

async function exitCode(directory: string): Promise<string> {
  while (!existsSync(join(directory, 'exit'))) await sleep(10)
  return readFileSync(join(directory, 'exit'), 'utf8')
}

function scriptOf(direction: 'backup' | 'restore'): string {
  const claim = direction === 'restore' ? restoring : jobOptions(repositories.s3).claim
  const job = moverJob(jobOptions(repositories.s3, { custom, claim }, { operation: direction, strategy: 'custom' }))
  const spec = job.spec as { template: { spec: { initContainers: { command: string[] }[] } } }
  return spec.template.spec.initContainers[1]?.command[2] ?? ''
}
