import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { CelError, celRule } from './cel.ts'

const SELF = { type: 's3', url: 's3://bucket/a', empty: '', list: ['a', 'b'], on: true, deep: { name: 'x', namespace: 'y' } }

describe('celRule', () => {
  const cases: readonly [string, unknown][] = [
    ['self.type == \'s3\'', true],
    ['self.type != "s3"', false],
    ['has(self.url)', true],
    ['has(self.nothing)', false],
    ['has(self.deep.name) && !has(self.deep.nothing)', true],
    ['has(self.empty)', true],
    ['self.url.matches(\'^s3://[a-z]+(/[a-z]*)?$\')', true],
    ['self.url.contains(\'bucket\') && self.url.startsWith(\'s3\') && self.url.endsWith(\'/a\')', true],
    ['self.list == [] || self.on', 'unreadable'],
    ['size(self.list) == 2 && size(self.url) > 3 && size(self.deep) <= 2', true],
    ['size(self.list) < 2', false],
    ['!(self.on == false)', true],
    ['!!self.on', true],
    ['self.deep == oldSelf.deep', true],
    ['has(self.deep.name) == has(oldSelf.nothing)', false],
    ['has(self.deep.__namespace__)', true],
    ['self.nothing == 1 || self.on', true],
    ['self.on || self.nothing == 1', true],
    ['self.nothing == 1 && self.type == \'other\'', false],
    ['self.nothing == 1', 'error'],
    ['has(self.nothing.deeper)', 'error'],
    ['self.type > 3', 'error'],
    ['!self.type', 'error'],
    ['self.url.matches(\'\\\\s\')', false],
    ['false || true && false', false],
    ['self.list.all(x, x != \'\')', 'unreadable'],
    ['self.url.size() > 0', 'unreadable'],
    ['other == 1', 'unreadable'],
    ['self.type ==', 'unreadable'],
    ['self.type == \'s3\' extra', 'unreadable'],
    ['self.type ? true : false', 'unreadable'],
    ['1 + 1 == 2', 'unreadable'],
    ['self.url.matches(\'\\d\')', 'unreadable'],
  ]
  for (const [rule, expected] of cases) {
    it(`${rule} → ${String(expected)}`, () => {
      if (expected === 'unreadable') return assert.throws(() => celRule(rule), /CEL/)
      const result = celRule(rule).holds({ self: SELF, oldSelf: SELF })
      assert.equal(result instanceof CelError ? 'error' : result, expected)
    })
  }

  it('knows a rule about changes by its oldSelf', () => {
    assert.equal(celRule('self == oldSelf').transition, true)
    assert.equal(celRule('self.a == \'oldSelf\'').transition, false)
  })
})
