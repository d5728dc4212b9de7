import assert from 'node:assert/strict'
import test from 'node:test'
import { seal, unseal } from '../../../mover/stores/sealed.ts'

const VALUE = { operation: 'backup', ok: true, files: 12, path: '/volumes/dätä', list: ['b', 1], none: undefined }
const FOUND = { operation: 'backup', ok: true, files: 12, path: '/volumes/dätä', list: ['b', 1] }

test('what was sealed is found as it was, also when it is sealed again', () => {
  assert.deepEqual(unseal(seal(VALUE)), FOUND)
  assert.equal(seal({ ...JSON.parse(seal(VALUE)) as object }), seal(VALUE))
})

test('every byte changed in any way, and every cut, is undefined, or what was written', () => {
  const sealed = Buffer.from(seal(VALUE))
  for (let at = 0; at < sealed.length; at += 1) {
    for (const mask of [0x01, 0x04, 0x20, 0x80, 0xff]) {
      const changed = Buffer.from(sealed)
      changed[at] = (changed[at] ?? 0) ^ mask
      const found = unseal<Record<string, unknown>>(changed.toString()) ?? FOUND
      // A name other than `seal` makes a note of a version before, with a field that nobody knows.
      assert.deepEqual(Object.fromEntries(Object.entries(found).filter(([name]) => name in FOUND)), FOUND, `${at}^${mask}`)
    }
    if (at < sealed.length - 1) assert.equal(unseal(sealed.subarray(0, at).toString()), undefined, `cut at ${at}`)
  }
})

test('what a version before wrote is taken as it is, and what is no object is undefined', () => {
  assert.deepEqual(unseal('{"files":1}\n'), { files: 1 })
  for (const text of ['', '[]', '[1]', 'null', '5', '"a"', '{', '{}']) assert.equal(unseal(text), undefined, text)
})
