import { globSync, readFileSync } from 'node:fs'
import { stripTypeScriptTypes } from 'node:module'
import { pathToFileURL } from 'node:url'
import { ROOT } from '../../tidy/sources.ts'
import type { Coverage } from './collect.ts'

/** Code that nothing has executed. */
export interface Unexecuted {
  /** Path from the repository's root. */
  readonly file: string
  /** The source line in which it begins, trimmed: it stays the same when lines are added above. */
  readonly line: string
}

type Functions = Coverage[number]['functions']

/** All that decides or acts: every folder of hooks/. The server around them has tests of its own. */
const FILES = 'hooks/*/**/*.ts'

/** Functions and statements that none of these threads has executed, by file and in their order. */
export function unexecuted(threads: readonly Coverage[]): readonly Unexecuted[] {
  return globSync(FILES, { cwd: ROOT }).sort().flatMap(file => {
    const { href } = pathToFileURL(`${ROOT}/${file}`)
    const loaded = threads.flatMap(scripts => scripts.filter(({ url }) => url === href))
    return linesOf(readFileSync(`${ROOT}/${file}`, 'utf8'), loaded.map(({ functions }) => functions)).map(line => ({ file, line }))
  })
}

/** Where in a source such code begins, each line once. What nobody has loaded is executed nowhere, and no harm if it is nothing but types. */
export function linesOf(source: string, threads: readonly Functions[]): readonly string[] {
  const code = withoutComments(stripTypeScriptTypes(source))
  const counts = threads.map(functions => countsOf(source.length, functions))
  const lines = new Set<string>()
  let inside = false
  for (const [place, character] of [...code].entries()) {
    if (!WORDS.test(character)) continue
    const left = counts.every(count => count[place] === 0)
    if (left && !inside && !isPartOfExpression(code, place)) lines.add(lineAt(source, place))
    inside = left
  }
  return [...lines]
}

/** What stands between blocks, brackets and spaces, is in none of them. */
const WORDS = /[^\s{}()[\];,]/

/** A default (`?? ''`) or an arm of a conditional expression is not told: what either calls is. */
function isPartOfExpression(code: string, place: number): boolean {
  return /^(\?|:|&&|\|\|)/.test(code.slice(place)) || /(\?|&&|\|\|)[\s{}()[\]]*$/.test(code.slice(0, place))
}

/** How often each character was executed. What is inside another function or block counts for itself. */
function countsOf(length: number, functions: Functions): Int32Array {
  const counts = new Int32Array(length)
  const size = ({ ranges: [all] }: Functions[number]): number => (all?.endOffset ?? 0) - (all?.startOffset ?? 0)
  const outermostFirst = functions.toSorted((a, b) => size(b) - size(a))
  for (const { startOffset, endOffset, count } of outermostFirst.flatMap(({ ranges }) => ranges)) counts.fill(count, startOffset, endOffset)
  return counts
}

/** Comments as blanks, as far as they begin a line. */
function withoutComments(code: string): string {
  return code.replace(/^\s*(\/\/|\/\*|\*).*$/gm, line => ' '.repeat(line.length))
}

function lineAt(source: string, place: number): string {
  const end = source.indexOf('\n', place)
  return source.slice(source.lastIndexOf('\n', place) + 1, end < 0 ? undefined : end).trim()
}
