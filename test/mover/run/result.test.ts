import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { Ajv } from 'ajv'
import { TransientError, UserError } from '../../../lib/errors.ts'
import { encodeResult, exitCode, failure } from '../../../mover/run/result.ts'
import { SCHEMAS } from '../../../schemas/generated/schemas.ts'
import type { Result } from '../../../schemas/generated/types.ts'

const valid = new Ajv({ strict: false }).compile(SCHEMAS.Result)
const text = fc.string({ unit: 'binary', maxLength: 5000 })

test('any result fits into a termination message, stays valid, and keeps what decides', () => {
  fc.assert(fc.property(text, fc.array(fc.string({ unit: 'binary', maxLength: 300 }), { maxLength: 5 }), fc.array(fc.string({ minLength: 1, maxLength: 63 }), { maxLength: 500 }), (message, errorSamples, deleted) => {
    const result: Result = { operation: 'delete', ok: false, reason: 'UnreadableFiles', message, handle: 'h'.repeat(64), errors: 7, errorSamples, deleted }
    const encoded = encodeResult(result)
    assert.ok(Buffer.byteLength(encoded) <= 4096)
    const decoded = JSON.parse(encoded) as Result
    assert.ok(valid(decoded))
    assert.deepEqual([decoded.ok, decoded.reason, decoded.handle], [false, 'UnreadableFiles', 'h'.repeat(64)])
  }), { numRuns: 200 })
})

test('what fits is not changed', () => {
  const result: Result = { operation: 'delete', ok: true, deleted: Array.from({ length: 100 }, (_, index) => `data-${index}`) }
  assert.deepEqual(JSON.parse(encodeResult(result)), result)
})

for (const [sentence, error, code, reason] of [
  ['what a person must mend', new UserError('WrongKey', 'no'), 2, 'WrongKey'],
  ['what time may mend', new TransientError('StoreUnreachable', 'no'), 75, 'StoreUnreachable'],
  ['a bug', new TypeError('no'), 1, 'InternalError'],
  ['a thing that is no error', 'no', 1, 'InternalError'],
] as const) {
  test(`exit code and reason of ${sentence}`, () => {
    assert.equal(exitCode(error), code)
    assert.equal(failure('backup', error).reason, reason)
  })
}
