import assert from 'node:assert/strict'
import test from 'node:test'
import type { Choice } from '../../../../hooks/restore/choose-backup.ts'
import { BACKUP_RULES, checkBackup } from '../../../../hooks/restore/rules/backup.ts'
import { backup, restore } from '../samples.ts'

const byPolicy = restore({ policy: 'nightly', asOf: '2026-11-20T00:00:00Z' })
const byName = restore({ backup: 'b' })
const chosen = (changes: Parameters<typeof backup>[0]): Choice => ({ name: 'b', backup: backup(changes), begun: false })

const rows: readonly [string, Choice, string, number, RegExp][] = [
  ['noRestorePoint', { begun: false }, 'NoRestorePoint', 15, /policy nightly has no good restore point that ended by 2026-11-20/],
  ['backupNotFound', { name: 'b', begun: false }, 'BackupNotFound', 600, /Backup b is the one to restore, but Metacontroller has not seen it yet/],
  ['backupLeaving', chosen({ status: { phase: 'Deleting' } }), 'BackupNotUsable', 0, /being deleted/],
  ['backupLeaving', chosen({ annotations: { 'holdfast.dev/delete-requested': '{"requestedBy":"user"}' } }), 'BackupNotUsable', 0, /being deleted/],
  ['backupRunning', chosen({ status: { phase: 'Running' } }), 'BackupNotUsable', 600, /is Running; the restore begins when/],
  ['backupFailed', chosen({ status: { phase: 'Failed', message: 'wrong key' } }), 'BackupNotUsable', 0, /is Failed \(wrong key\)/],
  ['noVolumes', chosen({ volumes: [] }), 'NoVolumesMatched', 0, /has no volume/],
]

for (const [rule, choice, reason, patience, words] of rows) {
  test(`${rule}: ${words.source}`, () => {
    const found = checkBackup({ restore: byPolicy, choice })
    assert.deepEqual([found?.reason, found?.patienceSeconds], [reason, patience])
    assert.match(found?.message ?? '', words)
    assert.equal(BACKUP_RULES.find(candidate => candidate({ restore: byPolicy, choice }))?.name, rule)
  })
}

test('a Backup that was named and is not there is waited for as long as a cache may lag', () => {
  const found = checkBackup({ restore: byName, choice: { name: 'b', begun: false } })
  assert.deepEqual([found?.reason, found?.patienceSeconds], ['BackupNotFound', 15])
  assert.match(found?.message ?? '', /Backup b does not exist in namespace shop/)
})

test('every rule has a row', () => assert.deepEqual([...new Set(rows.map(([rule]) => rule))], BACKUP_RULES.map(({ name }) => name)))

test('a Completed and a PartiallyFailed Backup can be restored from', () => {
  for (const phase of ['Completed', 'PartiallyFailed'] as const) assert.equal(checkBackup({ restore: byPolicy, choice: chosen({ status: { phase } }) }), undefined)
})
