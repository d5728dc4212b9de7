import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { consentIn, consentTo } from '../../lib/consent.ts'
import { policy } from './backups.ts'

const given = (value: string, generation = 4) => policy({ metadata: { generation, annotations: { 'holdfast.dev/allow-deletions': value } } })

describe('consentIn', () => {
  const cases: [string, ReturnType<typeof policy>, number, RegExp | undefined][] = [
    ['is none when nobody said anything', policy(), 0, undefined],
    ['is for the spec as it is', given('60@4'), 60, undefined],
    ['ends with an edit of the spec', given('60@4', 5), 0, /given for generation 4 of the spec and this is generation 5/],
    ['is not for a policy made anew', given('60@4', 1), 0, /generation 4 .* generation 1/],
    ['is not a number alone, which would be for ever', given('60'), 0, /has to be COUNT@GENERATION/],
    ['is not a word', given('all@4'), 0, /has to be COUNT@GENERATION/],
    ['is not what has more to it', given('60@4 '), 0, /has to be COUNT@GENERATION/],
    ['is not a number without end', given('1000000@4'), 0, /has to be COUNT@GENERATION/],
    ['is not without words', given(''), 0, /has to be COUNT@GENERATION/],
  ]
  for (const [sentence, of, count, refusal] of cases) {
    it(sentence, () => {
      const consent = consentIn(of)
      assert.equal(consent.count, count)
      assert.match(consent.refusal ?? '', refusal ?? /^$/)
    })
  }

  it('takes what consentTo writes', () => assert.equal(consentIn(given(consentTo(25, policy({ metadata: { generation: 4 } })))).count, 25))
})
