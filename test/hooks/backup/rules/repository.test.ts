import assert from 'node:assert/strict'
import { test } from 'node:test'
import { repository } from '../objects.ts'
import { play, type Scene } from '../scene.ts'

const gone = { ...repository('Ready'), metadata: { ...repository('Ready').metadata, deletionTimestamp: '2026-11-21T01:00:00Z' } }
const projected = { ...repository('Ready'), metadata: { name: 'cluster-main', namespace: 'shop' } }

const edited = { ...repository('Ready', { observedGeneration: 1, message: 'backups can be written' }), metadata: { ...repository('Ready').metadata, generation: 2 } }

const rows: readonly [string, Scene, string, RegExp?][] = [
  ['a ready repository', {}, 'Running'],
  ['one that has not been checked', { repository: repository('New') }, 'Queued', /not been checked|not ready/],
  ['one that was edited since its check', { repository: edited }, 'Queued', /not been checked yet/],
  ['one that failed its check', { repository: repository('Failed', { reason: 'BucketNotFound', message: 'no bucket x' }) }, 'Queued', /BucketNotFound: no bucket x/],
  ['one that is not there', { repository: null }, 'Queued', /"store" does not exist in namespace shop/],
  ['one that is being deleted', { repository: gone }, 'Queued', /is being deleted/],
  ['the projection of a cluster repository', { repository: projected, spec: { repositoryRef: { kind: 'ClusterBackupRepository', name: 'main' } } }, 'Running'],
  ['no repository at all for snapshots', { repository: null, spec: { strategy: 'snapshot', repositoryRef: undefined }, claims: [] }, 'Failed'],
]

for (const [sentence, scene, phase, message] of rows) {
  test(`${sentence} → ${phase}`, async () => {
    const { status } = await play(scene)
    assert.equal(status.phase, phase)
    if (message) assert.match(status.message ?? '', message)
  })
}

test('a mover is told which restic repository was found, so that it makes no other one', async () => {
  const { children } = await play({ repository: repository('Ready', { resticId: 'abc' }) })
  assert.match(JSON.stringify(children[0]?.spec), /resticId.{5}abc/)
})
