import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { protectionOf, type ProtectionStatus } from '../../../plugin/actions/protection.ts'
import type { Backup, BackupPolicy, BackupRepository } from '../../../schemas/generated/types.ts'
import { aBackup, aClaim, aPolicy, aRepository, completed, failed } from '../objects.ts'

const now = new Date('2026-11-21T08:00:00Z')
const claim = aClaim('data')
const good = aBackup('good', '2026-11-20T01:00:00Z', { status: completed('2026-11-20T01:01:00Z', 'data') })
const bad = aBackup('bad', '2026-11-21T01:00:00Z', { status: failed('wrong key') })
const running = aBackup('running', '2026-11-21T02:00:00Z', { status: { phase: 'Running' } })
const leaving = aBackup('leaving', '2026-11-20T02:00:00Z', { status: completed('2026-11-20T02:01:00Z', 'data'), annotations: { 'holdfast.dev/delete-requested': '{"requestedBy":"user"}' } })
const ahead = aBackup('ahead', '2026-11-19T01:00:00Z', { status: completed('2026-12-01T01:01:00Z', 'data') })
const lost = aBackup('lost', '2026-11-21T01:00:00Z', { status: { ...completed('2026-11-21T01:01:00Z'), volumes: [{ pvc: 'data', phase: 'Completed', reason: 'SnapshotLost', message: 'it is gone' }] } })
const stored = (name: string, storeId: string): Backup => aBackup(name, '2026-11-20T01:00:00Z', { status: { ...completed('2026-11-20T01:01:00Z', 'data'), storeId } })
const repository = aRepository('main', { phase: 'Ready', storeId: 'new' })
const policy = aPolicy('nightly')
const paused = aPolicy('paused', { suspend: true })
const due = (time: string, jitterSeconds = 0): BackupPolicy => aPolicy('due', { jitterSeconds }, { nextScheduleTime: time })
const notReady = aPolicy('broken', {}, { conditions: [{ type: 'Ready', status: 'False', reason: 'InvalidSchedule', message: 'no such minute', lastTransitionTime: '2026-11-01T00:00:00Z' }] })

const cases: Readonly<Record<string, { policies: BackupPolicy[], backups: Backup[], repositories?: BackupRepository[], status: ProtectionStatus, lastGood?: string, message?: RegExp }>> = {
  'a policy and a good point protect': { policies: [policy], backups: [good], status: 'Protected', lastGood: 'good' },
  'no policy is Unprotected, though an old point is shown': { policies: [], backups: [good], status: 'Unprotected', lastGood: 'good' },
  'a policy that is not ready protects nothing': { policies: [notReady], backups: [good], status: 'NotReady', lastGood: 'good', message: /no such minute/ },
  'one ready policy is enough': { policies: [notReady, policy], backups: [good], status: 'Protected', lastGood: 'good' },
  'a paused policy': { policies: [paused], backups: [good], status: 'Paused', lastGood: 'good' },
  'one policy that is not paused is enough': { policies: [paused, policy], backups: [good], status: 'Protected', lastGood: 'good' },
  'a failed newest run is Failing, whatever came before': { policies: [policy], backups: [bad, good], status: 'Failing', lastGood: 'good', message: /^bad: wrong key$/ },
  'a run that goes on says nothing yet': { policies: [policy], backups: [running, good], status: 'Protected', lastGood: 'good' },
  'a point on its way out is none': { policies: [policy], backups: [leaving], status: 'NoRestorePoint' },
  'a point of the future is not the last good one': { policies: [policy], backups: [good, ahead], status: 'Protected', lastGood: 'good' },
  'unless there is no other': { policies: [policy], backups: [ahead], status: 'Protected', lastGood: 'ahead' },
  'a newest point whose snapshot is lost is Failing': { policies: [policy], backups: [lost, good], status: 'Failing', lastGood: 'good', message: /^lost: it is gone$/ },
  'a point in a store that is no more protects nothing': {
    policies: [policy], backups: [stored('gone', 'old')], repositories: [repository], status: 'NoRestorePoint', message: /^gone lies in another store than main is now: bring/,
  },
  'a point in the store that is there does, and is the one that is shown': {
    policies: [policy], backups: [stored('gone', 'old'), stored('there', 'new')], repositories: [repository], status: 'Protected', lastGood: 'there',
  },
  'a repository that was not looked at yet says nothing': { policies: [policy], backups: [stored('some', 'old')], repositories: [aRepository('main')], status: 'Protected', lastGood: 'some' },
  'nor does one of another name': { policies: [policy], backups: [stored('some', 'old')], repositories: [aRepository('other', repository.status)], status: 'Protected', lastGood: 'some' },
  'nor do repositories that may not be read': { policies: [policy], backups: [stored('some', 'old')], status: 'Protected', lastGood: 'some' },
  'nothing yet': { policies: [policy], backups: [], status: 'NoRestorePoint' },
  'a slot long past is Overdue': { policies: [due('2026-11-21T01:00:00Z')], backups: [good], status: 'Overdue', lastGood: 'good' },
  'a slot just past is not': { policies: [due('2026-11-21T07:30:00Z')], backups: [good], status: 'Protected', lastGood: 'good' },
  'jitter is not lateness': { policies: [due('2026-11-21T01:00:00Z', 6 * 3600 + 1800)], backups: [good], status: 'Protected', lastGood: 'good' },
}

describe('protectionOf', () => {
  for (const [sentence, { policies, backups, repositories, status, lastGood, message }] of Object.entries(cases)) {
    it(sentence, () => {
      const found = protectionOf({ claim, policies, backups, repositories, now })
      assert.equal(found.status, status)
      assert.equal(found.lastGood?.backup, lastGood)
      if (message !== undefined) assert.match(found.message ?? '', message)
    })
  }
})
