import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import test from 'node:test'
import { TransientError, UserError } from '../../../lib/errors.ts'
import { ALIKE_GIB, partSizes } from '../../../mover/stores/parts.ts'
import { s3Error } from '../../../mover/stores/s3-errors.ts'

const named = (name: string, status?: number) => Object.assign(new Error(`said ${name}`), { name, $metadata: { httpStatusCode: status } })
const coded = (code: string) => Object.assign(new Error(code), { code })

const cases: readonly (readonly [string, Error, string, typeof UserError | typeof TransientError])[] = [
  ['no bucket', named('NoSuchBucket', 404), 'BucketNotFound', UserError],
  ['unknown key', named('InvalidAccessKeyId', 403), 'AccessDenied', UserError],
  ['wrong secret', named('SignatureDoesNotMatch', 403), 'AccessDenied', UserError],
  ['forbidden without a word (HEAD)', named('UnknownError', 403), 'AccessDenied', UserError],
  ['no credentials at all', named('CredentialsProviderError'), 'AccessDenied', UserError],
  ['store full', named('XMinioStorageFull', 507), 'StoreFull', UserError],
  ['a request it does not understand', named('InvalidArgument', 400), 'InvalidDestination', UserError],
  ['parts of unequal size, where they must be equal', named('InvalidPart', 400), 'InvalidDestination', UserError],
  ['an object that must be thawed', named('InvalidObjectState', 403), 'InvalidDestination', UserError],
  ['bytes damaged on their way', named('BadDigest', 400), 'StoreUnreachable', TransientError],
  ['bytes that were signed otherwise', named('XAmzContentSHA256Mismatch', 400), 'StoreUnreachable', TransientError],
  ['a body that was cut off', named('IncompleteBody', 400), 'StoreUnreachable', TransientError],
  ['a request that took too long', named('RequestTimeout', 400), 'StoreUnreachable', TransientError],
  ['a clock that is wrong', named('RequestTimeTooSkewed', 403), 'StoreUnreachable', TransientError],
  ['slow down', named('SlowDown', 503), 'StoreUnreachable', TransientError],
  ['too many requests', named('TooManyRequests', 429), 'StoreUnreachable', TransientError],
  ['internal error', named('InternalError', 500), 'StoreUnreachable', TransientError],
  ['nobody listens', coded('ECONNREFUSED'), 'StoreUnreachable', TransientError],
  ['no such host', coded('ENOTFOUND'), 'StoreUnreachable', TransientError],
  ['no answer', named('TimeoutError'), 'StoreUnreachable', TransientError],
  ['both addresses refused', Object.assign(new AggregateError([coded('ECONNREFUSED')]), {}), 'StoreUnreachable', TransientError],
]

for (const [sentence, error, reason, type] of cases) {
  test(sentence, () => {
    const ours = s3Error(error, 's3://bucket/p') as UserError
    assert.ok(ours instanceof type)
    assert.equal(ours.reason, reason)
    assert.match(ours.message, /s3:\/\/bucket\/p/)
    assert.equal(ours.cause, error)
  })
}

test('what did not come from the store passes through', () => {
  for (const error of [new Error('the source broke'), new UserError('PointDamaged', 'x'), new TypeError('bug')]) {
    assert.equal(s3Error(error, 's3://b'), error)
  }
})

test('a clock that is wrong: what to do, and no word of credentials', () => {
  const { message } = s3Error(named('RequestTimeTooSkewed', 403), 's3://b') as TransientError
  assert.match(message, /time of the node.*\(NTP\)/)
  assert.doesNotMatch(message, /credential|AWS_ACCESS_KEY_ID/)
})

test('an object that must be thawed: what to do, and no word of credentials', () => {
  const { message } = s3Error(named('InvalidObjectState', 403), 's3://b') as UserError
  assert.match(message, /restore-object/)
  assert.doesNotMatch(message, /credential|AWS_ACCESS_KEY_ID/)
})

test('parts of unequal size: how much is stored in parts of one size is told, here and in the documentation, and is so', () => {
  const { message } = s3Error(named('InvalidPart', 400), 's3://b') as UserError
  assert.match(message, /up to 58 GiB; use strategy external/)
  assert.match(readFileSync(new URL('../../../docs/destinations.md', import.meta.url), 'utf8'), new RegExp(`up to ${ALIKE_GIB} GiB each`))
  const sizes = partSizes()
  const first = sizes.next().value as number
  for (let stored = first; stored + first <= ALIKE_GIB * 2 ** 30; stored += first) assert.equal(sizes.next().value, first)
})
