import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { deletionAsked, misunderstood } from '../../lib/deletion-request.ts'

const rows: readonly [string, string | undefined, { readonly requestedBy: string, readonly reason: string } | undefined][] = [
  ['nothing asks for nothing', undefined, undefined],
  ['a request has who and why', '{"requestedBy":"user","reason":"old"}', { requestedBy: 'user', reason: 'old' }],
  ['a reason is not needed', '{"requestedBy":"user"}', { requestedBy: 'user', reason: '' }],
  ['a word is no request', 'true', undefined],
  ['nor is a text that is no JSON', 'yes please', undefined],
  ['nor one without a name', '{"reason":"old"}', undefined],
  ['nor one with an empty name', '{"requestedBy":""}', undefined],
  ['nor an empty text', '', undefined],
  ['nor null', 'null', undefined],
  ['what controls a terminal does not go into a status', '{"requestedBy":"me\\u001b]0;x\\u0007","reason":"a\\u001b[31mb"}', { requestedBy: 'me ]0;x ', reason: 'ab' }],
]

describe('a request to delete', () => {
  for (const [sentence, text, wanted] of rows) {
    const metadata = { name: 'one', ...text !== undefined && { annotations: { 'holdfast.dev/delete-requested': text } } }
    it(sentence, () => assert.deepEqual(deletionAsked({ metadata }), wanted))
    it(`${sentence}: ${wanted === undefined && text !== undefined ? 'told' : 'nothing to tell'}`, () => {
      assert.equal(misunderstood({ metadata }), wanted === undefined ? text : undefined)
    })
  }
})
