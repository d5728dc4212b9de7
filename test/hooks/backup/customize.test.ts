import assert from 'node:assert/strict'
import { test } from 'node:test'
import { customize } from '../../../hooks/backup/customize.ts'
import { requestOf } from './scene.ts'

test('a Backup sees its repository and its claims', () => {
  assert.deepEqual(customize(requestOf({ spec: { volumes: ['a', 'b'] } }).parent), [
    { apiVersion: 'holdfast.dev/v1alpha1', resource: 'backuprepositories', namespace: 'shop', names: ['store'] },
    { apiVersion: 'v1', resource: 'persistentvolumeclaims', namespace: 'shop', names: ['a', 'b'] },
  ])
})

test('no rule ever has an empty list of names, which would mean everything', () => {
  assert.deepEqual(customize(requestOf({ spec: { volumes: [], strategy: 'snapshot', repositoryRef: undefined } }).parent), [])
})

test('status and metadata change nothing: Metacontroller remembers the answer by generation', () => {
  const plain = customize(requestOf({}).parent)
  assert.deepEqual(customize(requestOf({ status: { phase: 'Completed' }, metadata: { annotations: { a: 'b' } } }).parent), plain)
})
