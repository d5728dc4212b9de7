import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { durationFlag } from '../../../plugin/cli/duration.ts'

describe('durationFlag', () => {
  const cases: Readonly<Record<string, number>> = { 0: 0, 90: 90, '0s': 0, '250ms': 0.25, '30s': 30, '10m': 600, '1h30m': 5400, '2d': 172_800 }
  for (const [text, seconds] of Object.entries(cases)) it(`${text} is ${seconds} s`, () => assert.equal(durationFlag('timeout', text), seconds))
  for (const text of ['', 'm', '1x', '-1s', '1.5h', '1 h']) it(`refuses ${JSON.stringify(text)}`, () => assert.throws(() => durationFlag('timeout', text), /--timeout must be a time/))
})
