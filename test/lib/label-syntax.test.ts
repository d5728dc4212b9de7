import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isLabelKey, isLabelValue, isSubdomain } from '../../lib/label-syntax.ts'
import { labelValue } from '../../lib/names.ts'

const long = (length: number) => 'a'.repeat(length)
const keys: readonly [string, boolean][] = [
  ['app', true], ['App_1.x', true], ['example.com/app', true], [long(63), true], [long(64), false], [`${long(253)}/a`, true], [`${long(254)}/a`, false], ['', false], ['/a', false], ['a/', false],
  ['a/b/c', false], ['Example.com/a', false], ['a..b/c', false], ['a-.b/c', false], ['a b', false], ['-a', false], ['a-', false], ['a\n', false],
]
for (const [text, expected] of keys) test(`${JSON.stringify(text.slice(0, 80))} is ${expected ? 'a' : 'no'} label key`, () => assert.equal(isLabelKey(text), expected))

const values: readonly [string, boolean][] = [['', true], ['a', true], ['A_1.b-c', true], [long(63), true], [long(64), false], ['a/b', false], ['a,b', false], ['-a', false], ['a.', false], ['ü', false]]
for (const [text, expected] of values) test(`${JSON.stringify(text.slice(0, 80))} is ${expected ? 'a' : 'no'} label value`, () => assert.equal(isLabelValue(text), expected))

const names: readonly [string, boolean][] = [['nightly', true], ['a.b-c.d', true], [long(253), true], [long(254), false], ['prod/nightly', false], ['a..b', false], ['Nightly', false], ['a,b', false], ['', false]]
for (const [text, expected] of names) {
  test(`${JSON.stringify(text.slice(0, 80))} is ${expected ? 'a' : 'no'} name${expected ? ', and its label value is one' : ''}`, () => {
    assert.equal(isSubdomain(text), expected)
    if (expected) assert.ok(isLabelValue(labelValue(text)))
  })
}
