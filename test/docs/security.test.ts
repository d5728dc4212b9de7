import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'node:test'
import { ROOT } from '../tidy/sources.ts'
import { hasTitle } from './titles.ts'

const page = readFileSync(join(ROOT, 'docs/security.md'), 'utf8')

/** The rows of all threats: those of every table whose last column is called test. */
function rowsOf(text: string): readonly string[] {
  return text.split('\n').filter(line => line.startsWith('| ') && !/^\| (threat|---) /.test(line))
}

/** What is wrong with a row: a cell without a word, no test, a file that is absent, a title that is not in it. */
function faults(row: string): readonly string[] {
  const cells = row.split(' | ').map(cell => cell.replace(/^\||\|$/g, '').trim())
  if (cells.length !== 4 || cells.some(cell => cell === '')) return ['it needs four cells: threat, what they can do, what stops them, test']
  const references = (cells[3] ?? '').split('<br>').map(reference => /^`(test\/[\w./-]+\.test\.ts)`: (.+)$/.exec(reference))
  return references.flatMap(found => found === null ? ['the last cell names no test as `path`: title'] : missing(found[1] ?? '', found[2] ?? ''))
}

function missing(path: string, title: string): readonly string[] {
  if (!existsSync(join(ROOT, path))) return [`${path} does not exist`]
  return hasTitle(join(ROOT, path), title) ? [] : [`${path} has no test "${title}"`]
}

test('every threat is told with what it can do, what stops it, and a test that exists', () => {
  const rows = rowsOf(page)
  assert.ok(rows.length >= 40, `${rows.length} threats`)
  assert.deepEqual(rows.flatMap(row => faults(row).map(fault => `${row.slice(2, 60)}…: ${fault}`)), [])
})

test('every kind of enemy has a table', () => {
  const sections = page.split('\n## ').slice(1).filter(section => rowsOf(section).length > 0).map(section => section.split('\n')[0] ?? '')
  for (const enemy of ['tenant', 'without rights', 'stolen mover', 'stolen hook token', 'malicious store, archive, image or volume', 'in between', 'operator']) {
    assert.ok(sections.some(section => section.includes(enemy)), enemy)
  }
})

test('what says "see below" is told below', () => {
  assert.match(page, /\n## What nothing stops\n/)
  assert.ok(page.split('**see below**').length > 5)
})

const bad: readonly [string, string, RegExp][] = [
  ['a row without a test', '| a | b | c | d |', /names no test/],
  ['a row with an empty cell', '| a |  | c | `test/docs/security.test.ts`: a row |', /four cells/],
  ['a file that is absent', '| a | b | c | `test/none.test.ts`: a row |', /does not exist/],
  ['a title that is not there', `| a | b | c | \`test/docs/reasons.test.ts\`: ${['not', 'there'].join(' ')} |`, /has no test/],
  ['a second reference that is wrong', '| a | b | c | `test/docs/security.test.ts`: every kind of enemy has a table<br>`test/none.test.ts`: x |', /does not exist/],
]
for (const [sentence, row, says] of bad) {
  test(`${sentence} is noticed`, () => assert.match(faults(row).join('\n'), says))
}
