import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { backup, policy } from '../../lib/backups.ts'
import { decideIn, type World } from './request.ts'

const finalize = (world: World) => decideIn({ ...world, finalizing: true }, '2026-11-21T08:00:00Z')
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

  it('stops a run that the cache does not show yet', () => {
    assert.deepEqual(finalize({ backups: [], fresh: [running] }).effects.map((effect) => effect.type === 'annotateBackup' && effect.target.name), ['running'])
  })

  it('waits for nothing, whatever time a wrong clock has written into the status', () => {
    for (const lastScheduleTime of ['2026-11-21T07:59:58Z', '2026-11-21T08:30:00Z', '2099-01-01T00:00:00Z']) {
      assert.equal(finalize({ policy: policy({ status: { lastScheduleTime } }) }).finalized, true)
    }
  })

  it('goes through with a spec that is wrong', () => {
    assert.equal(finalize({ policy: policy({ spec: { schedule: '0 0 30 2 *', selector: { matchLabels: { 'a b': 'c' } } } }) }).finalized, true)
  })

  it('leaves the status as it was', () => {
    const status = { observedGeneration: 4, lastSuccessfulTime: '2026-11-20T02:00:00Z' }
    assert.deepEqual(finalize({ policy: policy({ status }) }).status, status)
  })
})
