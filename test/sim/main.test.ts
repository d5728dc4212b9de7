import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { ROOT } from './mutants/apply.ts'

interface Ended { readonly code: number | null; readonly lines: readonly string[] }

/** The simulator in a process of its own, perhaps with a planted bug; it is stopped when it has said so many lines. */
async function simulate(argv: readonly string[], { mutant = '', lines: enough = Infinity }: { readonly mutant?: string; readonly lines?: number } = {}): Promise<Ended> {
  const load = mutant === '' ? [] : [`--import=${new URL('test/sim/mutants/load.ts', ROOT).href}`]
  const env = { ...process.env, HOLDFAST_SIM_MUTANT: mutant, NODE_OPTIONS: ['--disable-warning=ExperimentalWarning', ...load].join(' ') }
  const child = spawn(process.execPath, ['test/sim/main.ts', '--jobs', '1', ...argv], { cwd: fileURLToPath(ROOT), env, stdio: ['ignore', 'pipe', 'ignore'] })
  const lines: string[] = []
  createInterface({ input: child.stdout }).on('line', line => {
    if (lines.push(line) >= enough) child.kill('SIGKILL')
  })
  const [code] = await once(child, 'close') as [number | null]
  return { code, lines }
}

/** The arguments of a command as a shell gives them. */
function argumentsOf(command: string): readonly string[] {
  return [...command.replace('npm run sim -- ', '').matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '')
}

interface Told { readonly seeds: number; readonly steps: number; readonly faults: object; readonly rulesNeverHit: readonly string[]; readonly violations: readonly { readonly replay: string; readonly invariant: string }[] }

test('a run without a violation ends with 0, and tells what it did', async () => {
  const { code, lines } = await simulate(['--seeds', '2', '--json'])
  const told = JSON.parse(lines.at(-1) ?? '') as Told
  assert.deepEqual([code, lines.length, told.seeds, told.steps > 0, Object.keys(told.faults).length > 0, Array.isArray(told.rulesNeverHit), told.violations], [0, 1, 2, true, true, true, []])
})

test('a seed that fails ends the run with 1; the command that it prints fails in the same way', async () => {
  const mutant = 'error-answered-as-empty'
  const failed = await simulate(['--seeds', '3', '--json', '--until-violation'], { mutant })
  const [violation] = (JSON.parse(failed.lines.at(-1) ?? '') as Told).violations
  assert.equal(failed.code, 1)
  assert.ok(violation, 'a planted bug broke nothing')
  const again = await simulate(argumentsOf(violation.replay), { mutant })
  assert.equal(again.code, 1)
  assert.match(again.lines.join('\n'), new RegExp(`VIOLATION ${violation.invariant}: `))
})

test('a blow is played again as the report names it', async () => {
  const blow = (kind: string): readonly string[] => ['--json', '--blow', JSON.stringify({ scenario: 'a policy is mended', blow: { kind, call: kind === 'repeat' ? 2 : 9999 } })]
  const [good, never] = [await simulate(blow('repeat')), await simulate(blow('drop'))]
  assert.deepEqual([good.code, JSON.parse(good.lines.join('')).problem], [0, null])
  assert.deepEqual([never.code, JSON.parse(never.lines.join('')).problem.invariant], [1, 'blow'])
})

test('a night goes on until it is stopped, and tells each part at once', async () => {
  const { code, lines } = await simulate(['--nightly', '--seeds', '1', '--from', '7'], { lines: 3 })
  assert.equal(code, null)
  for (const line of lines.slice(0, 3)) assert.equal((JSON.parse(line) as Told).seeds, 1)
})
