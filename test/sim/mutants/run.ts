import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { mutantNamed, MUTANTS } from './all.ts'
import { ROOT } from './apply.ts'
import type { Mutant } from './mutant.ts'

export interface RunMutants {
  /** How many seeds each mutant has to live through. */
  readonly seeds: number
  /** Names of those to run. @default all */
  readonly only?: readonly string[]
  /** How many at a time. @default 2 */
  readonly jobs?: number
  /** The simulator. @default test/sim/main.ts */
  readonly main?: string
  /** Whether those that live through stories and seeds meet every blow to every scenario as well. @default true */
  readonly exhaustive?: boolean
  /** Of one process. @default 15 minutes */
  readonly timeoutMs?: number
  /** Hears of each result as it comes. */
  readonly told?: (verdict: Verdict) => void
}

/** What became of one mutant, or of the product as it is. */
export interface Verdict {
  readonly name: string
  /** `error`: the simulator itself crashed, ran out of time, or never loaded the bug. That proves nothing. */
  readonly outcome: 'killed' | 'survived' | 'error'
  readonly breaks: readonly string[]
  /** What noticed it is not among what should: nobody knows then whether that would have. */
  readonly byAnother?: boolean
  /** What noticed it: the first violation; or the error. */
  readonly by?: unknown
  readonly seconds: number
}

export interface MutantReport {
  /** How many were run. */
  readonly mutants: number
  readonly killed: number
  /** Those of them that something else noticed than what should. */
  readonly killedByAnother: readonly string[]
  readonly survivors: readonly string[]
  readonly errors: readonly string[]
  /** Violations of the product as it is; above 0 the rest means nothing, and no mutant is run. */
  readonly clean: number
  readonly ok: boolean
  readonly detail: readonly Verdict[]
}

/**
 * Plays the simulation in stages, the cheap ones first: with the product as it is, which must show nothing, then with each planted bug that no
 * earlier stage has noticed. Each is a process of its own, with the bug in every thread of it.
 */
export async function runMutants(options: RunMutants): Promise<MutantReport> {
  const chosen = options.only?.map(mutantNamed) ?? MUTANTS
  const detail = new Map<Mutant, Verdict>()
  const open = (): readonly Mutant[] => chosen.filter(mutant => (detail.get(mutant)?.outcome ?? 'survived') === 'survived')
  for (const stage of stagesOf(options)) {
    if (open().length === 0) break
    const clean = await verdictOn(undefined, stage, options)
    if (clean.outcome !== 'survived') return reportOf(chosen, clean, [])
    const left = open().values()
    const worker = async (): Promise<void> => {
      for (const mutant of left) {
        const verdict = await verdictOn(mutant, stage, options)
        detail.set(mutant, { ...verdict, seconds: rounded(verdict.seconds + (detail.get(mutant)?.seconds ?? 0)) })
        if (verdict.outcome !== 'survived') options.told?.(verdict)
      }
    }
    await Promise.all(Array.from({ length: options.jobs ?? 2 }, worker))
  }
  return reportOf(chosen, undefined, [...detail.values()])
}

type Stage = (mutant: Mutant | undefined) => readonly string[]

/** Every story as it is; some seeds; and for those that are left every blow to every scenario. */
function stagesOf({ seeds, exhaustive = true }: RunMutants): readonly Stage[] {
  const stories: Stage = mutant => ['--stories', '--seeds', '0', '--first', topicsOf(mutant).join(',')]
  return [stories, () => ['--seeds', String(seeds)], ...exhaustive ? [() => ['--blows', '--seeds', '0']] : []]
}

/** Stories about the part of the product that has the bug are played first: that saves time, and changes nothing else. */
const TOPICS: readonly (readonly [path: RegExp, topics: readonly string[]])[] = [
  [/backuppolicy|lib\/(retention|cron|phases|backup-record)|create-record/, ['schedules', 'retention', 'policies']],
  [/restore/, ['handovers', 'restores']],
  [/backuprepository/, ['repositories']],
  [/deletion|requests|readers|kept/, ['deletions', 'runs']],
  [/snapshot|rebind|content/, ['snapshots', 'deletions']],
  [/hooks\/backup\//, ['runs', 'movers']],
]

function topicsOf(mutant: Mutant | undefined): readonly string[] {
  return TOPICS.find(([path]) => path.test(mutant?.file ?? ''))?.[1] ?? []
}

/** `clean` only where the product as it is did not come through. */
function reportOf(chosen: readonly Mutant[], clean: Verdict | undefined, unsorted: readonly Verdict[]): MutantReport {
  const detail = unsorted.toSorted((a, b) => indexOf(a) - indexOf(b))
  const named = (outcome: Verdict['outcome']): readonly string[] => detail.filter(verdict => verdict.outcome === outcome).map(({ name }) => name)
  const killed = named('killed').length
  const killedByAnother = detail.filter(({ outcome, byAnother }) => outcome === 'killed' && byAnother === true).map(({ name }) => name)
  return {
    mutants: chosen.length,
    killed,
    killedByAnother,
    survivors: clean === undefined ? named('survived') : chosen.map(({ name }) => name),
    errors: clean?.outcome === 'error' ? ['clean', ...named('error')] : named('error'),
    clean: clean?.outcome === 'killed' ? 1 : 0,
    ok: clean === undefined && killed === chosen.length && killedByAnother.length === 0,
    detail: clean === undefined ? detail : [clean],
  }
}

function indexOf({ name }: Verdict): number {
  return MUTANTS.findIndex(mutant => mutant.name === name)
}

async function verdictOn(mutant: Mutant | undefined, stage: Stage, options: RunMutants): Promise<Verdict> {
  const started = performance.now()
  const played = await play(mutant, stage(mutant), options)
  const verdict = (outcome: Verdict['outcome'], by?: unknown): Verdict => ({
    name: mutant?.name ?? 'clean', outcome, breaks: mutant?.breaks ?? [], by, seconds: rounded((performance.now() - started) / 1000),
  })
  if ('error' in played) return verdict('error', played.error)
  const [first] = played.violations
  if (first !== undefined) return { ...verdict('killed', first), ...(mutant !== undefined && !isExpected(mutant, first) && { byAnother: true }) }
  return mutant === undefined || played.planted ? verdict('survived') : verdict('error', `the simulator never loaded ${mutant.file}`)
}

/** `D` stands for every invariant about data. */
function isExpected({ breaks }: Mutant, violation: unknown): boolean {
  const { invariant = '' } = violation as { readonly invariant?: string }
  return breaks.includes(invariant) || (breaks.includes('D') && /^D\d+$/.test(invariant))
}

function rounded(seconds: number): number {
  return Math.round(seconds * 10) / 10
}

type Played = { readonly violations: readonly unknown[]; readonly planted: boolean } | { readonly error: string }

function play(mutant: Mutant | undefined, stage: readonly string[], { main, jobs, timeoutMs = 900_000 }: RunMutants): Promise<Played> {
  const script = main ?? fileURLToPath(new URL('test/sim/main.ts', ROOT))
  // As NODE_OPTIONS, so that whatever the simulator starts has the bug too. A mutant gets one thread, for there are others beside it.
  const options = [process.env.NODE_OPTIONS ?? '', `--import=${new URL('load.ts', import.meta.url).href}`, '--disable-warning=ExperimentalWarning']
  const env = { ...process.env, HOLDFAST_SIM_MUTANT: mutant?.name ?? '', NODE_OPTIONS: options.join(' ').trim() }
  const threads = mutant === undefined ? jobs ?? 2 : 1
  const argv = [script, '--json', '--until-violation', ...stage, '--jobs', String(threads)]
  return new Promise(resolve => {
    execFile(process.execPath, argv, { cwd: fileURLToPath(ROOT), env, timeout: timeoutMs, killSignal: 'SIGKILL', maxBuffer: 1 << 28 }, (failure, stdout, stderr) => {
      const violations = violationsIn(stdout)
      const planted = mutant !== undefined && stderr.includes(`planted ${mutant.name}\n`)
      if (violations !== undefined && failure?.killed !== true) return resolve({ violations, planted })
      resolve({ error: `${failure?.killed === true ? 'timed out' : `no report (${failure?.code ?? 0})`}: ${stderr.slice(-2000)}` })
    })
  })
}

/** Those of the report on the last line; undefined when there is none. */
function violationsIn(stdout: string): readonly unknown[] | undefined {
  try {
    const { violations } = JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as { violations?: unknown }
    return Array.isArray(violations) ? violations : undefined
  } catch {
    return undefined
  }
}
