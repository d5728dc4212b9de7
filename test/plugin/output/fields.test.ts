import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { fields, section } from '../../../plugin/output/fields.ts'

describe('fields', () => {
  it('aligns values and leaves out absent ones', () => assert.equal(fields([['Name', 'x'], ['Phase', undefined], ['Longer', 0]]), 'Name:    x\nLonger:  0'))
  it('indents further lines', () => assert.equal(fields([['Text', 'a\nb']]), 'Text:  a\n       b'))
})

describe('section', () => {
  it('indents what is not empty', () => assert.equal(section('Title', 'a\n\nb'), 'Title:\n  a\n\n  b'))
})
