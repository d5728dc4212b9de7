import assert from 'node:assert/strict'
import test from 'node:test'
import { customizeRestore } from '../../../hooks/restore/customize.ts'
import { restore } from './samples.ts'

const common = [
  { apiVersion: 'holdfast.dev/v1alpha1', resource: 'backuprepositories', namespace: 'shop' },
  { apiVersion: 'v1', resource: 'persistentvolumeclaims', namespace: 'shop', labelSelector: { matchLabels: { 'holdfast.dev/restore': 'again' } } },
]

test('relates the Backup by its name, all repositories, and the claims it makes', () => {
  const rules = customizeRestore(restore({ backup: 'b', volumes: [{ source: 'data', target: 'copy' }, { source: 'logs' }] }))
  assert.deepEqual(rules, [
    { apiVersion: 'holdfast.dev/v1alpha1', resource: 'backups', namespace: 'shop', names: ['b'] }, ...common,
    { apiVersion: 'v1', resource: 'persistentvolumeclaims', namespace: 'shop', names: ['copy', 'logs'] },
  ])
})

test('relates every Backup of a policy, and sends no empty list of names, which would select everything', () => {
  assert.deepEqual(customizeRestore(restore({ policy: 'nightly' })), [
    { apiVersion: 'holdfast.dev/v1alpha1', resource: 'backups', namespace: 'shop', labelSelector: { matchLabels: { 'holdfast.dev/policy': 'nightly' } } }, ...common,
  ])
})

test('leaves out the Backups of what is no name: Metacontroller could not make a selector of it', () => {
  for (const policy of ['prod/nightly', 'a,b', 'Nightly', '']) assert.deepEqual(customizeRestore(restore({ policy })), common)
})

test('does not depend on the status', () => {
  assert.deepEqual(customizeRestore(restore({ policy: 'nightly' }, { backup: 'x', phase: 'Running' })), customizeRestore(restore({ policy: 'nightly' })))
})
