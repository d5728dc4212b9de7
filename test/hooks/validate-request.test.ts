import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import test from 'node:test'
import { customizeParent, requireParent, syncRequest } from '../../hooks/validate-request.ts'
import { body, child, parent, registered } from './fake-hook.ts'

const hook = registered()

test('a good request comes through as it is', () => {
  const children = { 'Job.batch/v1': { 'shop/store-check-1': child } }
  assert.deepEqual(syncRequest(body({ children }), hook, false), { parent, children, related: {}, finalizing: false })
})

const refused = [
  { says: 'no object', body: 'text', message: /must be an object, got string/ },
  { says: 'no parent', body: body({ parent: undefined }), message: /parent must be an object/ },
  { says: 'a parent without a name', body: body({ parent: { ...parent, metadata: { namespace: 'shop' } } }), message: /no apiVersion, kind or metadata.name/ },
  { says: 'a parent of another kind', body: body({ parent: { ...parent, kind: 'Backup' } }), message: /parent is a holdfast.dev\/v1alpha1 Backup/ },
  { says: 'a parent of another group', body: body({ parent: { ...parent, apiVersion: 'example.com/v1' } }), message: /parent is a example.com/ },
  { says: 'a parent without a namespace', body: body({ parent: { ...parent, metadata: { name: 'store', uid: 'u' } } }), message: /must have a namespace/ },
  { says: 'related missing', body: body({ related: undefined }), message: /related must be an object/ },
  { says: 'children as a list', body: body({ children: [] }), message: /children must be an object, got a list/ },
  { says: 'a group that is null', body: body({ children: { 'Job.batch/v1': null } }), message: /Job.batch\/v1\] must be an object, got null/ },
  { says: 'a child that is null', body: body({ children: { 'Job.batch/v1': { 'shop/a': null } } }), message: /got null/ },
  { says: 'keys of hook version v1', body: body({ children: { 'Job.batch/v1': { [child.metadata.name]: child } } }), message: /set version: v2/ },
  { says: 'no group for a declared child kind', body: body({ children: {} }), message: /no group Job.batch\/v1: add the resource to childResources/ },
  { says: 'finalizing missing', body: body({ finalizing: undefined }), message: /finalizing is not false/ },
  { says: 'finalizing that is no yes or no', body: body({ finalizing: { token: 'sw0rdfish' } }), message: /^[^{]*finalizing is not false[^{]*$/ },
]
for (const { says, body: given, message } of refused) {
  test(`refused: ${says}`, () => assert.throws(() => syncRequest(given, hook, false), { status: 400, message }))
}

const job = (changes: object) => ({ ...child, metadata: { ...child.metadata, ...changes } })
const misplaced = [
  { says: 'a child in a group of another kind', children: { 'Job.batch/v1': { 'shop/store-check-1': { ...child, kind: 'Pod' } } }, message: /is a Pod.batch\/v1/ },
  { says: 'a child of another version', children: { 'Job.batch/v1': { 'shop/store-check-1': { ...child, apiVersion: 'batch/v2' } } }, message: /is a Job.batch\/v2/ },
  { says: 'a child in another namespace', children: { 'Job.batch/v1': { 'bank/store-check-1': job({ namespace: 'bank' }) } }, message: /not in namespace shop of its parent/ },
  { says: 'a child without a namespace', children: { 'Job.batch/v1': { 'store-check-1': job({ namespace: undefined }) } }, message: /not in namespace shop/ },
  { says: "another parent's child", children: { 'Job.batch/v1': { 'shop/store-check-1': job({ ownerReferences: [{ controller: true, uid: 'other', name: 'store' }] }) } }, message: /belongs to another parent/ },
  { says: 'children of a kind that this version does not make', children: { 'Job.batch/v1': {}, 'Role.v1': { 'shop/x': { apiVersion: 'v1', kind: 'Role', metadata: { name: 'x', namespace: 'shop' } } } }, message: /Role.v1, which this version makes for no BackupRepository/ },
  { says: 'a label that is no text', children: { 'Job.batch/v1': { 'shop/store-check-1': job({ labels: { a: 1 } }) } }, message: /labels\/a must be string/ },
]
for (const { says, children, message } of misplaced) {
  test(`refused: ${says}`, () => assert.throws(() => syncRequest(body({ children: JSON.parse(JSON.stringify(children)) as object }), hook, false), { status: 400, message }))
}

test('an object of another namespace is no knowledge about this one; one of the whole cluster is', () => {
  const related = (namespace?: string) => ({ 'Thing.v1': { [namespace === undefined ? 'x' : `${namespace}/x`]: { apiVersion: 'v1', kind: 'Thing', metadata: { name: 'x', namespace } } } })
  assert.throws(() => syncRequest(body({ related: related('bank') }), hook, false), { status: 400, message: /not in namespace shop/ })
  assert.ok(syncRequest(body({ related: related('shop') }), hook, false))
  assert.ok(syncRequest(body({ related: related() }), hook, false))
})

test('a child that was adopted a moment ago has no owner yet; a group of an unknown kind may be empty', () => {
  const ownerReferences = [{ controller: false, uid: 'other', name: 'x' }]
  assert.ok(syncRequest(body({ children: { 'Job.batch/v1': { 'shop/store-check-1': job({ ownerReferences }) }, 'Role.v1': {} } }), hook, false))
})

test('a finalize request belongs to the finalize hook', () => {
  assert.equal(syncRequest(body({ finalizing: true }), hook, true).finalizing, true)
  assert.throws(() => syncRequest(body(), hook, true), { status: 400 })
})

test('a related group that was asked for must be there: missing is not empty', () => {
  const asking = registered(undefined, { customize: () => [{ apiVersion: 'v1', resource: 'persistentvolumeclaims', namespace: 'shop' }] })
  assert.throws(() => syncRequest(body(), asking, false), { status: 400, message: /no group PersistentVolumeClaim.v1.*within 20 minutes/ })
  assert.ok(syncRequest(body({ related: { 'PersistentVolumeClaim.v1': {} } }), asking, false))
})

test('a parent that was read since must fit as the first did, and what it asks for now be there', () => {
  const checked = syncRequest(body(), hook, false)
  requireParent(checked, hook)
  assert.throws(() => requireParent({ ...checked, parent: { ...parent, spec: { type: 'ftp' } } }, hook), { status: 422 })
  const asking = registered(undefined, { customize: () => [{ apiVersion: 'v1', resource: 'persistentvolumeclaims', namespace: 'shop' }] })
  assert.throws(() => requireParent(checked, asking), { status: 400, message: /no group PersistentVolumeClaim.v1/ })
})

const misfits = [
  { says: 'an unknown field', spec: { ...parent.spec as object, bucket: 'x' }, message: /additional properties \(bucket\)/ },
  { says: 'a value that is not allowed', spec: { type: 'ftp', url: 'ftp://x' }, message: /\/spec\/type.*\(s3, nfs, pvc\)/ },
  { says: 'a missing field', spec: { type: 's3' }, message: /required property 'url'/ },
]
for (const { says, spec, message } of misfits) {
  test(`a parent with ${says} does not fit its schema`, () => {
    assert.throws(() => syncRequest(body({ parent: { ...parent, spec } }), hook, false), { status: 422, message })
    assert.throws(() => customizeParent({ parent: { ...parent, spec } }, hook), { status: 422, message })
  })
}

test('a message about a misfit holds no value of it', () => {
  const spec = { type: 's3', url: 's3://x', endpoint: 'ftp://user:sw0rdfish@host' }
  assert.throws(() => syncRequest(body({ parent: { ...parent, spec } }), hook, false), (error: Error) => !error.message.includes('sw0rdfish'))
})

test('requests that Metacontroller really sent have this shape', () => {
  const recorded = JSON.parse(readFileSync(new URL('fixtures/sync-v2.json', import.meta.url), 'utf8')) as Record<string, unknown>
  const children = recorded.children as Record<string, object>
  const { name, uid } = (recorded.parent as typeof parent).metadata
  const knowing = { ...hook, children: { always: [...hook.children.always, 'ConfigMap.v1'], sometimes: [] } }
  const request = syncRequest({ ...recorded, parent: { ...parent, metadata: { ...parent.metadata, namespace: 'default', name, uid } } }, knowing, false)
  assert.deepEqual(Object.keys(request.children), Object.keys(children))
})
