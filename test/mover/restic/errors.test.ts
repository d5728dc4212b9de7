import assert from 'node:assert/strict'
import test from 'node:test'
import { TransientError, UserError } from '../../../lib/errors.ts'
import { resticError } from '../../../mover/restic/errors.ts'
import { bench } from '../context.ts'

const cases: readonly (readonly [string, number, string, string, typeof UserError | typeof TransientError])[] = [
  ['wrong password (0.17 and newer)', 12, '{"message_type":"exit_error","code":12,"message":"Fatal: wrong password or no key found"}', 'WrongKey', UserError],
  ['wrong password (older)', 1, 'Fatal: wrong password or no key found', 'WrongKey', UserError],
  ['locked (0.17 and newer)', 11, '', 'RepositoryLocked', TransientError],
  ['locked (older)', 1, 'Fatal: unable to create lock in backend: repository is already locked exclusively by PID 7', 'RepositoryLocked', TransientError],
  ['no repository', 10, '', 'RepositoryMissing', UserError],
  ['damaged', 1, 'Fatal: config or key 1234 is damaged: ciphertext verification failed', 'RepositoryDamaged', UserError],
  ['full', 1, 'Save(<data/ab>) returned error: write: no space left on device', 'StoreFull', UserError],
  ['unreachable', 1, 'dial tcp 10.0.0.1:9000: connect: connection refused', 'StoreUnreachable', TransientError],
  ['denied', 1, 'client.PutObject: Access Denied.', 'AccessDenied', UserError],
  ['killed', 137, '', 'OutOfMemory', TransientError],
  ['anything else', 1, 'Fatal: something new', 'MoverFailed', TransientError],
]

for (const [sentence, code, stderr, reason, type] of cases) {
  test(`restic: ${sentence} is ${reason}`, () => {
    using here = bench()
    const error = resticError('backup', { code, stdout: '', stderr }, here.context({})) as UserError
    assert.ok(error instanceof type)
    assert.equal(error.reason, reason)
    assert.ok(error.message.length > 20 && !error.message.includes('message_type'))
  })
}
