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

test('an identity that no status takes is left out', () => {
  const raw = { operation: 'check', ok: true, handle: 'h'.repeat(1025), sha256: 'a'.repeat(65), storeId: 's'.repeat(65), resticId: 'r'.repeat(64) }
  assert.deepEqual(readResult(JSON.stringify(raw)), { operation: 'check', ok: true, resticId: 'r'.repeat(64) })
})

const TITLE = '\u001B]0;owned\u0007'

test('nothing that controls a terminal gets past it, in whatever field', () => {
  const raw = { operation: 'backup', ok: true, message: `a${TITLE}\u001B[2Jb\rc\u009B1md`, errorSamples: [`x${TITLE}`, 'two\nlines'], deleted: ['\u0085y'], handle: `id${TITLE}`, resticId: 'a\u001Bb', sha256: 'ab' }
  assert.deepEqual(readResult(JSON.stringify(raw)), { operation: 'backup', ok: true, sha256: 'ab', message: 'a ]0;owned b cd', errorSamples: ['x ]0;owned ', 'two\nlines'], deleted: [' y'] })
})

test('whatever a pod writes, what is read of it controls nothing', () => {
  const word = fc.string({ unit: 'binary' })
  fc.assert(fc.property(fc.record({ message: word, handle: word, storeId: word, errorSamples: fc.array(word) }), (fields) => {
    const read = readResult(JSON.stringify({ operation: 'backup', ok: false, ...fields }))
    for (const text of [read?.message, read?.handle, read?.storeId, ...read?.errorSamples ?? []]) assert.doesNotMatch(text ?? '', /[\u0000-\u0008\u000B-\u001F\u007F-\u009F]/)
  }))
})

for (const text of ['', '[]', 'null', '"ok"', '{', '{"ok":true}', '{"operation":"backup"}', '{"operation":"dance","ok":true}', undefined]) {
  test(`${JSON.stringify(text)} is no result`, () => assert.equal(readResult(text), undefined))
}

test('whatever a pod writes, reading it never throws', () => {
  fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), (text) => { readResult(text) }))
})
