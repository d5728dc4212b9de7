import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'node:test'
import { isAlive, killProcess, parseStat, readRecord, recordedNames, startProcess, stopProcess } from './processes.ts'
import { waitFor } from './wait.ts'

const stat = (state: string, name = 'etcd'): string => `42 (${name}) ${state} 1 42 42 0 -1 4194560 100 0 0 0 5 3 0 0 20 0 9 0 777 1000 5`

const cases: readonly [string, string, string | undefined][] = [
  ['a running process has its start time', stat('S'), '777'],
  ['a name with spaces and brackets does not shift the fields', stat('R', 'a) R (b c'), '777'],
  ['a zombie has ended', stat('Z'), undefined],
]

for (const [sentence, text, expected] of cases) {
  test(sentence, () => assert.equal(parseStat(text), expected))
}

const skip = process.platform !== 'linux' && 'needs /proc'

test('a process is recorded, logged, ended by its record, and only by it', { skip }, async (t) => {
  const dir = mkdtempSync(join(tmpdir(), 'holdfast-processes-'))
  t.after(() => rmSync(dir, { recursive: true }))
  const command = ['sh', '-c', 'echo "$GREETING"; exec sleep 60']
  const record = await startProcess(dir, { name: 'one', command, env: { GREETING: 'hello' } })
  t.after(() => stopProcess(dir, 'one'))
  const log = (): string => readFileSync(join(dir, 'logs', 'one.log'), 'utf8')
  await waitFor(async () => log() === 'hello\n', { what: 'its output is in the log', seconds: 30 })
  assert.deepEqual(recordedNames(dir), ['one'])
  assert.equal(isAlive(readRecord(dir, 'one')), true)
  assert.equal(isAlive({ ...record, startTime: '1' }), false, 'a later process with the same id is another')
  await stopProcess(dir, 'one')
  assert.equal(isAlive(record), false)
  assert.deepEqual(recordedNames(dir), [])
})

test('a process that is killed has no time to end well, and its record stays for who looks', { skip }, async (t) => {
  const dir = mkdtempSync(join(tmpdir(), 'holdfast-processes-'))
  t.after(() => rmSync(dir, { recursive: true }))
  const record = await startProcess(dir, { name: 'stubborn', command: ['sh', '-c', 'trap "" TERM; echo up; while :; do sleep 1; done'] })
  t.after(() => stopProcess(dir, 'stubborn', 0))
  assert.equal(await killProcess(dir, 'stubborn'), true)
  assert.equal(isAlive(record), false)
  assert.deepEqual(recordedNames(dir), ['stubborn'])
  assert.equal(await killProcess(dir, 'stubborn'), false, 'it is down already')
  assert.equal(await killProcess(dir, 'unknown'), false)
})
