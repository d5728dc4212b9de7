import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Coverage } from './collect.ts'
import { countBlocks } from './collect.ts'
import { compare } from './problems.ts'
import { linesOf, unexecuted } from './unexecuted.ts'

const SOURCE = `// A comment that begins nothing.
export function first(value: string | undefined): string {
  if (value === undefined) return second()
  // Why the rest.
  return value ?? 'none'
}

function second(): string {
  return 'second'
}
`

/** Counts as V8 gives them: each function with its blocks, by their texts. */
function counts(...functions: readonly (readonly (readonly [text: string, count: number])[])[]): Coverage[number]['functions'] {
  return functions.map(ranges => ({
    functionName: '', isBlockCoverage: true,
    ranges: ranges.map(([text, count]) => ({ startOffset: SOURCE.indexOf(text), endOffset: SOURCE.indexOf(text) + text.length, count })),
  }))
}

const FIRST = SOURCE.slice(SOURCE.indexOf('function first'), SOURCE.indexOf('}') + 1)
const SECOND = SOURCE.slice(SOURCE.indexOf('function second'), SOURCE.lastIndexOf('}') + 1)
const BRANCH = 'return second()'
const REST = SOURCE.slice(SOURCE.indexOf('\n  // Why'), SOURCE.indexOf('}') + 1)
const DEFAULT = "?? 'none'"

const CASES: readonly (readonly [string, readonly Coverage[number]['functions'][], readonly string[]])[] = [
  ['nobody has loaded it', [], ['export function first(value: string | undefined): string {']],
  ['a function that nobody calls, and its branch', [counts([[SOURCE, 1]], [[FIRST, 1], [BRANCH, 0]], [[SECOND, 0]])], ['if (value === undefined) return second()', 'function second(): string {']],
  ['the rest after a return', [counts([[SOURCE, 1]], [[FIRST, 1], [REST, 0]], [[SECOND, 1]])], ["return value ?? 'none'"]],
  ['a default that is never taken is no statement', [counts([[SOURCE, 1]], [[FIRST, 1], [DEFAULT, 0]], [[SECOND, 1]])], []],
  ['what one of two threads has executed', [counts([[SOURCE, 1]], [[FIRST, 1], [BRANCH, 0]], [[SECOND, 0]]), counts([[SOURCE, 1]], [[FIRST, 1], [REST, 0]], [[SECOND, 1]])], []],
]

for (const [what, threads, expected] of CASES) {
  test(`${what}: ${expected.length} places`, () => {
    assert.deepEqual(linesOf(SOURCE, threads), expected)
  })
}

test('types alone are no code', () => {
  assert.deepEqual(linesOf('/** A thing. */\nexport interface Thing {\n  readonly name: string\n}\n', []), [])
})

test('of a module that this thread loads and does not call everything is told', async () => {
  const counted = countBlocks()
  await import('../../../hooks/effects/delete-record.ts')
  const found = unexecuted([counted()]).filter(({ file }) => file === 'hooks/effects/delete-record.ts')
  assert.deepEqual(found.map(({ line }) => line.slice(0, 34)), ['export async function deleteRecord'])
})

test('each piece is executed or excused, and not both', () => {
  const [one, two] = [{ file: 'hooks/a/b.ts', line: 'return undefined // for once' }, { file: 'hooks/a/c.ts', line: 'throw error' }]
  assert.deepEqual(compare([one], [{ ...one, line: 'return undefined' }]), [])
  assert.match(compare([one], [])[0] ?? '', /no story executes "return undefined/)
  assert.match(compare([one], [one, two])[0] ?? '', /c\.ts: "throw error" is excused/)
  assert.match(compare([one], [{ ...one, file: 'hooks/a/c.ts' }])[0] ?? '', /no story executes/)
})
