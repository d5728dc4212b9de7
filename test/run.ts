import { spawn } from 'node:child_process'
import { existsSync, globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { canRunNode } from './cluster/can-run.ts'
import { ensureBinaries } from './cluster/binaries.ts'
import { down } from './cluster/down.ts'
import { chooseMetacontroller, type MetacontrollerChoice } from './cluster/images/metacontroller.ts'
import { installPackages } from './cluster/packages.ts'
import { environment } from './e2e/kit/environment.ts'
import { rbacAudit, type RbacAudit } from './security/rbac-audit.ts'
import { SAMPLE } from './sim/mutants/all.ts'
import { judge, skipsOf } from './skipped/judge.ts'
import type { Skip } from './skipped/skip.ts'
import { ROOT } from './tidy/sources.ts'

type Kind = MetacontrollerChoice['kind']

/** Topics that stop or replace what all others use: they run one after another on a node of their own. */
const ALONE = ['downtime', 'chart', 'faults']
const ALONE_CLUSTER = 'alone'

/**
 * `run.ts` runs everything, `run.ts unit` what needs no node, `run.ts e2e [topic…]` end-to-end topics.
 * Each stage says what it does and how long it took; the first that fails ends the run.
 */
const [only, ...topics] = process.argv.slice(2)
const started = Date.now()
const say = (text: string): void => { console.log(`[${((Date.now() - started) / 1000).toFixed(0).padStart(4)} s] ${text}`) }
const able = canRunNode()
const skips: Skip[] = []
const failures: string[] = []

if (only !== 'e2e') await units()
if (only !== 'unit') await endToEnd()
tellSkips()
say('all that was asked for passed')

/** What failed is said last, because of a long log often only the end is kept. */
function fail(): never {
  for (const failure of failures) say(`FAILED: ${failure}`)
  process.exit(1)
}

/** What was left out ends the run where nothing has to be; else it is the last that a person reads. */
function tellSkips(): void {
  const { refused, told } = judge(skips, { able: able.ok })
  if (told.length > 0) say(`left out, and not shown by this run:\n  ${told.join('\n  ')}`)
  if (refused.length === 0) return
  say(`FAILED: left out although this machine can run everything; mend them, or add them with a reason to test/skipped/allowed.ts:\n  ${refused.join('\n  ')}`)
  fail()
}

async function units(): Promise<void> {
  await stage('types', ['node_modules/.bin/tsc', '--noEmit'])
  const files = globSync('test/**/*.test.ts', { cwd: ROOT }).filter(path => !/^test\/e2e\/[^/]+$/.test(path)).sort()
  const env = able.ok ? await toolsOnPath() : {}
  if (!able.ok) say(`no cluster tools here (${able.reason}): tests that need an API server, restic or Helm skip themselves and say so`)
  await stage(`${files.length} unit test files`, [process.execPath, '--test', '--test-concurrency=2', ...files], { env, reporter: 'dot' })
  await stage('simulator', [process.execPath, 'test/sim/main.ts', '--seeds', '600', '--exhaustive', '--coverage', '--json'])
  await stage('planted bugs', [process.execPath, 'test/sim/main.ts', '--mutants', '--only', SAMPLE.join(','), '--json'])
}

async function endToEnd(): Promise<void> {
  if (!able.ok) {
    say(`SKIPPED end-to-end tests: no Kubernetes node can run here: ${able.reason}. Instead the hooks ran on recorded requests only.`)
    return
  }
  const rounds = chosenRounds()
  const audit = await rbacAudit()
  for (const metacontroller of rounds) await round(metacontroller, audit)
  if (!audit.conclude({ complete: topics.length === 0, metacontrollers: rounds })) fail()
  if (!rounds.includes('real')) say('the real Metacontroller is not on PATH: the stand-in was used; it is held to the same behaviour by test/metacontroller')
}

/** Both Metacontrollers where the real one is on PATH; HOLDFAST_METACONTROLLER=real|stand-in chooses one. */
function chosenRounds(): readonly Kind[] {
  const wanted = process.env.HOLDFAST_METACONTROLLER
  if (wanted === 'real' || wanted === 'stand-in') return [wanted]
  return chooseMetacontroller().kind === 'real' ? ['stand-in', 'real'] : ['stand-in']
}

/** One pass over the topics. Files run several at a time: they wait for pods and slots most of the time. */
async function round(metacontroller: Kind, audit: RbacAudit): Promise<void> {
  const since = new Date()
  const all = globSync('test/e2e/*.test.ts', { cwd: ROOT }).sort()
  const files = all.filter(path => topics.length === 0 || topics.some(topic => path === `test/e2e/${topic}.test.ts`))
  if (files.length === 0) throw new Error(`no such topic: ${topics.join(', ')}; see test/e2e`)
  const alone = files.filter(path => ALONE.some(name => path.endsWith(`/${name}.test.ts`)))
  const together = files.filter(path => !alone.includes(path))
  const title = `end to end with the ${metacontroller} Metacontroller`
  // One environment after the other, because a process speaks to one cluster at a time; their tests run side by side.
  const first = await pass(title, { metacontroller, files: together, cluster: 'default', concurrency: 5 })
  const second = await pass(`${title}, alone`, { metacontroller, files: alone, cluster: ALONE_CLUSTER, concurrency: 1 })
  const passed = await Promise.all([first.ended, second.ended])
  if (passed.includes(false)) fail()
  if (together.length > 0) await audit.collect('default', since)
  if (alone.length > 0) await audit.collect(ALONE_CLUSTER, since)
  await down(ALONE_CLUSTER, say)
}

interface Pass { readonly metacontroller: Kind; readonly files: readonly string[]; readonly cluster: string; readonly concurrency: number }

/** Prepares a cluster and starts its test files; `ended` tells later whether all passed. */
async function pass(title: string, { metacontroller, files, cluster, concurrency }: Pass): Promise<{ readonly ended: Promise<boolean> }> {
  if (files.length === 0) return { ended: Promise.resolve(true) }
  const surroundings = await environment({ metacontroller, cluster, progress: text => say(`${cluster}: ${text}`) })
  // Beside all other topics the faults are fewer than alone: both wait for the same two cores.
  const faults: Record<string, string> = topics.length === 0 ? { HOLDFAST_FAULT_SECONDS: '90', HOLDFAST_FAULT_ROUNDS: '16' } : {}
  const env = { HOLDFAST_ENVIRONMENT: JSON.stringify(surroundings), ...faults, ...toldOf('HOLDFAST_FAULT_SECONDS', 'HOLDFAST_FAULT_ROUNDS') }
  return { ended: runStage(`${title}: ${files.length} topics`, [process.execPath, '--test', `--test-concurrency=${concurrency}`, ...files], { env, reporter: 'spec' }) }
}

function toldOf(...names: readonly string[]): Record<string, string> {
  return Object.fromEntries(names.flatMap(name => process.env[name] === undefined ? [] : [[name, process.env[name]]]))
}

async function toolsOnPath(): Promise<Record<string, string>> {
  await installPackages(say)
  const folder = await ensureBinaries(say)
  return { HOLDFAST_BIN: folder, HOLDFAST_MINIO: `${folder}/minio`, PATH: `${folder}:${process.env.PATH ?? ''}` }
}

interface Stage {
  readonly env?: Record<string, string>
  /** For files of tests: node:test's reporter for people. Beside it ours notes what is left out. */
  readonly reporter?: 'dot' | 'spec'
}

/** A stage without which nothing else makes sense. */
async function stage(title: string, command: readonly string[], how: Stage = {}): Promise<void> {
  if (!await runStage(title, command, how)) fail()
}

async function runStage(title: string, [command = '', ...args]: readonly string[], { env = {}, reporter }: Stage): Promise<boolean> {
  say(`${title} …`)
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-run-'))
  const notes = join(folder, 'skips')
  const failed = join(folder, 'failed')
  const reporters = reporter === undefined ? [] : Object.entries({ [reporter]: 'stdout', './test/skipped/reporter.ts': notes, './test/failed/reporter.ts': failed })
    .flatMap(([name, destination]) => [`--test-reporter=${name}`, `--test-reporter-destination=${destination}`])
  const child = spawn(command, [...reporters, ...args], { cwd: ROOT, stdio: ['ignore', 'inherit', 'inherit'], env: { ...process.env, ...env } })
  const code = await new Promise<number>(resolve => child.on('close', status => resolve(status ?? 1)))
  if (reporter !== undefined && code === 0) skips.push(...skipsOf(readFileSync(notes, 'utf8')))
  if (code !== 0) failures.push(`${title}\n${existsSync(failed) ? readFileSync(failed, 'utf8') : ''}`)
  rmSync(folder, { recursive: true })
  say(`${title}: ${code === 0 ? 'passed' : 'FAILED'}`)
  return code === 0
}
