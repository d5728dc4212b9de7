import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { Ajv } from 'ajv'
import formats from 'ajv-formats'
import type { BackupPolicyStatus, BackupRepository } from '../../../schemas/generated/types.ts'
import { SCHEMAS } from '../../../schemas/generated/schemas.ts'
import { backup, leaving, lost, policy } from '../../lib/backups.ts'
import { claim, decideIn, requestOf, type World } from './request.ts'

const day = (number: number) => `2026-11-${String(number).padStart(2, '0')}T02:00:00Z`
const now = '2026-11-21T01:00:00Z'
const statusIn = (world: World, time = now) => decideIn(world, time).status as BackupPolicyStatus
const scheduled = (slot: string, missedSlots?: number) => {
  const one = backup(`nightly-${slot.slice(8, 10)}`, 'Completed', slot)
  return { ...one, spec: { ...one.spec, slot, missedSlots } }
}
const validate = formats.default(new Ajv({ strict: true, allowUnionTypes: true })).compile((SCHEMAS.BackupPolicy as { properties: { status: object } }).properties.status)

describe('status of a policy', () => {
  it('tells everything at once', () => {
    const status = statusIn({ policy: policy({ metadata: { generation: 3 } }), backups: [scheduled(day(20), 1)], claims: [claim('data'), claim('new', { phase: 'Pending' })] })
    const common = { observedGeneration: 3, lastTransitionTime: '2026-11-21T01:00:00Z', reason: 'Scheduled' }
    assert.deepEqual(status, {
      observedGeneration: 3,
      conditions: [
        { ...common, type: 'Ready', status: 'True', message: '1 volume (not backed up: 1 not bound yet, so without data); runs at 0 2 * * * (Etc/UTC)' },
        { ...common, type: 'Reconciling', status: 'False', message: '' },
        { ...common, type: 'Stalled', status: 'False', message: '' },
      ],
      activeSchedule: { key: '0 2 * * *|Etc/UTC|false', since: '2026-11-01T00:00:00Z' },
      nextScheduleTime: '2026-11-21T02:00:00Z',
      lastScheduleTime: '2026-11-20T02:00:00Z',
      lastSuccessfulTime: '2026-11-20T02:00:00Z',
      missedSlots: 1,
      selectedVolumes: 1,
      storedBackupCount: 1,
      storedBackups: [{ name: 'nightly-20', phase: 'Completed', time: '2026-11-20T02:00:00Z' }],
      history: [{ backup: 'nightly-20', completionTime: '2026-11-20T02:00:00Z', status: 'Completed' }],
    })
  })

  const ready = (world: World, time?: string) => statusIn(world, time).conditions?.map(({ type, status, reason }) => `${type}=${status} ${reason}`)
  const cases: [string, World, string[]][] = [
    ['Suspended', { policy: policy({ spec: { suspend: true } }) }, ['Ready=True Suspended', 'Reconciling=False Suspended', 'Stalled=False Suspended']],
    ['OnDemand', { policy: policy({ spec: { schedule: undefined } }) }, ['Ready=True OnDemand', 'Reconciling=False OnDemand', 'Stalled=False OnDemand']],
    ['NoVolumesMatched', { claims: [] }, ['Ready=False NoVolumesMatched', 'Reconciling=False NoVolumesMatched', 'Stalled=True NoVolumesMatched']],
  ]
  for (const [reason, world, expected] of cases) it(`says ${reason} in kstatus words`, () => assert.deepEqual(ready(world), expected))

  it('shows RetentionHeld only while it holds', () => {
    const backups = Array.from({ length: 14 }, (_, index) => backup(`b${index}`, 'Completed', day(index + 1)))
    const held = (maxBackups: number) => ready({ policy: policy({ spec: { retention: { maxBackups } } }), backups })?.filter((text) => text.startsWith('RetentionHeld'))
    assert.deepEqual(held(1), ['RetentionHeld=True RetentionHeld'])
    assert.deepEqual(held(10), [])
  })

  it('tells of a repository that is not usable, in the place where people look', () => {
    const [repository] = Object.values(requestOf().related['BackupRepository.holdfast.dev/v1alpha1'] ?? {}) as unknown as BackupRepository[]
    assert.ok(repository)
    const failed = { ...repository, status: { phase: 'Failed' as const, message: 'Secret keys is missing' } }
    const [condition] = statusIn({ repositories: [failed] }).conditions ?? []
    assert.equal(condition?.status, 'True')
    assert.match(condition?.message ?? '', /repository dest-[0-9a-f]{8} is not usable: Secret keys is missing$/)
  })

  it('names no next slot for a policy that does not run', () => {
    assert.equal(statusIn({ policy: policy({ spec: { suspend: true } }) }).nextScheduleTime, undefined)
    assert.equal(statusIn({ claims: [] }).nextScheduleTime, undefined)
  })

  it('lists restore points newest first and not those that leave', () => {
    const backups = [backup('old', 'Completed', day(1)), backup('part', 'PartiallyFailed', day(3)), backup('bad', 'Failed', day(4)), leaving(backup('gone', 'Completed', day(5))), backup('new', 'Completed', day(6))]
    const { storedBackups, storedBackupCount, history } = statusIn({ backups })
    assert.deepEqual(storedBackups?.map(({ name }) => name), ['new', 'part', 'old'])
    assert.equal(storedBackupCount, 3)
    assert.deepEqual(history?.map((entry) => entry.backup), ['new', 'gone', 'bad', 'part', 'old'])
  })

  it('lists what says that it ended in the future last, and does not take it for the last success', () => {
    const before = policy({ spec: { retention: { maxBackups: 9 } }, status: { lastSuccessfulTime: day(25) } })
    const world = { policy: before, backups: [backup('ahead', 'Completed', day(25)), backup('old', 'Completed', day(1)), backup('new', 'Completed', day(6))] }
    const { storedBackups, history, lastSuccessfulTime, conditions } = statusIn(world)
    assert.deepEqual([storedBackups?.map(({ name }) => name), history?.map((entry) => entry.backup), lastSuccessfulTime], [['new', 'old', 'ahead'], ['new', 'old', 'ahead'], day(6)])
    assert.deepEqual(conditions?.at(-1), { type: 'RetentionHeld', status: 'True', reason: 'CompletedInFuture', lastTransitionTime: now, observedGeneration: 1,
      message: 'a clock was wrong: kept and not counted until the time at which it says it ended: Backup ahead (2026-11-25T02:00:00Z)' })
    assert.deepEqual(statusIn({ ...world, policy: { ...before, status: statusIn(world) } }, '2026-11-21T01:30:00Z'), statusIn(world))
    const later = statusIn(world, day(25))
    assert.deepEqual([later.storedBackups?.[0]?.name, later.lastSuccessfulTime, later.conditions?.length], ['ahead', day(25), 3])
  })

  it('lists no point of which nothing is left', () => {
    const backups = [lost(backup('lost', 'Completed', day(6))), lost(backup('half', 'Completed', day(5), ['a', 'b']), 'a'), backup('old', 'Completed', day(1))]
    const { storedBackups, history, lastSuccessfulTime } = statusIn({ backups })
    assert.deepEqual([storedBackups?.map(({ name }) => name), history?.length, lastSuccessfulTime], [['half', 'old'], 3, day(1)])
  })

  it('bounds its lists and counts all', () => {
    const backups = Array.from({ length: 80 }, (_, index) => backup(`b${index}`, 'Completed', new Date(Date.parse(day(1)) + index * 3_600_000).toISOString()))
    const { storedBackups, storedBackupCount, history } = statusIn({ backups })
    assert.deepEqual([storedBackups?.length, storedBackupCount, history?.length, storedBackups?.[0]?.name], [50, 80, 10, 'b79'])
  })

  it('tells of each run its first Job, times, phase and what happened', () => {
    const one = backup('r', 'Failed', day(20), ['a', 'b'])
    const status = { ...one.status, startTime: day(19), message: 'x'.repeat(2000), volumes: [{ pvc: 'a', phase: 'Failed' as const }, { pvc: 'b', phase: 'Failed' as const, jobName: 'r-backup-b' }] }
    const [entry] = statusIn({ backups: [{ ...one, status }] }).history ?? []
    assert.deepEqual(entry, { backup: 'r', job: 'r-backup-b', startTime: day(19), completionTime: day(20), status: 'Failed', message: 'x'.repeat(1024) })
  })

  it('is not written for each volume that a run gets done, nor for what it waits for', () => {
    const going = (message: string) => statusIn({ backups: [{ ...backup('r', 'Running', day(19)), status: { phase: 'Running', startTime: day(19), message } }] })
    assert.deepEqual(going('1 of 2 volumes done'), going('0 of 2 volumes done'))
    assert.deepEqual(going('0 of 2 volumes done').history, [{ backup: 'r', startTime: day(19), status: 'Running' }])
  })

  it('does not forget the last success with its record', () => {
    const before = policy({ status: { lastSuccessfulTime: day(20) } })
    assert.equal(statusIn({ policy: before, backups: [backup('old', 'Completed', day(3))] }).lastSuccessfulTime, day(20))
    assert.equal(statusIn({ policy: before, backups: [backup('new', 'Completed', day(21))] }, day(22)).lastSuccessfulTime, day(21))
  })

  it('does not forget the last slot with its record', () => {
    const before = policy({ status: { lastScheduleTime: day(20), missedSlots: 2 } })
    const { lastScheduleTime, missedSlots } = statusIn({ policy: before })
    assert.deepEqual([lastScheduleTime, missedSlots], [day(20), 2])
  })

  it('says the same while the record of a new run is not seen yet', () => {
    const world = { policy: policy({ status: { activeSchedule: { key: '0 2 * * *|Etc/UTC|false', since: day(1) } } }), backups: [scheduled(day(18))] }
    const made = statusIn(world, '2026-11-21T02:00:01Z')
    assert.deepEqual([made.lastScheduleTime, made.missedSlots], [day(21), 2])
    assert.deepEqual(statusIn({ ...world, policy: { ...world.policy, status: made } }, '2026-11-21T02:00:02Z'), made)
  })

  it('fits its schema with 200 volumes, long names and bad specs', () => {
    const name = 'p'.repeat(253)
    const worlds: World[] = [
      { claims: Array.from({ length: 200 }, (_, index) => claim(`data-${index}`)) },
      { policy: policy({ metadata: { name } }), backups: [{ ...backup('b'.repeat(253), 'Completed', day(1)), spec: { policy: name, strategy: 'tar', volumes: [] } }] },
      { policy: policy({ spec: { schedule: `${'1,'.repeat(120)}2 * * * *`, timeZone: 'x'.repeat(64) } }) },
    ]
    for (const world of worlds) assert.ok(validate(JSON.parse(JSON.stringify(statusIn(world)))), JSON.stringify(validate.errors))
  })
})
