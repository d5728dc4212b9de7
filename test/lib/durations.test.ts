import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { parseDuration } from '../../lib/durations.ts'
import { UserError } from '../../lib/errors.ts'

describe('parseDuration', () => {
  const cases: [string, number][] = [['30d', 2_592_000], ['720h', 2_592_000], ['1w', 604_800], ['1d12h', 129_600], ['90m', 5400], ['0s', 0]]
  for (const [text, seconds] of cases) it(`reads ${text} as ${seconds} s`, () => assert.equal(parseDuration(text), seconds))

  for (const text of ['', '30', 'd', '30 d', '-1d', '1.5h', '1D', '1y', '30d ']) {
    it(`refuses ${JSON.stringify(text)}`, () => assert.throws(() => parseDuration(text), (error) => error instanceof UserError && error.reason === 'InvalidSpec'))
  }

  it('adds its parts', () => {
    fc.assert(fc.property(fc.nat(999), fc.nat(999), (a, b) => assert.equal(parseDuration(`${a}h${b}m`), parseDuration(`${a}h`) + parseDuration(`${b}m`))))
  })
})
