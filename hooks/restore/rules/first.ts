/** One thing that may stand in the way; undefined when it does not. */
export type Rule<Input, Verdict> = (input: Input) => Verdict | undefined

/** The verdict of the first rule that has one. */
export function firstVerdict<Input, Verdict>(rules: readonly Rule<Input, Verdict>[], input: Input): Verdict | undefined {
  for (const rule of rules) {
    const verdict = rule(input)
    if (verdict !== undefined) return verdict
  }
  return undefined
}
