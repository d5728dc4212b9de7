import assert from 'node:assert/strict'
import test from 'node:test'
import { TransientError, UserError } from '../../../lib/errors.ts'
import { resticError } from '../../../mover/restic/errors.ts'
import { bench } from '../context.ts'

/** How restic 0.14 tells, with --json, of a lock that it could not write: the cause, where, and last what it wanted. */
const TRACE = 'github.com/restic/restic/internal/backend/local.(*Local).Save\n\tgithub.com/restic/restic/internal/backend/local/local.go:170\nunable to create lock in backend'

/** What restic says of a file that it leaves out. */
const FILE = '{"message_type":"error","error":{"message":"open /volumes/data/closed: permission denied"},"during":"archival","item":"/volumes/data/closed"}'

/** What it asks after every failure to open a repository, whatever the cause. */
const ASKS = '\nIs there a repository at the following location?\ns3:http://10.0.0.1:9000/b/p'

const cases: readonly (readonly [string, number, string, string, typeof UserError | typeof TransientError])[] = [
  ['wrong password (0.17 and newer)', 12, '{"message_type":"exit_error","code":12,"message":"Fatal: wrong password or no key found"}', 'WrongKey', UserError],
  ['wrong password (older)', 1, 'Fatal: wrong password or no key found', 'WrongKey', UserError],
  ['locked (0.17 and newer)', 11, '', 'RepositoryLocked', TransientError],
  ['locked (older)', 1, 'Fatal: unable to create lock in backend: repository is already locked exclusively by PID 7', 'RepositoryLocked', TransientError],
  ['locked (older, and no cache)', 1, 'unable to open cache: mkdir /.cache: permission denied\nFatal: unable to create lock in backend: repository is already locked by PID 7', 'RepositoryLocked', TransientError],
  ['no room for a lock (0.14)', 1, `write /store/locks/adfb-tmp-40: no space left on device\n${TRACE}`, 'StoreFull', UserError],
  ['no room for a lock (newer)', 1, 'Fatal: unable to create lock in backend: write /store/locks/adfb-tmp-40: no space left on device', 'StoreFull', UserError],
  ['no room for a lock (S3)', 1, 'Fatal: unable to create lock in backend: client.PutObject: Storage backend has reached its minimum free drive threshold. Please delete a few objects to proceed.', 'StoreFull', UserError],
  ['a quota that is used up', 1, 'Fatal: unable to create lock in backend: write /store/locks/a-tmp-1: disk quota exceeded', 'StoreFull', UserError],
  ['a store that is read-only (0.14)', 1, `Save(<lock/916f>) returned error, retrying after 15.394871241s: open /store/locks/916f-tmp-9: read-only file system\n${TRACE}`, 'AccessDenied', UserError],
  ['a lock that may not be written (0.14)', 1, `open /store/locks/0ff2-tmp-20: permission denied\n${TRACE}`, 'AccessDenied', UserError],
  ['a lock that may not be written (S3)', 1, 'Fatal: unable to create lock in backend: client.PutObject: Access Denied.', 'AccessDenied', UserError],
  ['a lock that cannot be sent', 1, 'Fatal: unable to create lock in backend: Put "http://10.0.0.1:9000/b/locks/a": dial tcp 10.0.0.1:9000: connect: connection refused', 'StoreUnreachable', TransientError],
  ['no repository', 10, '', 'RepositoryMissing', UserError],
  ['no repository (older)', 1, `Fatal: unable to open config file: Stat: The specified key does not exist.${ASKS}`, 'RepositoryMissing', UserError],
  ['no repository (older, in a folder)', 1, `Fatal: unable to open config file: stat /store/config: no such file or directory${ASKS}`, 'RepositoryMissing', UserError],
  ['denied, as the repository is opened', 1, `Fatal: unable to open config file: Stat: Access Denied.${ASKS}`, 'AccessDenied', UserError],
  ['unreachable, as the repository is opened', 1, `Fatal: unable to open config file: Stat: Head "http://10.0.0.1:9000/b/config": dial tcp 10.0.0.1:9000: connect: connection refused${ASKS}`, 'StoreUnreachable', TransientError],
  ['a clock that is wrong, as the repository is opened', 1, `Fatal: unable to open config file: Stat: The difference between the request time and the server's time is too large.${ASKS}`, 'StoreUnreachable', TransientError],
  ['a clock that is wrong', 1, "client.PutObject: The difference between the request time and the server's time is too large.", 'StoreUnreachable', TransientError],
  ['damaged', 1, 'Fatal: config or key 1234 is damaged: ciphertext verification failed', 'RepositoryDamaged', UserError],
  ['a pack that is gone', 1, 'Load(<data/b117ce3da3>, 3000286, 0) returned error, retrying after 15.394871241s: open /store/data/b1/b117ce3d: no such file or directory\nignoring error for /d/f: StreamPack: open /store/data/b1/b117ce3d: no such file or directory\nFatal: There were 4 errors', 'RepositoryDamaged', UserError],
  ['a pack that is gone (S3)', 1, 'Load(<data/7b3a1ff3dc>, 3000155, 0) returned error, retrying after 15.394871241s: The specified key does not exist.\nFatal: There were 4 errors', 'RepositoryDamaged', UserError],
  ['an index that is gone', 1, 'ignoring error for /: id 3e643bbce79fc941646d89187cacb437dcb1058cff2aaf7d85e47377a0be26eb not found in repository\nFatal: There were 2 errors', 'RepositoryDamaged', UserError],
  ['a check that finds a pack gone', 1, 'pack 7b3a1ff3dc3010e9aeb82c3bde6b47093f3942dae8ae8b42ff68a79c1278f14f: does not exist\nFatal: repository contains errors', 'RepositoryDamaged', UserError],
  ['a check whose network fails', 1, 'pack 7b3a1ff3 failed to download: dial tcp 10.0.0.1:9000: connect: connection refused\nFatal: repository contains errors', 'StoreUnreachable', TransientError],
  ['full', 1, 'Save(<data/ab>) returned error: write: no space left on device', 'StoreFull', UserError],
  ['unreachable', 1, 'dial tcp 10.0.0.1:9000: connect: connection refused', 'StoreUnreachable', TransientError],
  ['denied', 1, 'client.PutObject: Access Denied.', 'AccessDenied', UserError],
  ['data that must be thawed', 1, "Load(<data/ab>): client.GetObject: The operation is not valid for the object's storage class", 'InvalidDestination', UserError],
  ['unreachable, after a file that could not be read', 1, `${FILE}\nFatal: unable to save snapshot: dial tcp 10.0.0.1:9000: connect: connection refused`, 'StoreUnreachable', TransientError],
  ['ended by something new, after a file on a full disk', 1, `${FILE.replace('permission denied', 'no space left on device')}\nFatal: something new`, 'MoverFailed', TransientError],
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

test('restic: on a full store, who was to free room is not told to delete and prune', () => {
  using here = bench()
  const said = (command: string) => resticError(command, { code: 1, stdout: '', stderr: 'write: no space left on device' }, here.context({})).message
  for (const command of ['forget', 'prune']) assert.match(said(command), /--max-repack-size 0.*--unsafe-recover-no-free-space/)
  assert.match(said('backup'), /delete backups and let the prune job run/)
})
