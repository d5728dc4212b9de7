import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { jitterOf } from '../../../hooks/backuppolicy/schedule.ts'
import { backup, policy } from '../../lib/backups.ts'
import { decideIn, type World } from './request.ts'

const finalize = (world: World, now = '2026-11-21T08:00:00Z') => decideIn({ ...world, finalizing: true }, now)
const running = backup('running', 'Running', '2026-11-21T02:00:00Z')
const cronJob = { apiVersion: 'batch/v1', kind: 'CronJob', metadata: { name: 'nightly-prune', namespace: 'shop' }, spec: {} }

describe('finalize', () => {
  it('stops runs, drops children, deletes no Backup and is done', () => {
    const backups = [running, backup('new', undefined, '2026-11-21T03:00:00Z'), backup('done', 'Completed', '2026-11-20T02:00:00Z'), backup('going', 'Deleting', '2026-11-19T02:00:00Z')]
    const { children, effects, finalized } = finalize({ backups, cronJobs: [cronJob] })
    assert.deepEqual([children, finalized], [[], true])
    assert.deepEqual(effects, ['running', 'new'].map((name) => ({
      type: 'annotateBackup',
      target: { namespace: 'shop', name, uid: `uid-${name}` },
      annotations: { 'holdfast.dev/cancel-requested': '{"requestedBy":"policy-deleted","reason":"BackupPolicy shop/nightly was deleted"}' },
    })))
  })

  it('asks once', () => {
    const asked = { ...running, metadata: { ...running.metadata, annotations: { 'holdfast.dev/cancel-requested': '{}' } } }
    assert.deepEqual(finalize({ backups: [asked] }).effects, [])
  })

  it('waits for a run that was made a moment ago and is not seen yet', () => {
    const just = policy({ status: { lastScheduleTime: '2026-11-21T07:59:58Z' } })
    const { finalized, resyncAfterSeconds } = finalize({ policy: just })
    assert.deepEqual([finalized, resyncAfterSeconds], [false, 2])
    const seen = { ...running, spec: { ...running.spec, slot: '2026-11-21T07:59:58Z' } }
    assert.equal(finalize({ policy: just, backups: [seen] }).finalized, true)
    assert.equal(finalize({ policy: just }, '2026-11-21T08:01:00Z').finalized, true)
  })

  it('counts that moment from the start of a delayed run', () => {
    const delayed = policy({ spec: { jitterSeconds: 86_400 }, status: { lastScheduleTime: '2026-11-21T02:00:00Z' } })
    const start = Date.parse('2026-11-21T02:00:00Z') + jitterOf(delayed)
    assert.equal(finalize({ policy: delayed }, new Date(start + 5000).toISOString()).finalized, false)
  })

  it('goes through with a spec that is wrong', () => {
    assert.equal(finalize({ policy: policy({ spec: { schedule: '0 0 30 2 *', selector: { matchLabels: { 'a b': 'c' } } } }) }).finalized, true)
  })

  it('leaves the status as it was', () => {
    const status = { observedGeneration: 4, lastSuccessfulTime: '2026-11-20T02:00:00Z' }
    assert.deepEqual(finalize({ policy: policy({ status }) }).status, status)
  })
})
