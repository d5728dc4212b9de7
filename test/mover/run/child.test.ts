import assert from 'node:assert/strict'
import test from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { run, start } from '../../../mover/run/child.ts'

const { signal } = new AbortController()
const sh = (script: string, more: object = {}) => ({ command: 'sh', args: ['-c', script], env: process.env, signal, ...more })

test('the output of a child that has ended before anybody reads is kept', async () => {
  const child = start(sh('seq 1 5000; exit 3'))
  await sleep(300)
  let text = ''
  for await (const chunk of child.stdout) text += String(chunk)
  assert.equal(text.split('\n').length, 5001)
  assert.equal(await child.exit, 3)
})

test('run gives code, output and error lines', async () => {
  const lines: string[] = []
  const outcome = await run(sh('echo out; echo one >&2; echo two >&2; exit 4', { onErrorLine: (line: string) => lines.push(line) }))
  assert.deepEqual(outcome, { code: 4, stdout: 'out\n', stderr: 'one\ntwo' })
  assert.deepEqual(lines, ['one', 'two'])
})

test('of endless error lines the first and the last are kept', async () => {
  const { stderr } = await run(sh('seq 1 5000 >&2; echo Fatal: why >&2'))
  const lines = stderr.split('\n')
  assert.deepEqual([lines[0], lines.at(-2), lines.at(-1), lines.length < 300], ['1', '5000', 'Fatal: why', true])
})

test('a killed child has a code above 128', async () => {
  assert.equal((await run(sh('kill -9 $$'))).code, 137)
})

test('a program that is not there is MoverFailed and says which', async () => {
  await assert.rejects(run({ ...sh(''), command: 'no-such-program' }), { reason: 'MoverFailed', message: /no-such-program/ })
})

test('when the signal aborts, the child ends and run says MoverKilled', async () => {
  const controller = new AbortController()
  const running = run(sh('exec sleep 100', { signal: controller.signal }))
  controller.abort()
  await assert.rejects(running, { name: 'TransientError', reason: 'MoverKilled' })
  assert.throws(() => start(sh('true', { signal: controller.signal })), { reason: 'MoverKilled' })
})
