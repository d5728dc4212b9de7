import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { boundedName, childName, labelValue, manualRunName, runName, stableHash } from '../../lib/names.ts'

const part = fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,20}[a-z0-9])?$/)
const anyName = fc.stringMatching(/^[a-z0-9]([a-z0-9.-]{0,250}[a-z0-9])?$/)

describe('childName', () => {
  const cases: [string, string[], RegExp][] = [
    ['joins short parts as they are', ['nightly', 'prune'], /^nightly-prune$/],
    ['joins three parts as they are', ['b1', 'backup', 'data-db-0'], /^b1-backup-data-db-0$/],
    ['hashes a name with a dot', ['a.b', 'prune'], /^a-b-prune-[0-9a-f]{8}$/],
    ['hashes a name that had to be cut', ['a'.repeat(100), 'prune'], /^a{54}-[0-9a-f]{8}$/],
    ['leaves no hyphen before the hash', [`${'a'.repeat(53)}-${'b'.repeat(20)}`, 'prune'], /^a{53}-[0-9a-f]{8}$/],
    ['hashes parts that another pair could spell', ['a-backup-b', 'backup', 'c'], /^a-backup-b-backup-c-[0-9a-f]{8}$/],
    ['hashes overlapping spellings', ['a', 'backup', 'backup-c'], /^a-backup-backup-c-[0-9a-f]{8}$/],
  ]
  for (const [sentence, parts, expected] of cases) it(sentence, () => assert.match(childName(...parts), expected))

  it('is a valid name of at most 63 characters', () => {
    fc.assert(fc.property(anyName, anyName, (a, b) => {
      assert.match(childName(a, 'backup', b), /^[a-z0-9][a-z0-9-]{0,61}[a-z0-9]$/)
    }))
  })

  it('gives different parts different names', () => {
    const role = fc.constantFrom('a', 'b', 'a-b', 'backup')
    const piece = fc.oneof(part, fc.array(fc.constantFrom('a', 'b', 'backup'), { minLength: 1, maxLength: 5 }).map((words) => words.join('-')))
    fc.assert(fc.property(piece, piece, piece, piece, role, (a, b, c, d, r) => {
      fc.pre(a !== c || b !== d)
      assert.notEqual(childName(a, r, b), childName(c, r, d))
    }), { numRuns: 2000 })
  })
})

describe('boundedName', () => {
  it('keeps to its own limit', () => {
    fc.assert(fc.property(anyName, (name) => assert.ok(boundedName(52, name, 'prune').length <= 52)))
  })
})

describe('runName', () => {
  const slot = new Date('2026-11-21T02:30:00Z')
  it('is the policy and the slot in UTC', () => assert.equal(runName('nightly', slot), 'nightly-20261121-0230'))
  it('keeps the slot readable when the policy has to be cut', () => {
    assert.match(runName('a'.repeat(253), slot), /^a{40}-[0-9a-f]{8}-20261121-0230$/)
  })
  it('keeps policies apart that are equal up to the cut', () => {
    assert.notEqual(runName(`${'a'.repeat(99)}b`, slot), runName(`${'a'.repeat(99)}c`, slot))
  })
  it('never exceeds 63 characters and names each minute differently', () => {
    fc.assert(fc.property(anyName, fc.nat(1e6), fc.nat(1e6), (policy, a, b) => {
      const [first, second] = [runName(policy, new Date(a * 60_000)), runName(policy, new Date(b * 60_000))]
      assert.ok(first.length <= 63)
      assert.equal(first === second, a === b)
    }))
  })
  it('differs from a run by hand', () => assert.equal(manualRunName('nightly', slot), 'nightly-manual-20261121-023000'))
})

describe('labelValue', () => {
  it('leaves 63 characters alone', () => assert.equal(labelValue('a'.repeat(63)), 'a'.repeat(63)))
  it('is always a valid label value and keeps long names apart', () => {
    fc.assert(fc.property(anyName, (name) => {
      assert.match(labelValue(name), /^[a-z0-9]([a-z0-9.-]{0,61}[a-z0-9])?$/)
      assert.equal(labelValue(name) === labelValue(`${name}x`), false)
    }))
  })
})

describe('stableHash', () => {
  it('does not depend on the order of keys or on undefined fields', () => {
    assert.equal(stableHash({ a: 1, b: { c: 2, d: [3] } }), stableHash({ b: { d: [3], c: 2, e: undefined }, a: 1 }))
  })
  it('depends on the order of a list', () => assert.notEqual(stableHash([1, 2]), stableHash([2, 1])))
  it('has the length asked for', () => assert.match(stableHash('x', 16), /^[0-9a-f]{16}$/))
})
