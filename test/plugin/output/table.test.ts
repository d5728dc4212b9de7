import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { table } from '../../../plugin/output/table.ts'

interface Row { readonly a?: string, readonly b?: number }
const columns = [{ title: 'NAME', cell: (row: Row) => row.a }, { title: 'COUNT', cell: (row: Row) => row.b }]

describe('table', () => {
  it('aligns columns with three spaces and no borders', () => assert.equal(table(columns, [{ a: 'x', b: 1 }, { a: 'longer', b: 0 }]), 'NAME     COUNT\nx        1\nlonger   0'))
  it('writes <none> for what is absent', () => assert.equal(table(columns, [{ a: '' }]), 'NAME     COUNT\n<none>   <none>'))
  it('is one line a row, whatever is in it', () => fc.assert(fc.property(fc.array(fc.record({ a: fc.string({ unit: 'binary-ascii' }), b: fc.integer() })), rows => {
    const lines = table(columns, rows).split('\n')
    return lines.length === rows.length + 1 && lines.every(line => !line.endsWith(' '))
  })))
})
