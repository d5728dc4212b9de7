import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { readResult } from '../../../hooks/jobs/result.ts'

test('fields of a wrong type are left out, the rest stays', () => {
  const raw = { operation: 'backup', ok: true, bytes: -1, files: 2.5, errors: '1', handle: 7, reason: 'Nonsense', extra: {}, bytesStored: 5 }
  assert.deepEqual(readResult(JSON.stringify(raw)), { operation: 'backup', ok: true, bytesStored: 5 })
})

test('a message is cut to what a status holds', () => {
  const result = readResult(JSON.stringify({ operation: 'check', ok: false, message: 'x\n'.repeat(4000) }))
  assert.equal(result?.message?.length, 300)
})

for (const text of ['', '[]', 'null', '"ok"', '{', '{"ok":true}', '{"operation":"backup"}', '{"operation":"dance","ok":true}', undefined]) {
  test(`${JSON.stringify(text)} is no result`, () => assert.equal(readResult(text), undefined))
}

test('whatever a pod writes, reading it never throws', () => {
  fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), (text) => { readResult(text) }))
})
