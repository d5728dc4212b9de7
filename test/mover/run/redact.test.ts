import assert from 'node:assert/strict'
import test from 'node:test'
import { redactor } from '../../../mover/run/redact.ts'

test('no secret is shown, in whatever way it is written', () => {
  const redact = redactor({ AWS_SECRET_ACCESS_KEY: 'ab+c/d"e', RESTIC_PASSWORD: 'hunter22', AWS_ACCESS_KEY_ID: 'public-id' })
  for (const text of ['key ab+c/d"e failed', 'key=ab%2Bc%2Fd%22e', 'json "ab+c/d\\"e"', 'pass hunter22!']) {
    assert.match(redact(text), /\*\*\*/)
    assert.doesNotMatch(redact(text), /ab\+c|hunter|%2Bc/)
  }
  assert.equal(redact('public-id'), 'public-id')
})

test('without secrets, and with ones too short to tell from words, texts stay', () => {
  assert.equal(redactor({ RESTIC_PASSWORD: 'a' })('a banana'), 'a banana')
})
