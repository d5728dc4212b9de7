import assert from 'node:assert/strict'
import test from 'node:test'
import { storageLeft } from './leftovers.ts'

const held = [{ id: 'snapshot-1', volume: 'volume-1' }, { id: 'snapshot-2', volume: 'volume-1' }]

const rows: readonly (readonly [says: string, volumes: readonly string[], snapshots: readonly string[], left: number])[] = [
  ['each has its content', ['volume-1'], ['snapshot-1', 'snapshot-2'], 0],
  ['one has none', ['volume-1'], ['snapshot-2'], 1],
  ['none has any', ['volume-1'], [], 2],
  ['they are of volumes of another namespace', ['volume-2'], [], 0],
]
for (const [says, volumes, snapshots, left] of rows) {
  test(`snapshots in the storage: ${says}`, () => assert.equal(storageLeft(held, { volumes, snapshots }).length, left))
}
