/** A bug of a kind that has happened to others, planted to see whether the simulator notices. */
export interface Mutant {
  readonly name: string
  /** What the bug is, and where it happened: a project with its issue, or the paper that found it. */
  readonly story: string
  /** `hooks/…`, `lib/…` or `metacontroller/…`, from the repository's root. */
  readonly file: string
  /** Occurs exactly once in that file. */
  readonly find: string
  readonly replace: string
  /** What should notice: S1 … S13, D… (data; `D`: any of them), L… (progress), `goal` (what must hold once all is healed), `proof` (what is called good restores then), `story` (what a story expects itself). */
  readonly breaks: readonly string[]
}

/** The file's text with the bug in it. Throws unless the place occurs exactly once: the file has changed, and so must the mutant. */
export function planted(mutant: Mutant, text: string): string {
  const places = text.split(mutant.find).length - 1
  if (places !== 1) throw new Error(`mutant ${mutant.name}: its place occurs ${places} times in ${mutant.file}, it must once; adapt test/sim/mutants`)
  return text.replace(mutant.find, () => mutant.replace)
}
