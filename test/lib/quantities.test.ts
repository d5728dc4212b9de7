import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { UserError } from '../../lib/errors.ts'
import { parseQuantity } from '../../lib/quantities.ts'

describe('parseQuantity', () => {
  const cases: [string, number][] = [
    ['1Gi', 1_073_741_824], ['500M', 5e8], ['1.5Gi', 1_610_612_736], ['1e9', 1e9], ['1E3', 1000], ['2E', 2e18], ['1500m', 1.5],
    ['0', 0], ['.5Ki', 512], ['5.', 5], ['128974848', 128_974_848], ['12e-1', 1.2], ['1k', 1000],
  ]
  for (const [text, value] of cases) it(`reads ${text} as ${value}`, () => assert.equal(parseQuantity(text), value))

  for (const text of ['', 'Gi', '1 Gi', '1gi', '1KB', '1K', '0x10', '1e', '--1', 'NaN']) {
    it(`refuses ${JSON.stringify(text)}`, () => assert.throws(() => parseQuantity(text), (error) => error instanceof UserError && error.reason === 'InvalidSpec'))
  }

  it('does not tell what is no text', () => {
    const secret = { token: 'sw0rdfish' } as unknown as string
    assert.throws(() => parseQuantity(secret), (error) => error instanceof UserError && !error.message.includes('sw0rdfish'))
  })

  it('orders sizes as their bytes', () => {
    fc.assert(fc.property(fc.nat(4096), fc.nat(4096), (a, b) => assert.equal(parseQuantity(`${a}Mi`) < parseQuantity(`${b}Mi`), a < b)))
  })
})
