import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'node:test'
import { hasTitle } from './titles.ts'

const TITLE = 'nothing is lost'

const rows: readonly (readonly [sentence: string, code: string, expected: boolean])[] = [
  ['a test', `test('${TITLE}', () => {})`, true],
  ['a subtest', `test('all', async t => { await t.test('${TITLE}', () => {}) })`, true],
  ['a row of a table', `for (const says of ['${TITLE}']) test(says, () => {})`, true],
  ['a key of a table', `const cases = { '${TITLE}': 1 }\nfor (const says of Object.keys(cases)) test(says, () => {})`, true],
  ['a template around a row', "for (const what of ['nothing']) test(`${what} is lost`, () => {})", true],
  ['a test that is skipped without a tool', `test('${TITLE}', { skip: !tool && 'no tool' }, () => {})`, true],
  ['a text that merely begins so', `test('${TITLE} but everything', () => {})`, false],
  ['a text that merely ends so', `test('where ${TITLE}', () => {})`, false],
  ['a comment', `// test('${TITLE}', () => {})\ntest('other', () => {})`, false],
  ['a comment of many lines', `/*\ntest('${TITLE}', () => {})\n*/\ntest('other', () => {})`, false],
  ['a row that is commented out', `for (const says of ['other', /* '${TITLE}' */]) test(says, () => {})`, false],
  ['a skipped test', `test.skip('${TITLE}', () => {})`, false],
  ['an unfinished test', `test('${TITLE}', { todo: true }, () => {})`, false],
  ['a test with an option to skip it', `test('${TITLE}', { skip: true }, () => {})`, false],
  ['a test that is always skipped for a reason', `test('${TITLE}', { skip: 'broken' }, () => {})`, false],
  ['a test in a skipped group', `describe.skip('group', () => { it('${TITLE}', () => {}) })`, false],
  ['a test that is never reached', `if (false) test('${TITLE}', () => {})`, false],
  ['a text of no test', `console.log('${TITLE}'); test('other', () => {})`, false],
]

for (const [sentence, code, expected] of rows) {
  test(`${sentence} is ${expected ? 'a' : 'no'} title`, () => {
    const folder = mkdtempSync(join(tmpdir(), 'holdfast-titles-'))
    try {
      writeFileSync(join(folder, 'x.test.ts'), code)
      assert.equal(hasTitle(join(folder, 'x.test.ts'), TITLE), expected)
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
}
