import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

export const ROOT = fileURLToPath(new URL('../../', import.meta.url))

/** One file of ours as the rules see it. */
export interface Source {
  /** From the repository's root, for example `hooks/backup/decide.ts`. */
  readonly path: string
  readonly text: string
  readonly lines: readonly string[]
}

/** Every file that git knows or would add, without generated ones, by extension. */
export function sources(...extensions: readonly string[]): readonly Source[] {
  return paths()
    .filter(path => extensions.some(extension => path.endsWith(extension)) && !/(^|\/)(generated|golden|vectors)\//.test(path))
    .map(path => ({ path, text: readFileSync(ROOT + path, 'utf8') }))
    .map(({ path, text }) => ({ path, text, lines: text.split('\n') }))
}

/** Paths of every file that git knows or would add. */
export function paths(): readonly string[] {
  const listed = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], { cwd: ROOT, encoding: 'utf8', maxBuffer: 1 << 26 })
  return listed.split('\n').filter(path => path !== '' && existsSync(ROOT + path))
}

/** A function found in a source. */
export interface FoundFunction {
  readonly name: string
  readonly line: number
  readonly length: number
  readonly parameters: number
  readonly exported: boolean
}

const HEADER = /^(\s*)(export )?(?:async )?(?:function\*? (\w+)|const (\w+) = (?:async )?(?=\())/

/**
 * Top-level and nested named functions. It reads the layout that our style fixes (a body ends at the first closing brace
 * in the column of its header), so it needs no parser.
 */
export function functionsOf(source: Source): readonly FoundFunction[] {
  return source.lines.flatMap((line, index) => {
    const match = HEADER.exec(line)
    if (match === null) return []
    const [, indent = '', exported, named, assigned] = match
    const rest = source.lines.slice(index)
    if (assigned !== undefined && !/=>\s*\{?\s*$/.test(rest.slice(0, 6).find(text => text.includes('=>')) ?? '')) return []
    const end = rest.findIndex((text, at) => at > 0 && (text === `${indent}}` || text.startsWith(`${indent}})`) || (assigned !== undefined && text.trim() === '')))
    return [{ name: named ?? assigned ?? '', line: index + 1, length: (end < 0 ? rest.length : end) + 1, parameters: countParameters(rest.join('\n')), exported: exported !== undefined }]
  })
}

/** Positional parameters of the first parenthesised list, counting commas outside any bracket. */
function countParameters(text: string): number {
  const start = text.indexOf('(')
  let depth = 0
  let count = 0
  let seen = false
  for (const [offset, character] of [...text.slice(start)].entries()) {
    if ('([{<'.includes(character)) depth += 1
    else if (')]}'.includes(character) || (character === '>' && text[start + offset - 1] !== '=')) depth -= 1
    else if (character === ',' && depth === 1) count += 1
    if (depth === 1 && /\w/.test(character)) seen = true
    if (depth === 0) break
  }
  return seen ? count + 1 : 0
}
