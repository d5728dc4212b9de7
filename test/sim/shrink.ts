import { playSeed, type SeedResult, type Violation } from './seed.ts'

/** A failing seed with as little as possible around the failure. */
export interface Shrunk {
  readonly violation: Violation
  /** Faults and user actions that the failure does not need. */
  readonly without: readonly string[]
  readonly command: string
}

/** Leaves out kinds of faults, then users' actions, then time, as long as the same invariant still fails. `budget` bounds the plays. */
export async function shrink(failed: SeedResult, budget = 60): Promise<Shrunk> {
  const { seed, violation } = failed
  if (violation === undefined) throw new Error(`seed ${seed} did not fail`)
  let best: { violation: Violation; without: readonly string[]; minutes?: number } = { violation, without: [] }
  let left = budget
  const attempt = async (without: readonly string[], minutes?: number): Promise<void> => {
    if (left-- <= 0) return
    const { violation: found } = await playSeed(seed, { without, ...(minutes !== undefined && { minutes }) })
    if (found?.invariant === violation.invariant) best = { violation: found, without, ...(minutes !== undefined && { minutes }) }
  }
  for (const name of [...Object.keys(failed.faults), ...new Set(failed.actions)]) await attempt([...best.without, name])
  for (const minutes of [20, 12, 8]) await attempt(best.without, minutes)
  return { violation: best.violation, without: best.without, command: replayCommand(seed, best.without, best.minutes) }
}

/** One line that plays it again and shows what happens. */
export function replayCommand(seed: number, without: readonly string[], minutes?: number): string {
  return `npm run sim -- --replay ${seed}${minutes === undefined ? '' : ` --minutes ${minutes}`}${without.length === 0 ? '' : ` --without ${without.join(',')}`}`
}
