import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { canonicalList, quantityValue } from './quantity.ts'

describe('quantities', () => {
  const cases: readonly [unknown, string, number][] = [
    ['1Gi', '1Gi', 2 ** 30],
    ['1024Mi', '1Gi', 2 ** 30],
    ['1.5Gi', '1536Mi', 1.5 * 2 ** 30],
    ['1536Mi', '1536Mi', 1.5 * 2 ** 30],
    ['1000m', '1', 1],
    ['100m', '100m', 0.1],
    ['0.5', '500m', 0.5],
    ['1000', '1k', 1000],
    [1073741824, '1073741824', 2 ** 30],
    ['5e3', '5e3', 5000],
    ['0', '0', 0],
  ]
  for (const [quantity, canonical, value] of cases) {
    it(`${String(quantity)} is ${canonical}`, () => {
      const list = { storage: quantity }
      canonicalList(list)
      assert.equal(list.storage, canonical)
      assert.equal(quantityValue(quantity), value)
    })
  }

  it('refuses what is no quantity', () => {
    for (const text of ['much', '', '1 Gi', '1Xi']) assert.throws(() => canonicalList({ storage: text }))
  })
})
