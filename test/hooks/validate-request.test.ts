import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import test from 'node:test'
import { customizeParent, syncRequest } from '../../hooks/validate-request.ts'
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
  { says: 'finalizing missing', body: body({ finalizing: undefined }), message: /finalizing is undefined/ },
]
for (const { says, body: given, message } of refused) {
  test(`refused: ${says}`, () => assert.throws(() => syncRequest(given, hook, false), { status: 400, message }))
}

test('a finalize request belongs to the finalize hook', () => {
  assert.equal(syncRequest(body({ finalizing: true }), hook, true).finalizing, true)
  assert.throws(() => syncRequest(body(), hook, true), { status: 400 })
})

test('a related group that was asked for must be there: missing is not empty', () => {
  const asking = registered(undefined, { customize: () => [{ apiVersion: 'v1', resource: 'persistentvolumeclaims', namespace: 'shop' }] })
  assert.throws(() => syncRequest(body(), asking, false), { status: 400, message: /no group PersistentVolumeClaim.v1.*within 20 minutes/ })
  assert.ok(syncRequest(body({ related: { 'PersistentVolumeClaim.v1': {} } }), asking, false))
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
  const request = syncRequest({ ...recorded, parent: { ...parent, metadata: { ...parent.metadata, namespace: 'default' } } }, hook, false)
  assert.deepEqual(Object.keys(request.children), Object.keys(children))
})
