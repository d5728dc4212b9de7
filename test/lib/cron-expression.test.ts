import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { expressionProblem, isInterval, nextWallTime } from '../../lib/cron-expression.ts'

describe('expressionProblem', () => {
  it('says what is wrong, each time alike', () => {
    assert.equal(expressionProblem('0 0 30 2 *'), 'it never occurs: there is no day 30 in month 2')
    assert.equal(expressionProblem('0 0 30 2 *'), 'it never occurs: there is no day 30 in month 2')
  })
  it('is undefined for a good one', () => assert.equal(expressionProblem('0 0 30 1,2 *'), undefined))
})

describe('nextWallTime', () => {
  const next = (expression: string, after: string) => nextWallTime(expression, Date.parse(after))
  it('is strictly after', () => assert.equal(next('0 2 * * *', '2026-11-21T02:00:00Z'), Date.parse('2026-11-22T02:00:00Z')))
  it('does not depend on what was asked before', () => {
    next('0 2 * * *', '2030-01-01T00:00:00Z')
    assert.equal(next('0 2 * * *', '2026-11-21T00:00:00Z'), Date.parse('2026-11-21T02:00:00Z'))
  })
  it('is undefined for what cannot be parsed', () => assert.equal(next('0 0 30 2 *', '2026-11-21T00:00:00Z'), undefined))
})

describe('isInterval', () => {
  const cases: [string, boolean][] = [['0 * * * *', true], ['0 */2 * * *', true], ['* 2 * * *', false], ['0 0-23 * * *', false], ['*/5 1,2 * * *', false]]
  for (const [expression, expected] of cases) it(`${expression} → ${expected}`, () => assert.equal(isInterval(expression), expected))
})
