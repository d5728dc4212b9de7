import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { selects, selectorText } from '../../../plugin/actions/claims.ts'
import { Failure } from '../../../plugin/cli/failure.ts'
import { parseSelector } from '../../../plugin/actions/selector-text.ts'
import type { Selector } from '../../../schemas/generated/types.ts'

const key = fc.constantFrom('app', 'tier', 'example.com/owner')
const value = fc.constantFrom('a', 'b', 'c-1')
const values = fc.uniqueArray(value, { minLength: 1 })
const expression = fc.oneof(
  fc.record({ key, operator: fc.constantFrom('In' as const, 'NotIn' as const), values }),
  fc.record({ key, operator: fc.constantFrom('Exists' as const, 'DoesNotExist' as const) }),
)
const selector = fc.record({ matchLabels: fc.dictionary(key, value), matchExpressions: fc.array(expression) })
const labels = fc.dictionary(key, value)

describe('selectors', () => {
  it('mean the same as text and as object', () => fc.assert(fc.property(selector, labels, (given, some) => {
    const text = selectorText(given)
    return text === '' ? selects(given, some) : selects(parseSelector(text), some) === selects(given, some)
  })))
  const cases: Readonly<Record<string, readonly [string, Selector]>> = {
    'equality in both spellings': ['a=b,c==d', { matchLabels: { a: 'b', c: 'd' } }],
    'inequality': ['a!=b', { matchExpressions: [{ key: 'a', operator: 'NotIn', values: ['b'] }] }],
    'sets, with commas and spaces inside': ['a in (b, c), d notin (e)', { matchExpressions: [{ key: 'a', operator: 'In', values: ['b', 'c'] }, { key: 'd', operator: 'NotIn', values: ['e'] }] }],
    'presence and absence': ['x.io/a,!b', { matchExpressions: [{ key: 'x.io/a', operator: 'Exists' }, { key: 'b', operator: 'DoesNotExist' }] }],
  }
  for (const [sentence, [text, expected]] of Object.entries(cases)) it(`read ${sentence}`, () => assert.deepEqual(parseSelector(text), expected))
  for (const text of ['', 'a~b', 'a in b', '=b', 'a=b c']) it(`refuse ${JSON.stringify(text)}`, () => assert.throws(() => parseSelector(text), Failure))
  it('NotIn chooses what has no such label, as Kubernetes does', () => assert.equal(selects({ matchExpressions: [{ key: 'a', operator: 'NotIn', values: ['b'] }] }, {}), true))
})
