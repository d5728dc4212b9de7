import type { Coverage } from './collect.ts'
import { EXCUSED } from './excused.ts'
import { unexecuted, type Unexecuted } from './unexecuted.ts'

/** What is wrong with what the stories have executed, one sentence each. */
export function coverageProblems(threads: readonly Coverage[]): readonly string[] {
  return compare(unexecuted(threads), Object.entries(EXCUSED).flatMap(([file, lines]) => Object.keys(lines).map(line => ({ file, line }))))
}

/** Each piece is either executed or excused, and not both: an excuse names the beginning of the line. */
export function compare(found: readonly Unexecuted[], excused: readonly Unexecuted[]): readonly string[] {
  const excuses = ({ file, line }: Unexecuted): (excuse: Unexecuted) => boolean => excuse => excuse.file === file && line.startsWith(excuse.line)
  const bare = found.filter(piece => !excused.some(excuses(piece)))
  const idle = excused.filter(excuse => !found.some(piece => excuses(piece)(excuse)))
  return [
    ...bare.map(({ file, line }) => `${file}: no story executes "${line}"; write one in test/sim/corners, or say why none can in test/sim/coverage/excused.ts`),
    ...idle.map(({ file, line }) => `${file}: "${line}" is excused in test/sim/coverage/excused.ts, and is executed or not there any more; take it out`),
  ]
}
