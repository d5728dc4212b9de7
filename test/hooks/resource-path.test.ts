import assert from 'node:assert/strict'
import test from 'node:test'
import { isObjectName, isResourceKind, resourcePath } from '../../hooks/resource-path.ts'

test('paths of objects and collections', () => {
  assert.equal(resourcePath('Backup', { namespace: 'shop', name: 'a' }), '/apis/holdfast.dev/v1alpha1/namespaces/shop/backups/a')
  assert.equal(resourcePath('Pod', { namespace: 'shop' }), '/api/v1/namespaces/shop/pods')
  assert.equal(resourcePath('PersistentVolume', { name: 'pv-1' }), '/api/v1/persistentvolumes/pv-1')
  assert.equal(resourcePath('VolumeSnapshotClass', {}), '/apis/snapshot.storage.k8s.io/v1/volumesnapshotclasses')
})

test('a cluster-scoped object has no namespace in its path', () => {
  assert.equal(resourcePath('PersistentVolume', { namespace: 'shop', name: 'pv-1' }), '/api/v1/persistentvolumes/pv-1')
})

test('a namespaced object needs its namespace', () => {
  assert.throws(() => resourcePath('Backup', { name: 'a' }), /needs a namespace/)
})

test('a name cannot climb to another resource', () => {
  for (const name of ['..', '.', '../../secrets', 'a/b', 'a?x=1', 'a#b', '%2e%2e', '']) {
    assert.throws(() => resourcePath('Pod', { namespace: 'shop', name }), { name: 'UserError', reason: 'InvalidSpec' }, name)
    assert.throws(() => resourcePath('Pod', { namespace: name, name: 'a' }), { name: 'UserError' }, name)
  }
})

test('names are DNS subdomains', () => {
  for (const name of ['a', 'a-b.c', '0', 'x'.repeat(253)]) assert.equal(isObjectName(name), true, name)
  for (const name of ['A', '-a', 'a-', 'a_b', 'x'.repeat(254)]) assert.equal(isObjectName(name), false, name)
})

test('only listed kinds are kinds', () => {
  assert.equal(isResourceKind('Backup'), true)
  for (const kind of ['Secret', 'constructor', '__proto__']) assert.equal(isResourceKind(kind), false, kind)
})
