import { runPool, type Result, type Task } from './pool.ts'
import { allBlows, playWith, type Blow } from './scenarios/exhaustive.ts'
import { SCENARIOS } from './scenarios/scenarios.ts'
import type { Violation } from './seed.ts'

export interface Report {
  readonly seeds: number
  readonly steps: number
  readonly calls: number
  /** Scenarios played with one blow each. */
  readonly blows: number
  readonly faults: Readonly<Record<string, number>>
  readonly violations: readonly (Violation | BlowViolation)[]
  readonly marks: ReadonlySet<string>
}

/** A story that ended otherwise than without the blow. */
export interface BlowViolation {
  readonly scenario: string
  readonly blow: Blow
  readonly message: string
}

export interface Many {
  readonly from: number
  readonly seeds: number
  readonly exhaustive: boolean
  readonly threads: number
  readonly untilViolation: boolean
}

/** Plays seeds, and every blow to every scenario, on several threads. */
export async function playMany({ from, seeds, exhaustive, threads, untilViolation }: Many): Promise<Report> {
  const total = new Total()
  const tasks = [...exhaustive ? await blows() : [], ...Array.from({ length: seeds }, (_, index): Task => ({ type: 'seed', seed: from + index }))]
  await runPool(tasks.values(), { threads, take: result => total.add(result), enough: () => untilViolation && total.violations.length > 0 })
  return total
}

async function blows(): Promise<readonly Task[]> {
  const all: Task[] = []
  for (const [scenario, story] of SCENARIOS.entries()) all.push(...allBlows(await playWith(story)).map((blow): Task => ({ type: 'blow', scenario, blow })))
  return all
}

class Total implements Report {
  readonly faults: Record<string, number> = {}
  readonly violations: (Violation | BlowViolation)[] = []
  readonly marks = new Set<string>()
  seeds = 0
  steps = 0
  calls = 0
  blows = 0

  add(done: Result): void {
    for (const mark of done.type === 'seed' ? done.result.marks : done.marks) this.marks.add(mark)
    if (done.type === 'seed') this.#addSeed(done.result)
    else this.#addBlow(done)
  }

  #addSeed({ steps, calls, faults, violation }: Extract<Result, { type: 'seed' }>['result']): void {
    this.seeds += 1
    this.steps += steps
    this.calls += calls
    for (const [fault, count] of Object.entries(faults)) this.faults[fault] = (this.faults[fault] ?? 0) + count
    if (violation !== undefined) this.violations.push(violation)
  }

  #addBlow({ scenario, blow, difference }: Extract<Result, { type: 'blow' }>): void {
    this.blows += 1
    if (difference !== undefined) this.violations.push({ scenario: SCENARIOS[scenario]?.name ?? '', blow, message: difference })
  }
}
