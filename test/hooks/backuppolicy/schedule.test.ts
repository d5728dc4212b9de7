import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { jitterOf, timetableOf } from '../../../hooks/backuppolicy/schedule.ts'
import type { Backup, BackupPolicy } from '../../../schemas/generated/types.ts'
import { backup, policy } from '../../lib/backups.ts'

const at = (day: number, time = '02:00:00') => `2026-11-${String(day).padStart(2, '0')}T${time}Z`
const run = (slot: string): Backup => {
  const one = backup(`run-${slot}`, 'Completed', slot)
  return { ...one, spec: { ...one.spec, slot } }
}
const key = '0 2 * * *|Etc/UTC|false'
const known = (since: string, more: BackupPolicy['status'] = {}) => ({ activeSchedule: { key, since }, ...more })

interface Case { policy?: Parameters<typeof policy>[0], backups?: Backup[], now: string, busy?: boolean, due?: string, missed?: number, next?: string }
const cases: [string, Case][] = [
  ['waits for the first slot of a new policy', { policy: { metadata: { creationTimestamp: at(20, '10:00:00') } }, now: at(20, '10:00:01'), next: at(21) }],
  ['runs a slot that came between creation and the first sync', { policy: { metadata: { creationTimestamp: at(20, '01:59:59') } }, now: at(20, '02:00:01'), due: at(20), missed: 0, next: at(21) }],
  ['runs at the very second', { policy: { status: known(at(1)) }, backups: [run(at(20))], now: at(21), due: at(21), missed: 0, next: at(22) }],
  ['does not run a second before', { policy: { status: known(at(1)) }, backups: [run(at(20))], now: at(21, '01:59:59'), next: at(21) }],
  ['does not run a slot twice: the Backup tells', { policy: { status: known(at(1)) }, backups: [run(at(21))], now: at(21, '02:00:05'), next: at(22) }],
  ['does not run a slot twice: the status tells', { policy: { status: known(at(1), { lastScheduleTime: at(21) }) }, now: at(21, '02:00:05'), next: at(22) }],
  ['does not run a slot twice though the status was lost', { backups: [run(at(21))], now: at(21, '02:00:05'), next: at(22) }],
  ['catches up once after downtime and counts the others', { policy: { status: known(at(1)) }, backups: [run(at(15))], now: at(21, '11:00:00'), due: at(21), missed: 5, next: at(22) }],
  ['fires nothing after an edit of the schedule', { policy: { spec: { schedule: '0 * * * *' }, status: known(at(1)) }, backups: [run(at(19))], now: at(21, '11:30:00'), next: at(21, '12:00:00') }],
  ['fires nothing after an edit of the time zone', { policy: { spec: { timeZone: 'Asia/Tokyo' }, status: known(at(1)) }, backups: [run(at(19))], now: at(21, '11:30:00'), next: at(21, '17:00:00') }],
  ['fires nothing on a resume', { policy: { status: { activeSchedule: { key: '0 2 * * *|Etc/UTC|true', since: at(10) } } }, backups: [run(at(9))], now: at(21, '11:00:00'), next: at(22) }],
  ['waits for a slot in the same second as the edit no longer', { policy: { spec: { schedule: '30 11 * * *' }, status: known(at(1)) }, now: at(21, '11:30:00'), next: at(22, '11:30:00') }],
  ['does nothing while suspended', { policy: { spec: { suspend: true }, status: { activeSchedule: { key: '0 2 * * *|Etc/UTC|true', since: at(1) } } }, now: at(21, '11:00:00') }],
  ['does nothing without a schedule', { policy: { spec: { schedule: undefined }, status: { activeSchedule: { key: '|Etc/UTC|false', since: at(1) } } }, now: at(21, '11:00:00') }],
  ['waits while a run is going on', { policy: { status: known(at(1)) }, backups: [run(at(20))], now: at(21, '02:30:00'), busy: true, next: at(22) }],
  ['drops a slot beyond its starting deadline', { policy: { spec: { startingDeadlineSeconds: 600 }, status: known(at(1)) }, backups: [run(at(20))], now: at(21, '02:10:01'), next: at(22) }],
  ['runs a slot within its starting deadline', { policy: { spec: { startingDeadlineSeconds: 600 }, status: known(at(1)) }, backups: [run(at(20))], now: at(21, '02:10:00'), due: at(21), missed: 0, next: at(22) }],
  ['counts dropped slots with the next run', { policy: { spec: { startingDeadlineSeconds: 600 }, status: known(at(1)) }, backups: [run(at(18))], now: at(21, '02:00:00'), due: at(21), missed: 2, next: at(22) }],
  ['does not believe a slot years ahead', { policy: { status: known(at(1), { lastScheduleTime: '2036-01-01T00:00:00Z' }) }, backups: [run('2036-01-01T00:00:00Z'), run(at(20))], now: at(21, '02:00:01'), due: at(21), missed: 0, next: at(22) }],
  ['waits out a clock that was an hour ahead', { policy: { status: known(at(1)) }, backups: [run(at(21))], now: at(21, '01:00:00'), next: at(22) }],
  ['does not believe a beginning to come: a clock was an hour ahead', { policy: { metadata: { creationTimestamp: at(21, '02:47:00') }, status: known(at(21, '01:56:00')) }, now: at(21, '02:00:30'), due: at(21), missed: 0, next: at(22) }],
  ['is quiet about a schedule that cannot be used', { policy: { spec: { schedule: '0 0 30 2 *' }, status: { activeSchedule: { key: '0 0 30 2 *|Etc/UTC|false', since: at(1) } } }, now: at(21) }],
]

describe('timetableOf', () => {
  for (const [sentence, { policy: change, backups = [], now, busy = false, due, missed, next }] of cases) {
    it(sentence, () => {
      const timetable = timetableOf(policy(change), backups, { now: new Date(now), busy })
      assert.deepEqual(
        { due: timetable.due?.newest.toISOString(), missed: timetable.due?.missed, next: timetable.next?.toISOString() },
        { due: due && new Date(due).toISOString(), missed, next: next && new Date(next).toISOString() },
      )
    })
  }

  it('remembers since when the schedule is in force', () => {
    const since = (change: Parameters<typeof policy>[0]) => timetableOf(policy(change), [], { now: new Date(at(21)), busy: false }).active
    assert.deepEqual(since({ status: known(at(5)) }), { key, since: at(5) })
    assert.deepEqual(since({ status: known(at(22)) }), { key, since: at(21) })
    assert.deepEqual(since({ metadata: { creationTimestamp: at(22) } }), { key, since: at(21) })
    assert.deepEqual(since({}), { key, since: '2026-11-01T00:00:00Z' })
    assert.deepEqual(since({ spec: { suspend: true }, status: known(at(5)) }), { key: '0 2 * * *|Etc/UTC|true', since: at(21) })
  })
})

describe('jitter', () => {
  const jittered = (uid: string, jitterSeconds = 3600) => policy({ metadata: { uid }, spec: { jitterSeconds } })
  it('is none by default', () => assert.equal(jitterOf(policy()), 0))
  it('is fixed for a policy and below jitterSeconds', () => {
    fc.assert(fc.property(fc.uuid(), fc.integer({ min: 1, max: 86_400 }), (uid, seconds) => {
      const jitter = jitterOf(jittered(uid, seconds))
      assert.equal(jitterOf(jittered(uid, seconds)), jitter)
      assert.ok(jitter >= 0 && jitter < seconds * 1000 && jitter % 1000 === 0)
    }))
  })
  it('spreads policies', () => assert.ok(new Set(Array.from({ length: 50 }, (_, index) => jitterOf(jittered(`uid-${index}`)))).size > 40))
  it('delays a run, not its slot', () => {
    const one = jittered('uid-1')
    const start = Date.parse(at(21)) + jitterOf(one)
    const due = (time: number) => timetableOf({ ...one, status: known(at(20)) }, [], { now: new Date(time), busy: false })
    assert.equal(due(start - 1000).due, undefined)
    assert.equal(due(start - 1000).next?.toISOString(), new Date(at(21)).toISOString())
    assert.equal(due(start).due?.newest.toISOString(), new Date(at(21)).toISOString())
  })
})
