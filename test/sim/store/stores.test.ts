import assert from 'node:assert/strict'
import { test } from 'node:test'
import { storeOf } from '../../../hooks/jobs/store.ts'
import { createDisks } from './disks.ts'
import { locationOf } from './stores.ts'

const locations: readonly [string, Parameters<typeof storeOf>[0], string, string][] = [
  ['s3', { type: 's3', url: 's3://bucket/deep/er' }, '', 's3://bucket/deep/er/shop'],
  ['pvc', { type: 'pvc', url: 'pvc://vault/sub' }, 'pvc://shop/vault', 'pvc://shop/vault/sub/shop'],
  ['nfs', { type: 'nfs', url: 'nfs://filer/exports' }, 'nfs://filer/exports', 'nfs://filer/exports/shop'],
]

for (const [what, spec, mount, expected] of locations) {
  test(`the location of a ${what} destination ends in the namespace: ${expected}`, () => {
    assert.equal(locationOf(storeOf(spec, 'shop'), mount), expected)
  })
}

test('disks: what is made or taken twice stays as it is; what is not there is not written', () => {
  const disks = createDisks()
  disks.create('volume', 'a')
  disks.create('volume', 'b')
  assert.equal(disks.snapshot('volume', 'snapshot'), true)
  disks.write('volume', 'c')
  assert.equal(disks.snapshot('volume', 'snapshot'), true)
  assert.equal(disks.snapshot('none', 'other'), false)
  disks.write('none', 'x')
  assert.deepEqual([disks.read('volume'), disks.read('snapshot'), disks.read('none'), disks.volumes(), disks.snapshots()], ['c', 'a', undefined, ['volume'], ['snapshot']])
  disks.remove('volume')
  assert.deepEqual([disks.read('volume'), disks.read('snapshot'), disks.snapshot('volume', 'snapshot')], [undefined, 'a', true])
})
