import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'node:test'
import { ROOT } from '../tidy/sources.ts'

test('each failed test is told once with its error, also one that ends its file, and nothing else is', () => {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-failed-'))
  try {
    writeFileSync(join(folder, 'a.test.mjs'), `
      import test, { describe, it } from 'node:test'
      test('passes', () => {})
      test('fails', () => { throw new Error('three is no two') })
      describe('a suite', () => { it('inside', async () => { throw new Error('x'.repeat(5000)) }) })
      test('left out', { skip: 'no tool' }, () => {})`)
    writeFileSync(join(folder, 'b.test.mjs'), 'throw new Error("at the door")')
    const run = spawnSync(process.execPath, ['--test', '--test-reporter=./test/failed/reporter.ts', join(folder, 'a.test.mjs'), join(folder, 'b.test.mjs')], { cwd: ROOT, encoding: 'utf8', env: { ...process.env, NODE_TEST_CONTEXT: undefined } })
    assert.equal(run.status, 1)
    const told = run.stdout.split('\n').filter(line => /test\.mjs: /.test(line)).map(line => line.replace(/^.*?([ab]\.test\.mjs: )/, '$1').slice(0, 40))
    assert.deepEqual(told.slice(0, 2), ['a.test.mjs: fails: Error: three is no tw', `a.test.mjs: inside: Error: ${'x'.repeat(13)}`])
    assert.match(told.slice(2).join('\n'), /^b\.test\.mjs: [^\n]+$/)
    assert.ok(run.stdout.length < 4000)
  } finally {
    rmSync(folder, { recursive: true })
  }
})
