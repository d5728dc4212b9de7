import assert from 'node:assert/strict'
import { test } from 'node:test'
import { claimDestination, nfsDestination, storeOf } from '../../../hooks/jobs/store.ts'
import { UserError } from '../../../lib/errors.ts'
import type { BackupRepositorySpec, Task } from '../../../schemas/generated/types.ts'

const cases: readonly [string, BackupRepositorySpec, Task['store']][] = [
  ['a bucket alone', { type: 's3', url: 's3://b' }, { type: 's3', bucket: 'b', prefix: 'shop' }],
  ['a bucket and a prefix with stray slashes', { type: 's3', url: 's3://b//a/c//' }, { type: 's3', bucket: 'b', prefix: 'a/c/shop' }],
  ['everything S3 knows', { type: 's3', url: 's3://b/p', endpoint: 'http://m', region: 'r', storageClass: 'GLACIER' },
    { type: 's3', bucket: 'b', prefix: 'p/shop', endpoint: 'http://m', region: 'r', storageClass: 'GLACIER' }],
  ['a claim', { type: 'pvc', url: 'pvc://c' }, { type: 'directory', path: '/repository/shop' }],
  ['a path in a claim', { type: 'pvc', url: 'pvc://c/a/b/' }, { type: 'directory', path: '/repository/a/b/shop' }],
  ['an NFS export: its path is in the mount', { type: 'nfs', url: 'nfs://s/a/b' }, { type: 'directory', path: '/repository/shop' }],
]

for (const [what, spec, store] of cases) test(what, () => assert.deepEqual(storeOf(spec, 'shop'), store))

test('parts of a claim and of an NFS export', () => {
  assert.deepEqual(claimDestination({ type: 'pvc', url: 'pvc://c/a' }), { claim: 'c', subPath: 'a' })
  assert.deepEqual(nfsDestination({ type: 'nfs', url: 'nfs://s/a/b' }), { server: 's', path: '/a/b' })
})

const bad: readonly [string, () => unknown][] = [
  ['a scheme of another type', () => storeOf({ type: 's3', url: 'pvc://b' }, 'shop')],
  ['no bucket', () => storeOf({ type: 's3', url: 's3://' }, 'shop')],
  ['a way out of the prefix', () => storeOf({ type: 's3', url: 's3://b/mine/../theirs' }, 'shop')],
  ['a dot in the prefix', () => storeOf({ type: 's3', url: 's3://b/./mine' }, 'shop')],
  ['two dots for a bucket', () => storeOf({ type: 's3', url: 's3://../mine' }, 'shop')],
  ['no claim', () => claimDestination({ type: 'pvc', url: 'pvc:///' })],
  ['a way out of the claim', () => claimDestination({ type: 'pvc', url: 'pvc://c/../d' })],
  ['two dots for a claim', () => claimDestination({ type: 'pvc', url: 'pvc://../d' })],
  ['two dots for a server', () => nfsDestination({ type: 'nfs', url: 'nfs://../a' })],
  ['NFS without a path', () => nfsDestination({ type: 'nfs', url: 'nfs://server' })],
]

for (const [what, read] of bad) {
  test(`${what} is refused`, () => {
    assert.throws(read, (error) => error instanceof UserError && error.reason === 'InvalidDestination' && /spec\.url/.test(error.message))
  })
}
