import assert from 'node:assert/strict'
import test from 'node:test'
import { chooseBackup } from '../../../hooks/restore/choose-backup.ts'
import type { Backup, KubeObject, RestoreSpec } from '../../../schemas/generated/types.ts'
import { backup, claim, point, restore, snapshotPoint, START } from './samples.ts'
import { heldVolume, OWNED, PUBLISHED, sceneInput, type Scene } from './scene.ts'

const ended = (name: string, completionTime: string, changes: Partial<NonNullable<Backup['status']>> = {}) => backup({ name, status: { completionTime, ...changes } })
const monday = ended('monday', '2026-11-16T02:00:00Z')
const tuesday = ended('tuesday', '2026-11-17T02:00:00Z')
const friday = ended('friday', '2026-11-20T02:00:00Z', { phase: 'Failed' })
const saturday = ended('saturday', '2026-11-21T02:00:00Z', { phase: 'PartiallyFailed', volumes: [point('data'), point('logs', { phase: 'Failed' })] })
const leaving = backup({ name: 'leaving', status: { completionTime: '2026-11-22T02:00:00Z' }, annotations: { 'holdfast.dev/delete-requested': '{"requestedBy":"user"}' } })
const others = backup({ name: 'others', spec: { policy: 'weekly' }, status: { completionTime: '2026-11-23T02:00:00Z' } })
const all = [tuesday, saturday, monday, friday, leaving, others]

const moment = { now: START }

const rows: readonly [string, RestoreSpec, string | undefined][] = [
  ['the one that is named', { backup: 'friday' }, 'friday'],
  ['the newest whole one of the policy', { policy: 'nightly' }, 'tuesday'],
  ['a newer partial one when the volumes asked for are whole in it', { policy: 'nightly', volumes: [{ source: 'data' }] }, 'saturday'],
  ['not a partial one that lacks a volume', { policy: 'nightly', volumes: [{ source: 'data' }, { source: 'logs' }] }, 'tuesday'],
  ['the newest that had ended by a time', { policy: 'nightly', asOf: '2026-11-17T01:59:59Z' }, 'monday'],
  ['one that ended at that very time', { policy: 'nightly', asOf: '2026-11-17T02:00:00Z' }, 'tuesday'],
  ['none from before the first', { policy: 'nightly', asOf: '2026-11-01T00:00:00Z' }, undefined],
  ['none of an unknown policy', { policy: 'hourly' }, undefined],
]

for (const [sentence, spec, expected] of rows) {
  test(`chooses ${sentence}`, () => {
    const choice = chooseBackup(sceneInput({ restore: restore(spec), backups: all }).request, [], moment)
    assert.deepEqual([choice.name, choice.backup?.metadata.name, choice.begun], [expected, expected, false])
  })
}

const ahead = ended('ahead', '2026-11-21T09:00:01Z')
const further = ended('further', '2026-11-21T10:00:00Z')
const lost = ended('lost', '2026-11-21T03:00:00Z', { volumes: [snapshotPoint('data', { reason: 'SnapshotLost' }), snapshotPoint('logs')] })
const laterRows: readonly [string, readonly Backup[], RestoreSpec, string | undefined][] = [
  ['one of the past rather than one of the future', [...all, ahead], { policy: 'nightly' }, 'tuesday'],
  ['one of the future when there is no other', [ahead, friday], { policy: 'nightly' }, 'ahead'],
  ['of two of the future the newest', [ahead, further], { policy: 'nightly' }, 'further'],
  ['one that has ended this very second', [...all, ended('just', '2026-11-21T09:00:00Z')], { policy: 'nightly' }, 'just'],
  ['an older one when a snapshot of the newest is lost', [...all, lost], { policy: 'nightly' }, 'tuesday'],
  ['an older one when the snapshot asked for is lost', [...all, lost], { policy: 'nightly', volumes: [{ source: 'data' }] }, 'saturday'],
  ['the newest when a snapshot is lost that nobody asks for', [...all, lost], { policy: 'nightly', volumes: [{ source: 'logs' }] }, 'lost'],
  ['none when all is lost', [lost], { policy: 'nightly', volumes: [{ source: 'data' }] }, undefined],
]

for (const [sentence, backups, spec, expected] of laterRows) {
  test(`chooses ${sentence}`, () => {
    assert.equal(chooseBackup(sceneInput({ restore: restore(spec), backups }).request, [], moment).name, expected)
  })
}

test('of a policy it chooses the newest that the API server has, and takes it when the cache has it too', () => {
  const choose = (seen: readonly Backup[]) => chooseBackup(sceneInput({ restore: restore({ policy: 'nightly' }), backups: seen }).request, [], { ...moment, backups: all })
  const running = backup({ name: 'tuesday', status: { phase: 'Running' } })
  assert.deepEqual(choose([monday]), { name: 'tuesday', backup: undefined, begun: false })
  assert.deepEqual(choose([monday, running]), { name: 'tuesday', backup: running, begun: false })
  assert.deepEqual(choose(all), { name: 'tuesday', backup: tuesday, begun: false })
})

const marked = (object: KubeObject): KubeObject => ({ ...object, metadata: { ...object.metadata, annotations: { ...object.metadata.annotations, 'holdfast.dev/backup': 'monday' } } })
const traces: readonly [string, Scene, readonly KubeObject[]][] = [
  ['the status', { restore: restore({ policy: 'nightly' }, { backup: 'monday' }) }, []],
  ['a temporary claim', { children: [marked(claim('again-tmp-data', { metadata: OWNED }))] }, []],
  ['a Job', { children: [marked({ ...claim('again-restore-data', { metadata: OWNED }), kind: 'Job', apiVersion: 'batch/v1' })] }, []],
  ['a published claim', { relatedClaims: [marked(claim('data', { metadata: PUBLISHED }))] }, []],
]

for (const [sentence, scene, held] of traces) {
  test(`keeps to what ${sentence} says, although there is a newer one`, () => {
    const choice = chooseBackup(sceneInput({ restore: restore({ policy: 'nightly' }), backups: all, ...scene }).request, held, moment)
    assert.deepEqual([choice.name, choice.begun], ['monday', true])
  })
}

test('keeps to what a volume that is handed over says', () => {
  const choice = chooseBackup(sceneInput({ restore: restore({ policy: 'nightly' }), backups: all }).request, [heldVolume()], moment)
  assert.deepEqual(choice, { name: 'nightly-20261121-0200', backup: undefined, begun: true })
})

test('a claim that only has the label of the restore does not decide', () => {
  const foreign = marked(claim('data', { metadata: { annotations: { 'holdfast.dev/restore-uid': 'older' } } }))
  assert.equal(chooseBackup(sceneInput({ restore: restore({ policy: 'nightly' }), backups: all, relatedClaims: [foreign] }).request, [], moment).name, 'tuesday')
})
