import assert from 'node:assert/strict'
import test from 'node:test'
import { isRetainTwin } from '../../lib/retain-twin.ts'

const table: readonly [string, object, boolean][] = [
  ['with our label', { name: 'x', labels: { 'app.kubernetes.io/managed-by': 'holdfast' } }, true],
  ['whose label somebody took away', { name: 'holdfast-retain-fast' }, true],
  ['of a user', { name: 'fast', labels: { 'app.kubernetes.io/managed-by': 'helm' } }, false],
  ['of a user who likes the word', { name: 'holdfast-retained' }, false],
]
for (const [sentence, metadata, expected] of table) {
  test(`a class ${sentence} is ${expected ? '' : 'not '}a twin`, () => assert.equal(isRetainTwin({ apiVersion: 'v1', kind: 'VolumeSnapshotClass', metadata } as never), expected))
}
