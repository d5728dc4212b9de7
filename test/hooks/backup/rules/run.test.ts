import assert from 'node:assert/strict'
import { test } from 'node:test'
import { play, type Scene } from '../scene.ts'

const rows: readonly [string, Scene, string | undefined][] = [
  ['nothing to back up', { spec: { volumes: [] } }, 'NoVolumesMatched'],
  ['a policy that has no name', { spec: { policy: 'prod/nightly' } }, 'InvalidSpec'],
  ['a policy with the longest of names', { spec: { policy: `${'a'.repeat(250)}.b` } }, 'Running'],
  ['a mover strategy without repository', { spec: { repositoryRef: undefined } }, 'InvalidSpec'],
  ['custom without a command', { spec: { strategy: 'custom', image: 'postgres' } }, 'InvalidSpec'],
  ['custom without an image', { spec: { strategy: 'custom', custom: { command: ['true'] } } }, 'InvalidSpec'],
  ['custom with both', { spec: { strategy: 'custom', image: 'postgres', custom: { command: ['true'] } } }, 'Running'],
  ['snapshots in a cluster without their API', { spec: { strategy: 'snapshot', repositoryRef: undefined }, snapshots: null }, 'SnapshotsUnavailable'],
]

for (const [sentence, scene, reason] of rows) {
  test(`${sentence} → ${reason}`, async () => {
    const { status, names, effects } = await play(scene)
    assert.equal(status.reason, reason)
    if (reason === 'Running') return
    assert.equal(status.phase, 'Failed')
    assert.deepEqual(names, [])
    assert.equal(effects.length, 1, 'one Event')
    assert.deepEqual(status.conditions?.map(({ type, status: holds }) => [type, holds]), [['Ready', 'False'], ['Reconciling', 'False'], ['Stalled', 'True']])
  })
}
