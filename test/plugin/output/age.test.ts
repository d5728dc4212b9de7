import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { age, humanDuration } from '../../../plugin/output/age.ts'

const MINUTE = 60
const HOUR = 3600
const DAY = 86_400

describe('humanDuration writes as kubectl does', () => {
  const cases: readonly (readonly [number, string])[] = [
    [-5, '0s'], [0, '0s'], [119, '119s'], [120, '2m'], [135, '2m15s'], [599, '9m59s'], [600, '10m'], [179 * MINUTE, '179m'], [3 * HOUR, '3h'],
    [3 * HOUR + 12 * MINUTE, '3h12m'], [8 * HOUR, '8h'], [47 * HOUR, '47h'], [2 * DAY, '2d'], [2 * DAY + 4 * HOUR, '2d4h'], [8 * DAY, '8d'], [400 * DAY, '400d'], [730 * DAY, '2y'], [760 * DAY, '2y30d'],
  ]
  for (const [seconds, text] of cases) it(`${seconds} s is ${text}`, () => assert.equal(humanDuration(seconds), text))
  it('is never longer than seven characters in a century', () => fc.assert(fc.property(fc.integer({ min: 0, max: 100 * 365 * DAY }), seconds => humanDuration(seconds).length <= 7)))
})

describe('age', () => {
  const now = new Date('2026-11-21T08:00:00Z')
  it('is the time since', () => assert.equal(age('2026-11-21T07:00:00Z', now), '60m'))
  it('is not known without a start', () => assert.equal(age(undefined, now), '<unknown>'))
  it('is nothing for a clock that is ahead', () => assert.equal(age('2026-11-21T09:00:00Z', now), '0s'))
})
