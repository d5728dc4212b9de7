import { STORIES, storiesFrom } from './corners/all.ts'
import type { Coverage } from './coverage/collect.ts'
import type { Outcomes } from './outcomes.ts'
import type { Finding } from './guard.ts'
import { runPool, type PoolOptions, type Result, type Task } from './pool.ts'
import { allBlows, NO_UPGRADE, playWith, type Blow } from './scenarios/exhaustive.ts'
import { SCENARIOS } from './scenarios/scenarios.ts'
import type { Violation } from './seed.ts'

export interface Report {
  readonly seeds: number
  readonly steps: number
  readonly calls: number
  /** Stories played without a blow. */
  readonly stories: number
  /** Scenarios played with one blow each. */
  readonly blows: number
  readonly faults: Readonly<Record<string, number>>
  /** Uses of each excuse, by `invariant/excuse`: one that is used always proves nothing. */
  readonly excuses: Readonly<Record<string, number>>
  readonly restores: Outcomes
  readonly violations: readonly (Violation | StoryViolation | BlowViolation)[]
  readonly marks: ReadonlySet<string>
  /** What each thread that played stories has executed, where that was asked for. */
  readonly coverage: readonly Coverage[]
}

/** A story that did not end as it has to, broke an invariant, or did not leave its marks. */
export interface StoryViolation extends Finding {
  readonly story: string
}

/** A story that broke an invariant after a blow, or ended otherwise than without it. */
export interface BlowViolation extends Finding {
  readonly scenario: string
  readonly blow: Blow
}

export interface Many {
  readonly from: number
  readonly seeds: number
  /** Every story as it is. */
  readonly stories: boolean
  /** Whether it is counted what stories execute. @default false */
  readonly coverage?: boolean
  /** Topics of stories that come first. @default none */
  readonly first?: readonly string[]
  /** Every blow to every scenario. */
  readonly blows: boolean
  readonly threads: number
  readonly untilViolation: boolean
}

/** Plays stories, which are cheap, then every blow to the scenarios, then seeds, on several threads. */
export async function playMany({ from, seeds, stories, coverage = false, first = [], blows, threads, untilViolation }: Many): Promise<Report> {
  const total = new Total()
  const enough = (): boolean => untilViolation && total.violations.length > 0
  const play = async (tasks: readonly Task[], more: Pick<PoolOptions, 'covered'> = {}): Promise<void> => await runPool(tasks.values(), { threads, take: result => total.add(result), enough, ...more })
  if (stories) await play(storiesFrom(first).map(story => ({ type: 'story', story })), coverage ? { covered: counted => void total.coverage.push(counted) } : {})
  if (enough()) return total
  await play([...blows ? await everyBlow() : [], ...Array.from({ length: seeds }, (_, index): Task => ({ type: 'seed', seed: from + index }))])
  return total
}

async function everyBlow(): Promise<readonly Task[]> {
  const all: Task[] = []
  for (const [scenario, story] of SCENARIOS.entries()) {
    const before = await playWith(story, NO_UPGRADE)
    all.push(...allBlows(await playWith(story), before.writtenAt.length).map((blow): Task => ({ type: 'blow', scenario, blow })))
  }
  return all
}

class Total implements Report {
  readonly faults: Record<string, number> = {}
  readonly excuses: Record<string, number> = {}
  readonly restores = { underFaults: {}, afterHealing: {} }
  readonly violations: (Violation | StoryViolation | BlowViolation)[] = []
  readonly marks = new Set<string>()
  readonly coverage: Coverage[] = []
  seeds = 0
  steps = 0
  calls = 0
  stories = 0
  blows = 0

  add(done: Result): void {
    for (const mark of done.type === 'seed' ? done.result.marks : done.marks) this.marks.add(mark)
    if (done.type === 'seed') this.#addSeed(done.result)
    else if (done.type === 'story') this.#addStory(done)
    else this.#addBlow(done)
  }

  #addSeed({ steps, calls, faults, excuses, restores, violation }: Extract<Result, { type: 'seed' }>['result']): void {
    this.seeds += 1
    this.steps += steps
    this.calls += calls
    addTo(this.faults, faults)
    addTo(this.excuses, excuses)
    addTo(this.restores.underFaults, restores.underFaults)
    addTo(this.restores.afterHealing, restores.afterHealing)
    if (violation !== undefined) this.violations.push(violation)
  }

  #addStory({ story, problem }: Extract<Result, { type: 'story' }>): void {
    this.stories += 1
    if (problem !== undefined) this.violations.push({ story: STORIES[story]?.name ?? '', ...problem })
  }

  #addBlow({ scenario, blow, problem }: Extract<Result, { type: 'blow' }>): void {
    this.blows += 1
    if (problem !== undefined) this.violations.push({ scenario: SCENARIOS[scenario]?.name ?? '', blow, ...problem })
  }
}

function addTo(sum: Record<string, number>, counts: Readonly<Record<string, number>>): void {
  for (const [name, count] of Object.entries(counts)) sum[name] = (sum[name] ?? 0) + count
}
