import assert from 'node:assert/strict'
import test from 'node:test'
import { framesOf, Problem, problemOf } from '../../hooks/problem.ts'
import { TransientError, UserError } from '../../lib/errors.ts'

const cases = [
  { says: 'what time mends comes back after exactly that time', error: new TransientError('ApiUnavailable', 'away'), status: 429, headers: { 'Retry-After': '5' } },
  { says: 'a conflict comes back soon', error: new TransientError('ApiConflict', 'changed'), status: 429, headers: { 'Retry-After': '1' } },
  { says: 'what a person mends is told to him', error: new UserError('TargetExists', 'in the way'), status: 422, headers: {} },
  { says: 'anything else is a bug', error: new TypeError('x is undefined'), status: 500, headers: {} },
  { says: 'even a thrown string', error: 'text', status: 500, headers: {} },
]
for (const { says, error, status, headers } of cases) {
  test(says, () => {
    const problem = problemOf(error)
    assert.deepEqual([problem.status, problem.headers, problem.cause], [status, headers, error])
    assert.ok(problem.message.includes(error instanceof Error ? error.message : error))
  })
}

test('a problem stays what it is', () => {
  const problem = new Problem(404, 'NotFound', { message: 'no' })
  assert.equal(problemOf(problem), problem)
})

test('every 429 says when to come back: without that Metacontroller would not wait at all', () => {
  for (const reason of ['ApiUnavailable', 'ApiConflict', 'StoreUnreachable'] as const) {
    assert.ok(Number(problemOf(new TransientError(reason, 'x')).headers['Retry-After']) >= 1)
  }
})

test('what a parser quotes is not told, and no message is long', () => {
  assert.doesNotMatch(problemOf(new SyntaxError('Unexpected token, "sw0rdfish" is not valid JSON')).message, /sw0rdfish/)
  assert.equal(new Problem(400, 'InvalidRequest', { message: 'x'.repeat(100_000) }).message.length, 2000)
})

test('frames tell where, not what', () => {
  assert.match(framesOf(new Error('sw0rdfish')) ?? '', /^    at [\s\S]*problem.test.ts/)
  assert.doesNotMatch(framesOf(new Error('sw0rdfish\nsw0rdfish')) ?? '', /sw0rdfish/)
  assert.equal(framesOf('text'), undefined)
})
