import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test, { type TestContext } from 'node:test'
import { ROOT } from './apply.ts'
import { runMutants } from './run.ts'

/** A simulator that only looks whether a transition time is kept, in a thread of its own as the real one does. */
const LOOKS = `
import { Worker, isMainThread, parentPort } from 'node:worker_threads'
const conditions = '${new URL('lib/conditions.ts', ROOT).href}'
if (isMainThread) new Worker(new URL(import.meta.url)).once('message', report => console.log(JSON.stringify(report)))
else {
  const { mergeConditions } = await import(conditions)
  const before = [{ type: 'Ready', status: 'True', reason: '', message: '', lastTransitionTime: 'old' }]
  const moved = mergeConditions(before, before, new Date(0))[0].lastTransitionTime !== 'old'
  parentPort.postMessage({ violations: moved ? [{ invariant: 'S9' }] : [] })
}`

function simulator(context: TestContext, text: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'mutants-'))
  context.after(() => rmSync(folder, { recursive: true }))
  writeFileSync(join(folder, 'main.mjs'), text)
  return join(folder, 'main.mjs')
}

test('a mutant that makes a violation is killed, by what it says', async context => {
  const main = simulator(context, LOOKS)
  const report = await runMutants({ seeds: 1, main, only: ['transition-time-is-now'], exhaustive: false })
  assert.equal(report.ok, true)
  assert.deepEqual([report.mutants, report.killed, report.killedByAnother, report.survivors, report.errors, report.clean], [1, 1, [], [], [], 0])
  assert.deepEqual(report.detail.map(({ name, outcome, by }) => ({ name, outcome, by })), [{ name: 'transition-time-is-now', outcome: 'killed', by: { invariant: 'S9' } }])
})

test('one that something else notices than what should is killed, and named', async context => {
  for (const [invariant, named] of [['mark', true], ['S13', false], ['D3', true], ['story', true]] as const) {
    const report = await runMutants({ seeds: 1, main: simulator(context, LOOKS.replace("'S9'", `'${invariant}'`)), only: ['transition-time-is-now'] })
    assert.deepEqual([report.killed, report.killedByAnother], [1, named ? ['transition-time-is-now'] : []], invariant)
  }
})

test('one that is loaded and shows nothing survives; one that is never loaded is an error', async context => {
  const main = simulator(context, `await import('${new URL('lib/cron.ts', ROOT).href}'); console.log('{"violations":[]}')`)
  const report = await runMutants({ seeds: 1, main, only: ['spring-slot-skipped', 'transition-time-is-now'] })
  assert.equal(report.ok, false)
  assert.deepEqual([report.killed, report.survivors, report.errors], [0, ['spring-slot-skipped'], ['transition-time-is-now']])
})

test('a simulator that crashes or never ends has not killed anything', async context => {
  const crashing = simulator(context, `if (process.env.HOLDFAST_SIM_MUTANT) throw new Error('bang'); console.log('{"violations":[]}')`)
  const crashed = await runMutants({ seeds: 1, main: crashing, only: ['cancel-ignored'] })
  assert.deepEqual([crashed.killed, crashed.survivors, crashed.errors, crashed.ok], [0, [], ['cancel-ignored'], false])
  assert.match(String(crashed.detail[0]?.by), /no report \(1\).*bang/s)
  const hanging = simulator(context, `if (process.env.HOLDFAST_SIM_MUTANT) setInterval(() => {}, 1000); else console.log('{"violations":[]}')`)
  const hung = await runMutants({ seeds: 1, main: hanging, only: ['cancel-ignored'], timeoutMs: 1500 })
  assert.match(String(hung.detail[0]?.by), /timed out/)
})

test('when the product as it is shows a violation, nothing is said about mutants', async context => {
  const main = simulator(context, `console.log('{"violations":["always"]}')`)
  const report = await runMutants({ seeds: 1, main, only: ['cancel-ignored'] })
  assert.deepEqual([report.ok, report.clean, report.killed, report.survivors], [false, 1, 0, ['cancel-ignored']])
  assert.deepEqual(report.detail.map(({ name, by }) => ({ name, by })), [{ name: 'clean', by: 'always' }])
})

test('a name that is no mutant\'s is refused: nothing would be planted for it', async () => {
  await assert.rejects(runMutants({ seeds: 1, only: ['transition-time-is-now', 'no-such-mutant'] }), /there is no mutant no-such-mutant/)
})
