import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { ROOT } from './mutants/apply.ts'
import { perform } from './perform.ts'
import { SCENARIOS } from './scenarios/scenarios.ts'

const scenario = SCENARIOS.findIndex(({ name }) => name === 'snapshot: backup and restore')

/** The result of one blow, in another process with a planted bug. */
function blowWithBug(mutant: string): { readonly problem?: { readonly invariant: string } } {
  const script = `const { perform } = await import('./test/sim/perform.ts'); console.log(JSON.stringify(await perform({ type: 'blow', scenario: ${scenario}, blow: { kind: 'repeat', call: 3 } })))`
  const env = { ...process.env, HOLDFAST_SIM_MUTANT: mutant }
  return JSON.parse(execFileSync(process.execPath, ['--import', './test/sim/mutants/load.ts', '--input-type=module', '-e', script], { cwd: fileURLToPath(ROOT), env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })) as ReturnType<typeof blowWithBug>
}

test('a blow fails when an invariant is broken on the way, though the end is the same', () => {
  assert.equal(blowWithBug('transition-time-is-now').problem?.invariant, 'S9')
  assert.equal(blowWithBug('').problem, undefined)
})

test('what the version before breaks is not held against this one', async () => {
  const result = await perform({ type: 'blow', scenario, blow: { kind: 'upgrade', write: 20 } })
  assert.equal('problem' in result, false)
})
