import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { parseTime, timestamp } from '../../lib/timestamps.ts'

describe('timestamp', () => {
  it('has whole seconds, cut and not rounded', () => assert.equal(timestamp(new Date('2026-11-21T01:59:59.999Z')), '2026-11-21T01:59:59Z'))
  it('is read back by parseTime', () => assert.equal(parseTime('2026-11-21T02:00:00Z'), Date.UTC(2026, 10, 21, 2)))
})

describe('parseTime', () => {
  it('is undefined for what is not there', () => assert.equal(parseTime(undefined), undefined))
  it('is undefined for what is no time', () => assert.equal(parseTime('yesterday'), undefined))
})
