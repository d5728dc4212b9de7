import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { observe } from '../../../hooks/backuppolicy/observe.ts'
import { backup, policy } from '../../lib/backups.ts'
import { FakeLive } from '../fake-live.ts'
import { requestOf, type World } from './request.ts'

const snapshots = policy({ spec: { strategy: 'snapshot', destination: undefined } })
const seen = { activeSchedule: { key: '0 2 * * *|Etc/UTC|false', since: '2026-11-20T12:00:00Z' }, lastScheduleTime: '2026-11-21T02:00:00Z' }
const points = [backup('old', 'Completed', '2026-11-20T02:00:00Z'), backup('new', 'Completed', '2026-11-21T02:00:00Z')]
const kept = (maxBackups: number, change: object = {}) => policy({ status: seen, spec: { retention: { maxBackups }, ...change } })
const backups = 'backupsOfPolicy shop/nightly'

describe('observe', () => {
  const cases: [string, World, readonly string[]][] = [
    ['reads the snapshot classes for the snapshot strategy', { policy: { ...snapshots, status: seen } }, ['snapshotClasses']],
    ['reads nothing for a run that is due: who makes it looks for others', { policy: policy() }, []],
    ['reads the Backups before one of them is deleted', { policy: kept(1), backups: points }, [backups]],
    ['reads nothing while all are kept', { policy: kept(2), backups: points }, []],
    ['reads nothing for a suspended policy', { policy: kept(1, { suspend: true }), backups: points }, []],
    ['reads the Backups of a policy that goes, and nothing else', { policy: snapshots, finalizing: true }, [backups]],
  ]
  for (const [sentence, world, reads] of cases) {
    it(sentence, async () => {
      const live = new FakeLive({ snapshotClasses: [], backupsOfPolicy: { 'shop/nightly': points } })
      const observed = await observe(requestOf(world), live, new Date('2026-11-21T03:00:00Z'))
      assert.deepEqual(live.reads, reads)
      assert.deepEqual(observed, { snapshotClasses: reads.includes('snapshotClasses') ? [] : undefined, ...(reads.includes(backups) && { backups: points }) })
    })
  }
})
