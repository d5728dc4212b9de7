import type { Fault, Faults } from '../faults.ts'
import type { Random } from '../random.ts'

/**
 * Whether none of these kinds of faults is to be asked for now. Where they are frequent together hardly anything would ever come to its
 * end, and what follows an end would never be seen: so the more there are, the more often all are spared.
 */
export function isSpared({ faults: { rates }, random }: { readonly faults: Faults; readonly random: Random }, kinds: readonly Fault[]): boolean {
  const total = kinds.reduce((sum, kind) => sum + (rates.get(kind) ?? 0), 0)
  return total > 0.5 && random.chance(1 - 0.5 / total)
}
