import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { wholeJson } from '../../hooks/whole-json.ts'

test('what JSON can say comes through unchanged', () => {
  const value = fc.jsonValue({ noUnicodeString: false }).filter(json => !JSON.stringify(json).includes('null'))
  fc.assert(fc.property(fc.dictionary(fc.string(), value), object => {
    assert.equal(JSON.stringify(wholeJson(object, 'it')), JSON.stringify(object))
  }))
})

test('what comes through is exactly what JSON makes of it', () => {
  fc.assert(fc.property(fc.dictionary(fc.string(), fc.oneof(fc.integer(), fc.string(), fc.constant(undefined), fc.constant(null))), object => {
    const whole = wholeJson(object, 'it')
    assert.deepEqual(JSON.parse(JSON.stringify(whole)), JSON.parse(JSON.stringify(object)))
    assert.equal(Object.values(whole).includes(undefined), false)
  }))
})

test('a key named __proto__ is a key', () => {
  const value = JSON.parse('{"__proto__":{"polluted":true}}') as object
  assert.equal(JSON.stringify(wholeJson(value, 'it')), '{"__proto__":{"polluted":true}}')
  assert.equal(({} as { polluted?: boolean }).polluted, undefined)
})

const refused: readonly { value: unknown; message: RegExp }[] = [
  { value: null, message: /^it must be an object, got null/ },
  { value: 7, message: /of type number/ },
  { value: [1], message: /a list/ },
  { value: { a: { b: [1, null] } }, message: /^it.a.b.1 is an item that is null/ },
  { value: { a: [undefined] }, message: /^it.a.0 is an item that is undefined/ },
  { value: { a: Infinity }, message: /^it.a is Infinity/ },
  { value: { a: 1n }, message: /of type bigint/ },
  { value: { a: Symbol('x') }, message: /of type symbol/ },
  { value: { a: new Map() }, message: /a Map/ },
]
for (const { value, message } of refused) {
  test(`refused: ${message.source}`, () => assert.throws(() => wholeJson(value as object, 'it'), { message }))
}
