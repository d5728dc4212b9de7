import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { prune, readSchema, setDefaults, type SchemaSource } from './schema.ts'
import { validate } from './validation.ts'

const ITEM: SchemaSource = { type: 'object', required: ['name'], properties: { name: { type: 'string' }, size: { type: 'integer', default: 1 } } }
const SCHEMA: SchemaSource = {
  type: 'object',
  properties: {
    spec: {
      type: 'object',
      properties: {
        items: { type: 'array', items: ITEM, maxItems: 2, 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['name'] },
        labels: { type: 'object', additionalProperties: { type: 'string', maxLength: 3 }, maxProperties: 2 },
        free: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
        size: { type: 'string', 'x-kubernetes-int-or-string': true, pattern: '^[0-9]+$' },
        at: { type: 'string', format: 'date-time' },
        fixed: { type: 'string', minLength: 2, 'x-kubernetes-validations': [{ rule: 'self == oldSelf', message: 'fixed' }] },
      },
    },
  },
}

describe('readSchema', () => {
  const unknown: readonly [string, SchemaSource][] = [
    ['a keyword', { type: 'object', oneOf: [] } as SchemaSource],
    ['a keyword deep inside', { type: 'object', properties: { a: { type: 'array', items: { type: 'string', multipleOf: 2 } as SchemaSource } } }],
    ['a rule', { type: 'object', 'x-kubernetes-validations': [{ rule: 'self.all(x, x)' }] }],
  ]
  for (const [what, source] of unknown) it(`does not pass over ${what} that it does not know`, () => assert.throws(() => readSchema(source)))

  it('takes unknown fields away, but not where they are welcome', () => {
    const value = { spec: { items: [{ name: 'a', junk: 1 }], junk: 1, labels: { a: 'b' }, free: { any: { thing: 1 } } } }
    prune(readSchema(SCHEMA), value)
    assert.deepEqual(value, { spec: { items: [{ name: 'a' }], labels: { a: 'b' }, free: { any: { thing: 1 } } } })
  })

  it('fills in defaults, of their own for each object', () => {
    const value = { spec: { items: [{ name: 'a' }, { name: 'b', size: 5 }] } }
    setDefaults(readSchema(SCHEMA), value)
    assert.deepEqual(value.spec.items, [{ name: 'a', size: 1 }, { name: 'b', size: 5 }])
  })
})

describe('validate', () => {
  const NOTE = 'FieldValueInvalid <nil>'
  const cases: readonly [string, unknown, readonly string[]][] = [
    ['nothing wrong', { items: [{ name: 'a' }], labels: { a: 'b' }, size: 5, at: '2026-01-01T00:00:00Z' }, []],
    ['another type', { items: 'x' }, ['FieldValueTypeInvalid spec.items', NOTE]],
    ['required', { items: [{}] }, ['FieldValueRequired spec.items[0].name', NOTE]],
    ['too many', { items: [{ name: 'a' }, { name: 'b' }, { name: 'c' }] }, ['FieldValueTooMany spec.items', NOTE]],
    ['twice', { items: [{ name: 'a' }, { name: 'a' }] }, ['FieldValueDuplicate spec.items[1]']],
    ['a value in a map', { labels: { a: 'long' } }, ['FieldValueTooLong spec.labels.a', NOTE]],
    ['too many keys', { labels: { a: '', b: '', c: '' } }, ['FieldValueTooMany spec.labels', NOTE]],
    ['no integer and no text', { size: 1.5 }, ['FieldValueTypeInvalid spec.size', NOTE]],
    ['text that is no number', { size: 'x' }, ['FieldValueInvalid spec.size']],
    ['no time', { at: '2026-13-01T00:00:00Z' }, ['FieldValueTypeInvalid spec.at', NOTE]],
    ['too short, and changed', { fixed: 'x' }, ['FieldValueInvalid spec.fixed', 'FieldValueInvalid spec.fixed']],
    ['changed', { fixed: 'xyz' }, ['FieldValueInvalid spec.fixed']],
    ['not changed', { fixed: 'abc' }, []],
  ]
  for (const [what, spec, expected] of cases) {
    it(what, () => {
      const errors = validate(readSchema(SCHEMA), { now: { spec }, before: { spec: { fixed: 'abc' } } }, { path: '' })
      assert.deepEqual(errors.map(({ reason, field }) => `${reason} ${field}`), expected)
    })
  }

  it('asks no rule about changes of something new', () => {
    assert.deepEqual(validate(readSchema(SCHEMA), { now: { spec: { fixed: 'new' } } }, { path: '' }), [])
  })
})
