import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
import { playMany, type Report } from './many.ts'
import { MARKS } from './marks.ts'
import { runMutants } from './mutants/run.ts'
import { playSeed } from './seed.ts'
import { replayCommand, shrink } from './shrink.ts'

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '200' }, from: { type: 'string', default: '1' }, jobs: { type: 'string' }, json: { type: 'boolean', default: false },
    exhaustive: { type: 'boolean', default: false }, mutants: { type: 'boolean', default: false }, 'until-violation': { type: 'boolean', default: false },
    nightly: { type: 'boolean', default: false }, replay: { type: 'string' }, minutes: { type: 'string' }, without: { type: 'string' },
  },
})
const threads = Number(values.jobs ?? availableParallelism())
const show = (report: object): void => console.log(JSON.stringify(report, null, values.json ? 0 : 2))

if (values.replay !== undefined) process.exitCode = await replay(Number(values.replay))
else if (values.mutants) process.exitCode = await mutants()
else if (values.nightly) await nightly()
else process.exitCode = await play(Number(values.from), Number(values.seeds))

/** Shows one seed's history. */
async function replay(seed: number): Promise<number> {
  const { violation } = await playSeed(seed, {
    ...(values.minutes !== undefined && { minutes: Number(values.minutes) }),
    without: values.without?.split(',') ?? [],
    trace: line => console.log(line),
  })
  return violation === undefined ? 0 : 1
}

async function play(from: number, seeds: number): Promise<number> {
  const report = await playMany({ from, seeds, exhaustive: values.exhaustive, threads, untilViolation: values['until-violation'] })
  show(await explained(report))
  return report.violations.length === 0 ? 0 : 1
}

async function mutants(): Promise<number> {
  const report = await runMutants({ seeds: Number(values.seeds), jobs: threads })
  show(report)
  return report.survivors.length === 0 ? 0 : 1
}

/** Until it is stopped, a thousand seeds at a time, each thousand told at once. */
async function nightly(): Promise<void> {
  for (let from = Number(values.from); ; from += 1000) {
    const report = await playMany({ from, seeds: 1000, exhaustive: false, threads, untilViolation: false })
    console.log(JSON.stringify(await explained(report)))
  }
}

/** The first failures with the command that plays them again, as small as they could be made. */
async function explained({ seeds, steps, calls, blows, faults, marks, violations }: Report): Promise<object> {
  const told = []
  for (const violation of violations.slice(0, 20)) {
    if (!('seed' in violation)) told.push(violation)
    else if (told.length >= 3 || values['until-violation']) told.push({ ...violation, replay: replayCommand(violation.seed, []) })
    else told.push({ ...violation, replay: (await shrink(await playSeed(violation.seed))).command })
  }
  return { seeds, steps, calls, blows, faults, rulesNeverHit: MARKS.filter(mark => !marks.has(mark)), violations: told, failed: violations.length }
}
