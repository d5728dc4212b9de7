import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import test from 'node:test'
import { REASONS } from '../../lib/reasons.ts'

test('every reason is explained, and nothing else is', () => {
  const page = readFileSync(new URL('../../docs/reference/reasons.md', import.meta.url), 'utf8')
  const rows = page.split('\n').filter(line => line.startsWith('| `'))
  const explained = rows.flatMap(row => (row.split('|')[1] ?? '').match(/\w+/g) ?? [])
  assert.deepEqual([...new Set(explained)].sort(), [...REASONS].sort())
})
