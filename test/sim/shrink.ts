import { playSeed, type SeedResult, type Violation } from './seed.ts'

/** A failing seed with as little as possible around the failure. */
export interface Shrunk {
  readonly violation: Violation
  /** Faults and user actions that the failure does not need. */
  readonly without: readonly string[]
  readonly command: string
}

/** Whole minutes in which a life may have gone wrong already, shortest first. */
const MINUTES = [1, 2, 3, 4, 5, 6, 8, 12, 20] as const

interface Best {
  readonly violation: Violation
  readonly without: readonly string[]
  readonly minutes?: number
}

/** Leaves out kinds of faults, then users' actions, then time, as long as the same invariant still fails. `budget` bounds the plays. */
export async function shrink(failed: SeedResult, budget = 60): Promise<Shrunk> {
  const { seed, violation } = failed
  if (violation === undefined) throw new Error(`seed ${seed} did not fail`)
  const shorter = MINUTES.filter(minutes => minutes < failed.minutes)
  let best: Best = { violation, without: [] }
  const attempt = async (options: Omit<Best, 'violation'>): Promise<boolean> => {
    const { violation: found } = await playSeed(seed, options)
    const isSame = found?.invariant === violation.invariant
    if (isSame) best = { ...options, violation: found }
    return isSame
  }
  const names = [...new Set([...Object.keys(failed.faults), ...failed.actions])]
  for (const name of names.slice(0, Math.max(0, budget - shorter.length))) await attempt({ without: [...best.without, name] })
  for (const minutes of shorter.slice(0, budget)) if (await attempt({ without: best.without, minutes })) break
  return { violation: best.violation, without: best.without, command: replayCommand(seed, best.without, best.minutes) }
}

/** One line that plays it again and shows what happens. */
export function replayCommand(seed: number, without: readonly string[], minutes?: number): string {
  return `npm run sim -- --replay ${seed}${minutes === undefined ? '' : ` --minutes ${minutes}`}${without.length === 0 ? '' : ` --without ${without.join(',')}`}`
}
