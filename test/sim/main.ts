import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
import { STORIES } from './corners/all.ts'
import { playCorner } from './corners/play.ts'
import { coverageProblems } from './coverage/problems.ts'
import { playMany, type BlowViolation, type Report } from './many.ts'
import { MARKS, watchRules } from './marks.ts'
import { runMutants } from './mutants/run.ts'
import { SCENARIOS } from './scenarios/scenarios.ts'
import { playSeed } from './seed.ts'
import { replayCommand, shrink } from './shrink.ts'
import { thoroughnessOf } from './thoroughness.ts'

const SEEDS = 200
/** Stories have found most by then. */
const SEEDS_OF_MUTANTS = 40
const { values } = parseArgs({
  options: {
    seeds: { type: 'string' }, from: { type: 'string', default: '1' }, jobs: { type: 'string' }, json: { type: 'boolean', default: false },
    exhaustive: { type: 'boolean', default: false }, stories: { type: 'boolean', default: false }, coverage: { type: 'boolean', default: false }, blows: { type: 'boolean', default: false }, story: { type: 'string' }, first: { type: 'string' }, only: { type: 'string' }, mutants: { type: 'boolean', default: false }, 'until-violation': { type: 'boolean', default: false },
    nightly: { type: 'boolean', default: false }, replay: { type: 'string' }, blow: { type: 'string' }, minutes: { type: 'string' }, without: { type: 'string' },
  },
})
const threads = Number(values.jobs ?? availableParallelism())
const show = (report: object): void => console.log(JSON.stringify(report, null, values.json ? 0 : 2))

if (values.story !== undefined) process.exitCode = await story(values.story)
else if (values.blow !== undefined) process.exitCode = await blow(values.blow)
else if (values.replay !== undefined) process.exitCode = await replay(Number(values.replay))
else if (values.mutants) process.exitCode = await mutants()
else if (values.nightly) await nightly()
else process.exitCode = await play(Number(values.from), Number(values.seeds ?? SEEDS))

/** Shows one seed's history. */
async function replay(seed: number): Promise<number> {
  const { violation } = await playSeed(seed, {
    ...(values.minutes !== undefined && { minutes: Number(values.minutes) }),
    without: values.without?.split(',') ?? [],
    trace: line => console.log(line),
  })
  return violation === undefined ? 0 : 1
}

/** Plays the story of that name, and says what is wrong with it. */
async function story(wanted: string): Promise<number> {
  const found = STORIES.filter(({ name }) => name === wanted)
  if (found.length === 0) throw new Error(`there is no story ${JSON.stringify(wanted)}; there is ${STORIES.map(({ name }) => name).join(', ')}`)
  watchRules()
  const problems = await Promise.all(found.map(one => playCorner(one)))
  show({ story: wanted, problem: problems[0] ?? null })
  return problems[0] === undefined ? 0 : 1
}

/** Plays one scenario with one blow again, as a report names them, and says what is wrong with it. */
async function blow(text: string): Promise<number> {
  // It watches the rules from then on, which takes time.
  const { perform } = await import('./perform.ts')
  const { scenario, blow } = JSON.parse(text) as Pick<BlowViolation, 'scenario' | 'blow'>
  const index = SCENARIOS.findIndex(({ name }) => name === scenario)
  const played = await perform({ type: 'blow', scenario: index, blow })
  const problem = 'problem' in played ? played.problem : undefined
  show({ scenario, blow, problem: problem ?? null })
  return problem === undefined ? 0 : 1
}

async function play(from: number, seeds: number): Promise<number> {
  const stories = values.stories || values.exhaustive
  if (values.coverage && !stories) throw new Error('--coverage tells what stories execute, and none is played; add --stories or --exhaustive')
  const report = await playMany({ from, seeds, stories, coverage: values.coverage, first: values.first?.split(',') ?? [], blows: values.blows || values.exhaustive, threads, untilViolation: values['until-violation'] })
  const told = await explained(report)
  show(told)
  // Without the stories it is chance which rules are met.
  const isComplete = !thoroughnessOf(report).isWanting && told.coverage.length === 0 && (told.rulesNeverHit.length === 0 || !stories)
  return report.violations.length === 0 && isComplete ? 0 : 1
}

async function mutants(): Promise<number> {
  const report = await runMutants({ seeds: Number(values.seeds ?? SEEDS_OF_MUTANTS), jobs: threads, ...(values.only !== undefined && { only: values.only.split(',') }) })
  show(report)
  return report.ok ? 0 : 1
}

/** Until it is stopped, a thousand seeds at a time (or `--seeds`), each thousand told at once. */
async function nightly(): Promise<void> {
  const seeds = Number(values.seeds ?? 1000)
  for (let from = Number(values.from); ; from += seeds) {
    const report = await playMany({ from, seeds, stories: false, blows: false, threads, untilViolation: false })
    console.log(JSON.stringify(await explained(report)))
  }
}

/** The first failures with the command that plays them again, as small as they could be made. */
async function explained(report: Report) {
  const { seeds, steps, calls, stories, blows, faults, excuses, restores, marks, coverage, violations } = report
  const told = []
  for (const violation of violations.slice(0, 20)) {
    if ('story' in violation) told.push({ ...violation, replay: `npm run sim -- --story ${JSON.stringify(violation.story)}` })
    else if (!('seed' in violation)) told.push({ ...violation, replay: `npm run sim -- --blow '${JSON.stringify({ scenario: violation.scenario, blow: violation.blow }).replaceAll("'", "'\\''")}'` })
    else if (told.length >= 3 || values['until-violation']) told.push({ ...violation, replay: replayCommand(violation.seed, []) })
    else told.push({ ...violation, replay: (await shrink(await playSeed(violation.seed))).command })
  }
  const { faultsNeverStruck } = thoroughnessOf(report)
  const rulesNeverHit = MARKS.filter(mark => !marks.has(mark))
  const gaps = values.coverage ? coverageProblems(coverage) : []
  return { seeds, steps, calls, stories, blows, faults, faultsNeverStruck, excuses, restores, rulesNeverHit, coverage: gaps, violations: told, failed: violations.length }
}
