import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { describeSelector, selectorProblem } from '../../../hooks/backuppolicy/selector.ts'
import type { Selector } from '../../../schemas/generated/types.ts'

describe('selectorProblem', () => {
  const cases: [string, Selector, RegExp | undefined][] = [
    ['an empty selector', {}, undefined],
    ['labels', { matchLabels: { 'app.kubernetes.io/name': 'db', tier: '' } }, undefined],
    ['every operator', { matchExpressions: [{ key: 'a', operator: 'In', values: ['1'] }, { key: 'b', operator: 'NotIn', values: ['1', '2'] }, { key: 'c', operator: 'Exists' }, { key: 'd', operator: 'DoesNotExist', values: [] }] }, undefined],
    ['In without values', { matchExpressions: [{ key: 'a', operator: 'In' }] }, /In needs values/],
    ['NotIn with an empty list', { matchExpressions: [{ key: 'a', operator: 'NotIn', values: [] }] }, /NotIn needs values/],
    ['Exists with values', { matchExpressions: [{ key: 'a', operator: 'Exists', values: ['1'] }] }, /takes no values/],
    ['a key with a blank', { matchLabels: { 'a b': 'c' } }, /"a b" is not a label key/],
    ['an empty key', { matchLabels: { '': 'c' } }, /not a label key/],
    ['a key with two slashes', { matchExpressions: [{ key: 'a/b/c', operator: 'Exists' }] }, /not a label key/],
    ['an upper-case prefix', { matchLabels: { 'Example.com/a': 'c' } }, /not a label key/],
    ['a prefix with an empty part', { matchLabels: { 'a..b/c': 'd' } }, /not a label key/],
    ['a value with a slash', { matchLabels: { a: 'b/c' } }, /"b\/c" is not a label value/],
    ['a value in a list that ends in a hyphen', { matchExpressions: [{ key: 'a', operator: 'In', values: ['ok', 'b-'] }] }, /"b-" is not a label value/],
  ]
  for (const [sentence, selector, expected] of cases) {
    it(`${expected === undefined ? 'accepts' : 'refuses'} ${sentence}`, () => {
      const problem = selectorProblem(selector)
      if (expected === undefined) assert.equal(problem, undefined)
      else assert.match(problem ?? '', expected)
    })
  }
})

describe('describeSelector', () => {
  it('writes as kubectl does', () => {
    const matchExpressions: Selector['matchExpressions'] = [
      { key: 'tier', operator: 'In', values: ['a', 'b'] }, { key: 'x', operator: 'NotIn', values: ['c'] }, { key: 'y', operator: 'Exists' }, { key: 'z', operator: 'DoesNotExist' },
    ]
    assert.equal(describeSelector({ matchLabels: { app: 'db' }, matchExpressions }), 'app=db,tier in (a,b),x notin (c),y,!z')
  })
  it('is empty for everything', () => assert.equal(describeSelector({}), ''))
})
