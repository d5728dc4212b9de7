import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { UserError } from '../../../lib/errors.ts'
import { EXIT } from '../../../plugin/cli/exit-code.ts'
import { describeFailure, exitCodeOf, Failure, usageFailure } from '../../../plugin/cli/failure.ts'

describe('exit codes', () => {
  it('are frozen: scripts depend on them', () => {
    assert.deepEqual(EXIT, { ok: 0, failed: 1, usage: 2, partial: 3, forbidden: 4, notFound: 5, timeout: 8, interrupted: 130 })
  })
  it('come with the failure', () => {
    assert.equal(exitCodeOf(new Failure('x', EXIT.notFound)), 5)
    assert.equal(exitCodeOf(usageFailure('x')), 2)
    assert.equal(exitCodeOf(new Error('x')), 1)
  })
})

describe('describeFailure', () => {
  it('tells a failure without a stack', () => assert.equal(describeFailure(new Failure('no such thing')), 'Error: no such thing\n'))
  it('tells the errors of lib as they are', () => assert.equal(describeFailure(new UserError('InvalidSpec', 'bad size')), 'Error: bad size\n'))
  it('asks to report a bug, with its stack', () => assert.match(describeFailure(new TypeError('x is undefined')), /^Error: this is a bug .*\nTypeError: x is undefined\n +at /))
})
