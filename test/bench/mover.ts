import { spawn, spawnSync } from 'node:child_process'
import { randomFillSync } from 'node:crypto'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Task } from '../../schemas/generated/types.ts'
import { buildProduct } from '../build.ts'
import { ROOT } from '../tidy/sources.ts'
import { atLeast, atMost, fact, median, type Metric } from './metric.ts'

const ROUNDS = 4
const MEBIBYTE = 1 << 20
const PASSWORD = 'benchmark'
const say = (text: string): void => { process.stderr.write(`${text}\n`) }

/** Our movers against the plain tools on the same data, in turns within each round. A ratio of 1 is as fast as the tool alone. */
export async function measure(): Promise<readonly Metric[]> {
  await buildProduct()
  const folder = mkdtempSync(join(process.env.HOLDFAST_BENCH_DIR ?? tmpdir(), 'holdfast-bench-'))
  try {
    const data = writeData(join(folder, 'data'))
    const rounds: Round[] = []
    for (let n = 0; n < ROUNDS; n += 1) {
      rounds.push(await measureRound(folder, data, n % 2 === 0))
      say(`round ${n + 1}: ${JSON.stringify(rounds[n])}`)
    }
    return metricsOf(rounds)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

type Step = 'resticBackup' | 'resticRestore' | 'tarBackup' | 'tarRestore'
interface Round {
  readonly ours: Readonly<Record<Step, number>>
  readonly plain: Readonly<Record<Step, number>>
  readonly mebibytes: { readonly external: number; readonly tar: number }
}

function metricsOf(rounds: readonly Round[]): readonly Metric[] {
  const ratio = (step: Step): number => median(rounds.map(({ ours, plain }) => plain[step] / ours[step]))
  const unit = 'times the plain tool'
  return [
    atLeast('mover.external.backup', { value: ratio('resticBackup'), unit, aim: 0.95 }),
    atLeast('mover.external.restore', { value: ratio('resticRestore'), unit, aim: 0.95 }),
    atLeast('mover.tar.backup', { value: ratio('tarBackup'), unit: 'times tar | zstd', aim: 0.95 }),
    atLeast('mover.tar.restore', { value: ratio('tarRestore'), unit: 'times zstd | tar', aim: 0.95 }),
    atMost('mover.external.memory', { value: Math.max(...rounds.map(({ mebibytes }) => mebibytes.external)), unit: 'MiB beside restic', aim: 150 }),
    atMost('mover.tar.memory', { value: Math.max(...rounds.map(({ mebibytes }) => mebibytes.tar)), unit: 'MiB', aim: 250 }),
    fact('mover.external.plain', median(rounds.map(({ plain }) => plain.resticBackup)), 's'),
    fact('mover.tar.plain', median(rounds.map(({ plain }) => plain.tarBackup)), 's'),
  ]
}

/** Half of it random, half of it text that compresses: 1.5 GiB in files of 1 MiB, and 5,000 small ones. */
function writeData(folder: string): string {
  const block = Buffer.alloc(MEBIBYTE)
  const line = Buffer.from('2026-11-21T00:00:00Z INFO a line of a log that compresses well, number ')
  for (let n = 0; n < 1500; n += 1) {
    mkdirSync(join(folder, `d${n % 30}`), { recursive: true })
    randomFillSync(block)
    if (n % 2 === 1) for (let at = 0; at + line.length + 8 < MEBIBYTE; at += line.length + 8) line.copy(block, at)
    writeFileSync(join(folder, `d${n % 30}`, `f${n}`), block)
  }
  for (let n = 0; n < 5000; n += 1) writeFileSync(join(folder, `d${n % 30}`, `s${n}`), `small ${n}`)
  return folder
}

async function measureRound(folder: string, data: string, oursFirst: boolean): Promise<Round> {
  const work = join(folder, 'work')
  rmSync(work, { recursive: true, force: true })
  mkdirSync(work)
  const results: Partial<Record<'ours' | 'plain', Record<Step, number>>> = {}
  const mebibytes = { external: 0, tar: 0 }
  for (const which of oursFirst ? ['ours', 'plain'] as const : ['plain', 'ours'] as const) {
    results[which] = which === 'ours' ? await measureOurs(work, data, mebibytes) : await measurePlain(work, data)
  }
  return { ours: results.ours as Record<Step, number>, plain: results.plain as Record<Step, number>, mebibytes }
}

async function measureOurs(work: string, data: string, mebibytes: { external: number; tar: number }): Promise<Record<Step, number>> {
  const base = { namespace: 'bench', backup: 'one', policy: 'bench', volume: 'data', time: new Date().toISOString(), store: { type: 'directory' as const, path: join(work, 'ours', 'bench') } }
  mkdirSync(join(work, 'ours', 'bench'), { recursive: true })
  await mover({ ...base, operation: 'check', strategy: 'external', restic: true }, work)
  const external = await mover({ ...base, operation: 'backup', strategy: 'external', path: data }, work)
  mebibytes.external = external.mebibytes
  const resticRestore = await mover({ ...base, operation: 'restore', strategy: 'external', path: join(work, 'r1'), handle: external.handle }, work)
  const tar = await mover({ ...base, operation: 'backup', strategy: 'tar', path: data, compression: 'zstd' }, work)
  mebibytes.tar = tar.mebibytes
  const tarRestore = await mover({ ...base, operation: 'restore', strategy: 'tar', path: join(work, 'r2'), handle: tar.handle }, work)
  return { resticBackup: external.seconds, resticRestore: resticRestore.seconds, tarBackup: tar.seconds, tarRestore: tarRestore.seconds }
}

/** The plain tools are made to end where ours do: with everything on disk. */
async function measurePlain(work: string, data: string): Promise<Record<Step, number>> {
  const repository = join(work, 'plain')
  const archive = join(work, 'plain.tar.zst')
  for (const name of ['p1', 'p2']) mkdirSync(join(work, name))
  const restic = (args: string): Promise<number> => shell(`restic --no-cache -q -r ${repository} ${args}`)
  await restic('init')
  return {
    resticBackup: await restic(`backup ${data}`),
    resticRestore: await restic(`restore latest --target ${join(work, 'p1')} && sync --file-system ${join(work, 'p1')}`),
    tarBackup: await shell(`tar -C ${data} --sparse --xattrs --acls -c . | zstd -q -T0 -o ${archive} && sync ${archive}`),
    tarRestore: await shell(`zstd -dcq ${archive} | tar -C ${join(work, 'p2')} -xp && sync --file-system ${join(work, 'p2')}`),
  }
}

async function shell(command: string): Promise<number> {
  return (await timed(['sh', '-ec', command], {})).seconds
}

async function mover(task: Task, work: string): Promise<{ seconds: number; mebibytes: number; handle: string | undefined }> {
  if (task.operation === 'restore') mkdirSync(task.path ?? '')
  const log = join(work, 'result.json')
  const env = { HOLDFAST_TASK: JSON.stringify(task), HOLDFAST_TERMINATION_LOG: log }
  const measured = await timed([process.execPath, join(ROOT, 'dist', 'mover.mjs')], env)
  return { ...measured, handle: (JSON.parse(readFileSync(log, 'utf8')) as { handle?: string }).handle }
}

async function timed(command: readonly string[], env: Record<string, string>): Promise<{ seconds: number; mebibytes: number }> {
  // What the step before left in memory would otherwise be written at this one's cost.
  spawnSync('sync')
  const started = performance.now()
  const child = spawn(command[0] ?? '', command.slice(1), { stdio: ['ignore', 'ignore', 'pipe'], env: { ...process.env, RESTIC_PASSWORD: PASSWORD, ...env } })
  let said = ''
  child.stderr.on('data', chunk => { said = (said + String(chunk)).slice(-2000) })
  let mebibytes = 0
  const watch = setInterval(() => { mebibytes = Math.max(mebibytes, highWater(child.pid)) }, 50)
  const code = await new Promise(resolve => child.on('close', resolve))
  clearInterval(watch)
  if (code !== 0) throw new Error(`${command.join(' ')}: exit ${String(code)}: ${said}`)
  return { seconds: (performance.now() - started) / 1000, mebibytes }
}

/** The process's own highest resident size so far, in MiB; 0 where /proc has none. */
function highWater(pid: number | undefined): number {
  try {
    return Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024
  } catch {
    return 0
  }
}
