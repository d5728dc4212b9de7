import assert from 'node:assert/strict'
import test from 'node:test'
import { requireDescribed } from '../../../hooks/backup/described.ts'
import { requestFacts } from '../../../hooks/backup/facts.ts'
import { claim } from './objects.ts'
import { play, requestOf, type Scene } from './scene.ts'

const moved = { pvc: 'data', phase: 'Completed', jobName: 'nightly-1-backup-data' } as const
const snapped = { pvc: 'data', phase: 'Completed', snapshotName: 'nightly-1-snap-data' } as const

const rows: readonly (readonly [sentence: string, scene: Scene, described: boolean])[] = [
  ['a status that fits the spec is described', { status: { volumes: [moved] } }, true],
  ['no status is', {}, true],
  ['a volume that the spec does not name is not', { spec: { volumes: ['wal'] }, status: { volumes: [moved] } }, false],
  ['nor is one that a Job moved, in a spec of snapshots', { spec: { strategy: 'snapshot' }, status: { volumes: [moved] } }, false],
  ['nor a snapshot, in a spec of moves', { status: { volumes: [snapped] } }, false],
]
for (const [sentence, scene, described] of rows) {
  test(sentence, () => {
    const check = () => requireDescribed(requestFacts(requestOf(scene)))
    if (described) check()
    else assert.throws(check, { name: 'UserError', reason: 'InvalidSpec' })
  })
}

test('a record whose spec was emptied does not go without its data', async () => {
  const status = { phase: 'Deleting', deletion: { requestedBy: 'alice' }, volumes: [snapped] } as const
  await assert.rejects(play({ spec: { strategy: 'snapshot', volumes: [] }, status: { ...status, volumes: [...status.volumes] } }), { reason: 'InvalidSpec' })
})

test('a claim may be called constructor, and is missing when it is not there', async () => {
  const { status } = await play({ spec: { volumes: ['constructor'] }, claims: [] })
  assert.equal(status.volumes?.[0]?.reason, 'VolumeNotFound')
  const present = await play({ spec: { volumes: ['constructor'] }, claims: [claim('constructor')] })
  assert.deepEqual(present.names, ['nightly-1-backup-constructor'])
})

for (const startTime of ['2026-11-21T23:59:60Z', '9999-12-31T23:59:59Z']) {
  test(`a start at ${startTime} makes nothing late`, async () => {
    const { status, resync = 0 } = await play({ status: { phase: 'Running', startTime, volumes: [{ pvc: 'data', phase: 'Running' }] } })
    assert.equal(status.phase, 'Running')
    assert.ok(resync <= 86_400)
  })
}
