import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'node:test'
import { hasTitle } from '../docs/titles.ts'
import { ROOT } from '../tidy/sources.ts'
import { ALLOWED } from './allowed.ts'
import { judge, skipsOf } from './judge.ts'
import { PART, type Skip } from './skip.ts'

const known = { file: 'test/a.test.ts', title: 'a', because: 'no tmpfs' }
const allowed = [{ ...known, bearable: 'it is' }]

const rows: readonly { says: string; skip: Skip; able: boolean; refused: boolean }[] = [
  { says: 'a skip in the list is told', skip: known, able: true, refused: false },
  { says: 'any other ends the run', skip: { ...known, title: 'b' }, able: true, refused: true },
  { says: 'one in the list for another reason ends the run', skip: { ...known, because: 'needs restic' }, able: true, refused: true },
  { says: 'one of another file ends the run', skip: { ...known, file: 'test/b.test.ts' }, able: true, refused: true },
  { says: 'where no node can run all are told', skip: { ...known, title: 'b' }, able: false, refused: false },
]
for (const { says, skip, able, refused } of rows) {
  test(says, () => assert.deepEqual(judge([skip], { able, allowed }), refused ? { refused: [lineOf(skip)], told: [] } : { refused: [], told: [lineOf(skip)] }))
}

test('every allowed skip is of a test that there is', () => {
  const isThere = ({ file, title, because }: Skip): boolean => title === PART ? readFileSync(`${ROOT}${file}`, 'utf8').includes(`'skipped: ${because}'`) : hasTitle(`${ROOT}${file}`, title)
  assert.deepEqual(ALLOWED.filter(skip => !isThere(skip)), [])
})

test('the reporter finds every way to leave a test out, and nothing else', () => {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-skips-'))
  try {
    writeFileSync(join(folder, 'x.test.mjs'), `
      import test, { describe, it } from 'node:test'
      test('runs', t => t.diagnostic('skipped: one file'))
      test('says why', { skip: 'no tool' }, () => {})
      test('says nothing', { skip: true }, () => {})
      test.skip('by its name', () => {})
      test('later', t => t.skip('not now'))
      test('unfinished', { todo: true }, () => {})
      describe('a group', { skip: 'no group' }, () => { it('within', () => {}) })
      test('not left out', { skip: false }, () => {})
      test('nor this', { skip: undefined }, () => {})`)
    const report = join(folder, 'skips')
    const { NODE_TEST_CONTEXT: _ours, ...env } = process.env
    execFileSync(process.execPath, ['--test', '--test-reporter=dot', '--test-reporter-destination=stdout',
      '--test-reporter=./test/skipped/reporter.ts', `--test-reporter-destination=${report}`, join(folder, 'x.test.mjs')], { cwd: ROOT, env })
    const found = skipsOf(execFileSync('cat', [report], { encoding: 'utf8' })).map(({ title, because }) => `${title}: ${because}`)
    assert.deepEqual(found.toSorted(), ['(part of a test): one file', 'a group: no group', 'by its name: true', 'later: not now', 'says nothing: true', 'says why: no tool', 'unfinished: true'])
  } finally {
    rmSync(folder, { recursive: true })
  }
})

function lineOf({ file, title, because }: Skip): string {
  return `${file}: ${title}: ${because}`
}
