import assert from 'node:assert/strict'
import { execFileSync, type ExecFileSyncOptionsWithStringEncoding } from 'node:child_process'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { ROOT } from './mutants/apply.ts'

/** Finds a seed that a bug breaks, makes it small, and says how it was and what came of it. */
const SHRINKS = `
const { playSeed } = await import('./test/sim/seed.ts')
const { shrink } = await import('./test/sim/shrink.ts')
for (let seed = 1; ; seed++) {
  const failed = await playSeed(seed)
  if (failed.violation === undefined || failed.minutes < Number(process.env.AT_LEAST)) continue
  const { violation, without, command } = await shrink(failed, 16)
  console.log(JSON.stringify({ drawn: failed.minutes, before: failed.violation.invariant, after: violation.invariant, without, command }))
  break
}`

interface Shrunk { readonly drawn: number; readonly before: string; readonly after: string; readonly without: readonly string[]; readonly command: string }

/** Another process with a planted bug. */
function withBug(mutant: string, argv: readonly string[], more: NodeJS.ProcessEnv = {}): string {
  const options: ExecFileSyncOptionsWithStringEncoding = { cwd: fileURLToPath(ROOT), env: { ...process.env, ...more, HOLDFAST_SIM_MUTANT: mutant }, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'], maxBuffer: 1 << 28 }
  try {
    return execFileSync(process.execPath, ['--import', './test/sim/mutants/load.ts', ...argv], options)
  } catch (error) {
    return (error as { readonly stdout: string }).stdout
  }
}

test('what is left of a failing seed fails in the same way, in no more time than it had', () => {
  const mutant = 'transition-time-is-now'
  const { drawn, before, after, without, command } = JSON.parse(withBug(mutant, ['--input-type=module', '-e', SHRINKS], { AT_LEAST: '4' })) as Shrunk
  assert.equal(after, before)
  assert.ok(without.length > 0, 'nothing was left out')
  const minutes = Number(/--minutes (\d+)/.exec(command)?.[1])
  assert.ok(minutes < drawn, `${command}: the seed's life was ${drawn} minutes`)
  const told = withBug(mutant, ['test/sim/main.ts', ...command.replace('npm run sim -- ', '').split(' ')])
  assert.match(told, new RegExp(`VIOLATION ${before}: `))
})
