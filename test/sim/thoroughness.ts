import { FAULTS } from './faults.ts'
import type { Report } from './many.ts'

/** From so many seeds on it is no chance any more what was never met. */
const ENOUGH = 600
/** Restores that have to be Completed while there are faults, in so many seeds: a third of what is usual. */
const LEAST_RESTORES = 30

/** What a run has not met, so that its silence says nothing about it. */
export interface Thoroughness {
  readonly faultsNeverStruck: readonly string[]
  /** Whether that matters: enough seeds were played, and a kind of fault or restores under faults were wanting. */
  readonly isWanting: boolean
}

/** Looks at what was met, not at what was found. */
export function thoroughnessOf({ seeds, faults, restores: { underFaults: { Completed: restored = 0 } } }: Pick<Report, 'seeds' | 'faults' | 'restores'>): Thoroughness {
  const faultsNeverStruck = FAULTS.filter(fault => (faults[fault] ?? 0) === 0)
  return { faultsNeverStruck, isWanting: seeds >= ENOUGH && (faultsNeverStruck.length > 0 || restored < LEAST_RESTORES * Math.floor(seeds / ENOUGH)) }
}
