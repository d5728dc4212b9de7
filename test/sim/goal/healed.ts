import type { Blame } from '../invariants/blame.ts'

/** When nothing failed any more. */
export function healedAt({ blame }: { readonly blame: Blame }): number {
  return blame.lastOf('healed', 'everybody') ?? Infinity
}
