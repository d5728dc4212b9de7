import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { transformSync } from 'esbuild'

/**
 * Whether a test file has a test, or a group of tests, with this whole title that is not commented out, dead or always skipped. Titles that
 * are made from tables count when what is put into them is a text of the file, or of one of the test's own that it imports.
 */
export function hasTitle(path: string, title: string): boolean {
  const code = codeOf(path)
  const calls = callsIn(code)
  if (calls.some(({ group, skipped }) => group && skipped)) return false
  const words = new Set([code, ...importsOf(path, code).map(codeOf)].flatMap(literalsIn))
  return calls.some(({ given, skipped }) => !skipped && patternOf(given, words).test(title))
}

interface TestCall {
  readonly group: boolean
  readonly skipped: boolean
  /** The title as it stands in the code: a literal, a template, or an expression. */
  readonly given: string
}

const TEXT = /"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'/.source
const TEMPLATE = /`(?:[^`\\]|\\.)*`/.source
const CALL = new RegExp(`(?:(?<![\\w.$])|(?<=\\b(?:t|inner|context)\\.))(test|it|describe)(\\.\\w+)?\\(\\s*(${TEXT}|${TEMPLATE}|[\\w.]+)(,\\s*\\{[^{}]*\\})?`, 'g')
const ALWAYS = new RegExp(`\\b(?:skip|todo): ?(?:!0|true|${TEXT})\\s*[,}]`)

function callsIn(code: string): readonly TestCall[] {
  return [...code.matchAll(CALL)].map(([, name, method, given = '', options = '']) => ({ group: name === 'describe', skipped: method !== undefined || ALWAYS.test(options), given }))
}

/** Without comments, types and what can never run; esbuild knows what of `//` stands in a text. */
function codeOf(path: string): string {
  return transformSync(readFileSync(path, 'utf8'), { loader: 'ts', minifySyntax: true, minifyWhitespace: true, legalComments: 'none', charset: 'utf8' }).code
}

function importsOf(path: string, code: string): readonly string[] {
  const found = [...code.matchAll(/from ?"(\.{1,2}\/[^"]+\.ts)"/g)].map(([, from = '']) => join(dirname(path), from))
  return found.filter(file => /(^|\/)test\//.test(file) && existsSync(file))
}

function literalsIn(code: string): readonly string[] {
  const plain = [...code.matchAll(new RegExp(TEXT, 'g'))].map(([text]) => unquoted(text))
  const whole = [...code.matchAll(new RegExp(TEMPLATE, 'g'))].filter(([text]) => !text.includes('${')).map(([text]) => unquoted(text))
  return [...plain, ...whole, ...[...code.matchAll(/(?<=[{,]\s*)[\w$]+(?=:)/g)].map(([key]) => key)]
}

function patternOf(given: string, words: ReadonlySet<string>): RegExp {
  const known = `(?:${[...words].filter(word => word !== '').map(escaped).join('|')}|\\d+)`
  if (!/^["'`]/.test(given)) return new RegExp(`^${known}$`)
  const parts = given.startsWith('`') ? given.slice(1, -1).split(/\$\{[^}]*\}/).map(part => unquoted(`\`${part}\``)) : [unquoted(given)]
  return new RegExp(`^${parts.map(escaped).join(known)}$`)
}

function unquoted(text: string): string {
  return text.slice(1, -1).replace(/\\(.)/gs, (_, character: string) => character === 'n' ? '\n' : character)
}

function escaped(text: string): string {
  return text.replace(/[$()*+.?[\\\]^{|}]/g, '\\$&')
}
