import assert from 'node:assert/strict'
import test from 'node:test'
import { restoreHook } from '../../../hooks/restore/hook.ts'
import { restoreJob } from '../../../hooks/restore/restore-job.ts'
import type { RestoreSpec } from '../../../schemas/generated/types.ts'
import { matchesGolden } from '../jobs/golden.ts'
import { backup, claim, content, point, repository, restore, snapshot, snapshotPoint } from './samples.ts'
import { heldVolume, OWNED, sceneInput, volumeInput, type Scene } from './scene.ts'

const spec: RestoreSpec = { backup: 'nightly-20261121-0200', volumes: [{ source: 'data', target: 'data-copy', size: '2Gi', labels: { app: 'shop' } }], mover: { startupTimeoutSeconds: 300, runAs: 'user' } }
const absent = { 'data-copy': null, 'again-tmp-data-copy': null }
const ours = { 'data-copy': null, 'again-tmp-data-copy': claim('again-tmp-data-copy', { metadata: OWNED, spec: { volumeName: 'pv-1' }, status: { phase: 'Bound' } }) }
const snapshots = [backup({ spec: { strategy: 'snapshot', repositoryRef: undefined }, volumes: [snapshotPoint('data')] })]
const ready = { snapshots: { 'snap-data': snapshot('snap-data') }, contents: { 'content-of-snap-data': content('data') } }
const custom = { command: ['pg_dump', 'shop'], restoreCommand: ['psql', 'shop'] }

const goldens: Readonly<Record<string, Scene>> = {
  'first-sync': { restore: restore(spec), observed: { claims: absent } },
  'external-job': { restore: restore(spec), observed: { claims: ours } },
  'tar-job': { restore: restore(spec), backups: [backup({ spec: { strategy: 'tar' } })], observed: { claims: ours } },
  'custom-job': { restore: restore(spec), backups: [backup({ spec: { strategy: 'custom', image: 'postgres:16', custom } })], observed: { claims: ours } },
  'snapshot-claim': { restore: restore(spec), backups: snapshots, repositories: [], observed: { claims: absent, ...ready } },
  'snapshot-prime-job': { restore: restore(spec), backups: snapshots, repositories: [], observed: { claims: ours, ...ready } },
  'publish': { restore: restore(spec), observed: { claims: absent, persistentVolumes: [heldVolume({ target: 'data-copy' })] } },
  'target-exists': { restore: restore(spec), observed: { claims: { ...absent, 'data-copy': claim('data-copy') } } },
  'finalize': { restore: restore(spec), finalizing: true, observed: { claims: { 'data-copy': null }, persistentVolumes: [heldVolume({ target: 'data-copy' })] } },
}

for (const [name, scene] of Object.entries(goldens)) {
  test(`golden request and answer: ${name}`, () => {
    const input = sceneInput(scene)
    matchesGolden({ ...input, answer: restoreHook.decide(input) }, new URL(`golden/${name}.json`, import.meta.url))
  })
}

test('a custom volume without restoreCommand is written by the mover itself', () => {
  const job = restoreJob(volumeInput({ backups: [backup({ spec: { strategy: 'custom', image: 'postgres:16', custom: { command: ['x'] } }, volumes: [point('data')] })], repositories: [repository()] }))
  assert.ok(!JSON.stringify(job).includes('postgres:16'))
})

test('the prime Job of a snapshot has no group that would change the owner of files, and mounts read-only', () => {
  const text = JSON.stringify(restoreJob(volumeInput({ backups: snapshots })))
  assert.ok(!text.includes('fsGroup') && text.includes('"readOnly":true') && text.includes('"command":["true"]'))
})
