import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { isOfFuture, newestFirst } from '../../lib/newest.ts'
import { goodVolumes } from '../../lib/phases.ts'
import { planRetention } from '../../lib/retention.ts'
import type { Backup, Retention } from '../../schemas/generated/types.ts'
import { backup, leaving, lost } from './backups.ts'

const now = new Date('2026-11-21T12:00:00Z')
const day = (number: number) => `2026-11-${String(number).padStart(2, '0')}T02:00:00Z`
const daily = (...days: number[]) => days.map((number) => backup(`d${number}`, 'Completed', day(number)))
const plan = (backups: readonly Backup[], retention: Retention | undefined, failedHistoryLimit = 5, since = -Infinity) => {
  const { points, failed } = planRetention({ backups, retention, failedHistoryLimit, since, now })
  return { points: points.map((one) => one.backup.metadata.name), failed: failed.map((one) => one.backup.metadata.name) }
}

describe('planRetention', () => {
  const cases: [string, readonly Backup[], Retention | undefined, string[]][] = [
    ['deletes nothing without rules', daily(1, 2, 3), undefined, []],
    ['deletes nothing with empty rules', daily(1, 2, 3), {}, []],
    ['keeps maxBackups, deletes the oldest first', daily(17, 18, 19, 20, 21), { maxBackups: 3 }, ['d17', 'd18']],
    ['deletes by age', daily(1, 10, 20, 21), { maxAge: '5d' }, ['d1', 'd10']],
    ['deletes what either rule names', daily(1, 19, 20, 21), { maxBackups: 2, maxAge: '5d' }, ['d1', 'd19']],
    ['keeps what is exactly as old as maxAge', [backup('edge', 'Completed', '2026-11-20T12:00:00Z'), ...daily(21)], { maxAge: '1d' }, []],
    ['does not count failed or partial runs', [...daily(18, 20, 21), backup('f', 'Failed', day(19)), backup('p', 'PartiallyFailed', day(20), ['data:PartiallyFailed'])], { maxBackups: 3 }, []],
    ['deletes nothing while the newest run failed', [...daily(18, 19, 20), backup('f', 'Failed', day(21))], { maxBackups: 1 }, []],
    ['deletes nothing while the newest run is partial', [...daily(18, 19, 20), backup('p', 'PartiallyFailed', day(21))], { maxBackups: 1 }, []],
    ['does not mind a run that is going on', [...daily(19, 20), backup('r', 'Running', day(21))], { maxBackups: 1 }, ['d19']],
    ['keeps everything when even the newest point is too old', daily(1, 2, 3), { maxAge: '5d' }, []],
    ['keeps the newest point of a volume that is gone', [backup('old', 'Completed', day(1), ['a', 'b']), ...daily(20, 21)], { maxBackups: 1 }, ['d20']],
    ['does not rely on a point that is leaving', [backup('a', 'Completed', day(19)), leaving(backup('b', 'Completed', day(21)))], { maxBackups: 1 }, []],
    ['does not count a point that is leaving', [...daily(18, 19, 20), leaving(backup('l', 'Completed', day(19)))], { maxBackups: 3 }, []],
    ['deletes a partial run once every volume of it has a newer good point', [backup('p', 'PartiallyFailed', day(1), ['a', 'b:PartiallyFailed']), backup('g', 'Completed', day(20), ['a', 'b'])], { maxBackups: 1 }, ['p']],
    ['keeps a partial run while it holds the only copy of a volume', [backup('p', 'PartiallyFailed', day(1), ['a', 'b:PartiallyFailed']), backup('g', 'Completed', day(20), ['a'])], { maxBackups: 1 }, []],
    ['keeps a partial run younger than the oldest point kept', [...daily(18, 20), backup('p', 'PartiallyFailed', day(19), ['data:PartiallyFailed'])], { maxBackups: 2 }, []],
    ['keeps a partial run that says nothing about its volumes', [{ ...backup('p', 'PartiallyFailed', day(1)), status: { phase: 'PartiallyFailed' as const, completionTime: day(1) } }, ...daily(20)], { maxBackups: 1 }, []],
    ['does not take a cancelled run for a newer point', [backup('g', 'Completed', day(18), ['a', 'b']), backup('c', 'Failed', day(19), ['b:Completed']), backup('h', 'Completed', day(20), ['a'])], { maxBackups: 1 }, []],
    ['keeps new points though a clock ran ahead once', [...daily(19, 20, 21), backup('x', 'Completed', day(25)), backup('y', 'Completed', day(26))], { maxBackups: 2 }, ['d19']],
    ['keeps what is of the future however many there are', [...daily(20), ...daily(24, 25, 26)], { maxBackups: 1 }, []],
    ['counts a run again once its time has come', [...daily(19, 20), backup('now', 'Completed', '2026-11-21T12:00:00Z')], { maxBackups: 2 }, ['d19']],
    ['does not let a future point stand for the newest that failed', [...daily(18, 19, 20), backup('f', 'Failed', day(21)), backup('x', 'Completed', day(25))], { maxBackups: 1 }, []],
    ['deletes nothing while a run of the future is not good: it may be the newest', [...daily(19, 20, 21), backup('f', 'Failed', '2026-11-21T12:00:02Z')], { maxBackups: 1 }, []],
    ['does not take a future point for a newer one of a volume', [backup('a', 'Completed', day(19), ['a', 'b']), backup('b', 'Completed', day(20), ['a']), backup('x', 'Completed', day(25), ['a', 'b'])], { maxBackups: 1 }, []],
    ['does not judge age by a future point', [...daily(1, 2), backup('x', 'Completed', day(25))], { maxAge: '5d' }, []],
    ['does not delete a partial run for the sake of a future point', [backup('p', 'PartiallyFailed', day(1), ['a', 'b:PartiallyFailed']), backup('g', 'Completed', day(20), ['a']), backup('x', 'Completed', day(25), ['a', 'b'])], { maxBackups: 1 }, []],
    ['deletes nothing while the newest run has lost its snapshot', [...daily(18, 19, 20), lost(backup('l', 'Completed', day(21)))], { maxBackups: 1 }, []],
    ['does not count a point that is lost', [...daily(18, 19, 21), lost(backup('l', 'Completed', day(20)))], { maxBackups: 3 }, []],
    ['does not take a lost point for a newer one of a volume', [backup('a', 'Completed', day(18), ['a', 'b']), lost(backup('l', 'Completed', day(19), ['a', 'b']), 'b'), ...daily(20, 21)], { maxBackups: 2 }, []],
    ['deletes a lost point once every volume of it has a newer good point', [lost(backup('l', 'Completed', day(1))), ...daily(20, 21)], { maxBackups: 2 }, ['l']],
    ['keeps a lost point that may be the only one of its volume', [lost(backup('l', 'Completed', day(1), ['other'])), ...daily(20, 21)], { maxBackups: 2 }, []],
  ]
  for (const [sentence, backups, retention, expected] of cases) it(sentence, () => assert.deepEqual(plan(backups, retention).points, expected))

  const since = Date.parse(day(15))
  const made = (one: Backup, created: string): Backup => ({ ...one, metadata: { ...one.metadata, creationTimestamp: created } })
  const late = (number: number, ...is: [name: string, phase?: string]) => made(backup(is[0], is[1] ?? 'Completed', day(number)), day(1))
  const heirs: [string, readonly Backup[], Retention, string[]][] = [
    ['deletes no point of an earlier policy', daily(1, 2, 3, 19, 20, 21), { maxBackups: 2, maxAge: '10d' }, ['d19']],
    ['does not count one of an earlier policy, however late it ended', [...daily(18, 19, 20), late(21, 'e')], { maxBackups: 3 }, []],
    ['does not take one of an earlier policy for a newer one of a volume', [backup('a', 'Completed', day(18), ['a', 'data']), made(backup('e', 'Completed', day(19), ['a']), day(1)), ...daily(20)], { maxBackups: 1 }, []],
    ['does not delete a partial run for its sake', [backup('p', 'PartiallyFailed', day(18), ['a', 'b:PartiallyFailed']), made(backup('e', 'Completed', day(19), ['b']), day(1)), backup('g', 'Completed', day(20), ['a'])], { maxBackups: 1 }, []],
    ['does not judge age by it', [...daily(15, 16), late(21, 'e')], { maxAge: '2d' }, []],
    ['deletes nothing while the newest run of its own failed', [...daily(18, 19), backup('f', 'Failed', day(20)), late(21, 'e')], { maxBackups: 1 }, []],
    ['deletes nothing while the newest of an earlier one failed', [...daily(18, 19, 20), late(21, 'e', 'Failed')], { maxBackups: 1 }, []],
    ['keeps one of which nobody knows when it was made', [...daily(19, 20).map((one) => ({ ...one, metadata: { name: one.metadata.name, namespace: 'shop' } })), ...daily(21)], { maxBackups: 1 }, []],
    ['takes one of the same moment for its own', [...daily(15, 21)], { maxBackups: 1 }, ['d15']],
  ]
  for (const [sentence, backups, retention, expected] of heirs) it(sentence, () => assert.deepEqual(plan(backups, retention, 5, since).points, expected))

  it('tells which points are of an earlier policy, those that hold something', () => {
    const backups = [...daily(2, 3, 21), backup('p', 'PartiallyFailed', day(1)), backup('f', 'Failed', day(4)), leaving(backup('l', 'Completed', day(5))), made(backup('x', 'Completed', day(25)), day(1))]
    const { earlier } = planRetention({ backups, retention: { maxBackups: 1 }, failedHistoryLimit: 5, since, now })
    assert.deepEqual(earlier.map(({ metadata }) => metadata.name), ['d3', 'd2', 'p', 'x'])
  })

  it('of failed runs of an earlier policy lets go those that hold nothing, and never the newest of either', () => {
    const failed = [1, 2, 16, 17].map((number) => made(backup(`f${number}`, 'Failed', day(number)), day(number)))
    const holding = { ...backup('h', 'Failed', day(3)), status: { phase: 'Failed' as const, completionTime: day(3), volumes: [{ pvc: 'data', phase: 'Completed' as const, handle: 'abc' }] } }
    assert.deepEqual(plan([...failed, holding, late(20, 'e', 'Failed')], undefined, 0, since).failed, ['f1', 'f2', 'f16'])
    assert.deepEqual(plan([...failed, holding, ...daily(21)], undefined, 0, since).failed, ['f1', 'f2', 'f16', 'f17'])
  })

  it('keeps failedHistoryLimit failed runs, without any other rule', () => {
    const failed = [1, 2, 3, 4].map((number) => backup(`f${number}`, 'Failed', day(number)))
    assert.deepEqual(plan([...failed, ...daily(21)], undefined, 2), { points: [], failed: ['f1', 'f2'] })
  })

  it('lets failed runs without data go while the newest run is not good, and never that one', () => {
    const failed = [1, 2, 3, 20].map((number) => backup(`f${number}`, 'Failed', day(number)))
    const stored = { ...backup('cancelled', 'Failed', day(4)), status: { phase: 'Failed' as const, completionTime: day(4), volumes: [{ pvc: 'data', phase: 'Completed' as const, handle: 'abc' }] } }
    const snapped = { ...stored, metadata: { ...stored.metadata, name: 'late' }, status: { ...stored.status, volumes: [{ pvc: 'data', phase: 'Failed' as const, snapshotName: 'snap' }] } }
    assert.deepEqual(plan([...daily(5, 6, 7), ...failed, stored, snapped], { maxBackups: 1 }, 2), { points: [], failed: ['f1', 'f2', 'f3'] })
    assert.deepEqual(plan([...daily(5, 6, 7), ...failed], { maxBackups: 1 }, 0), { points: [], failed: ['f1', 'f2', 'f3'] })
  })

  it('neither counts failed runs of the future nor lets them go', () => {
    const failed = [1, 2, 25, 26].map((number) => backup(`f${number}`, 'Failed', day(number)))
    assert.deepEqual(plan([...failed, ...daily(21)], undefined, 1), { points: [], failed: ['f1'] })
  })

  it('tells which runs are of the future, newest first', () => {
    const { ofFuture } = planRetention({ backups: daily(20, 25, 26), retention: undefined, failedHistoryLimit: 5, since: -Infinity, now })
    assert.deepEqual(ofFuture.map(({ metadata }) => metadata.name), ['d26', 'd25'])
  })

  it('says why', () => {
    const { points } = planRetention({ backups: daily(1, 20, 21), retention: { maxBackups: 2 }, failedHistoryLimit: 5, since: -Infinity, now })
    assert.deepEqual(points.map(({ reason }) => reason), ['beyond maxBackups 2'])
  })
})

const phase = fc.constantFrom('Completed', 'Completed', 'Completed', 'PartiallyFailed', 'Failed', 'Running', 'Deleting')
const volume = fc.tuple(fc.constantFrom('a', 'b', 'c'), fc.constantFrom('', ':PartiallyFailed', ':Failed')).map(([name, its]) => `${name}${its}`)
const anyBackup = fc.record({ phase, hour: fc.integer({ min: -50, max: 500 }), volumes: fc.uniqueArray(volume, { minLength: 1, maxLength: 3, selector: (name) => name[0] }), goes: fc.integer({ min: 0, max: 9 }) })
  .map(({ phase: its, hour, volumes, goes }) => {
    const names = its === 'Completed' ? volumes.map((name) => name.charAt(0)) : volumes
    const one = backup('x', its, new Date(now.getTime() - hour * 3_600_000).toISOString(), names)
    return goes === 0 ? leaving(one) : one
  })
const history = fc.array(anyBackup, { maxLength: 30 }).map((backups) => backups.map((one, index) => ({ ...one, metadata: { ...one.metadata, name: `b${index}` } })))
const rules = fc.record({ maxBackups: fc.integer({ min: 1, max: 5 }), maxAge: fc.constantFrom('1h', '1d', '9d') }, { requiredKeys: [] })

describe('planRetention, any history', () => {
  it('never takes the newest good point of a volume, nor anything that runs, leaves or is of the future', () => {
    fc.assert(fc.property(history, rules, (backups, retention) => {
      const gone = new Set(plan(backups, retention, 1).points)
      const relied = newestFirst(backups.filter(({ metadata, status }) => metadata.annotations === undefined && status?.phase !== 'Deleting'), now).filter((one) => !isOfFuture(one, now))
      for (const name of ['a', 'b', 'c']) {
        const newest = relied.find((one) => goodVolumes(one).includes(name))
        assert.ok(newest === undefined || !gone.has(newest.metadata.name))
      }
      assert.ok(backups.every((one) => !gone.has(one.metadata.name) || !isOfFuture(one, now)))
      assert.ok(backups.every((one) => !gone.has(one.metadata.name) || ['Completed', 'PartiallyFailed'].includes(one.status?.phase ?? '')))
    }), { numRuns: 1000 })
  })

  it('leaves at least maxBackups good points of the past, or all', () => {
    fc.assert(fc.property(history, fc.integer({ min: 1, max: 5 }), (backups, maxBackups) => {
      const good = backups.filter(({ metadata, status }) => status?.phase === 'Completed' && metadata.annotations === undefined && Date.parse(status.completionTime ?? '') <= now.getTime())
      const gone = new Set(plan(backups, { maxBackups }).points)
      const left = good.filter(({ metadata }) => !gone.has(metadata.name)).length
      assert.ok(left >= Math.min(maxBackups, good.length))
    }), { numRuns: 1000 })
  })

  it('leaves every point of an earlier policy, and does with its own as if it were alone', () => {
    fc.assert(fc.property(history, rules, fc.integer({ min: 0, max: 500 }), (backups, retention, hour) => {
      const [since, own] = [now.getTime() - hour * 3_600_000, backups.filter(({ metadata }) => Date.parse(metadata.creationTimestamp ?? '') >= now.getTime() - hour * 3_600_000)]
      const [gone, alone] = [plan(backups, retention, 1, since).points, plan(own, retention, 1, since).points]
      assert.ok(gone.length === 0 || gone.join() === alone.join())
    }), { numRuns: 500 })
  })

  it('does not depend on the order of its input, and is done after one pass', () => {
    fc.assert(fc.property(history, rules, (backups, retention) => {
      const first = plan(backups, retention, 1)
      assert.deepEqual(plan(backups.toReversed(), retention, 1), first)
      const gone = new Set([...first.points, ...first.failed])
      const after = backups.map((one) => (gone.has(one.metadata.name) ? leaving(one) : one))
      assert.deepEqual(plan(after, retention, 1), { points: [], failed: [] })
    }), { numRuns: 500 })
  })
})
