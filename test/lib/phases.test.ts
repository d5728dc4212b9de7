import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { goodVolumes, heldVolumes, isActive, isGood, isLeaving, isRestorable, isTerminal, usableVolumes } from '../../lib/phases.ts'
import { backup, leaving, lost } from './backups.ts'

const time = '2026-11-21T02:00:00Z'

describe('phases', () => {
  const cases: [string | undefined, { terminal: boolean, active: boolean, good: boolean, restorable: boolean }][] = [
    [undefined, { terminal: false, active: true, good: false, restorable: false }],
    ['New', { terminal: false, active: true, good: false, restorable: false }],
    ['Queued', { terminal: false, active: true, good: false, restorable: false }],
    ['Running', { terminal: false, active: true, good: false, restorable: false }],
    ['Completed', { terminal: true, active: false, good: true, restorable: true }],
    ['PartiallyFailed', { terminal: true, active: false, good: false, restorable: true }],
    ['Failed', { terminal: true, active: false, good: false, restorable: false }],
    ['Deleting', { terminal: false, active: false, good: false, restorable: false }],
  ]
  for (const [phase, expected] of cases) {
    it(`knows ${phase ?? 'no phase'}`, () => {
      const one = backup('b', phase, time)
      assert.deepEqual({ terminal: isTerminal(one.status?.phase), active: isActive(one), good: isGood(one), restorable: isRestorable(one) }, expected)
    })
  }
})

describe('isLeaving', () => {
  const stays = backup('b', 'Completed', time)
  it('is false for a record that stays', () => assert.equal(isLeaving(stays), false))
  it('is true once its data is to be deleted', () => assert.equal(isLeaving(leaving(stays)), true))
  for (const text of ['true', '', '{}', 'null', '{"requestedBy":""}']) {
    it(`is false for ${JSON.stringify(text)}, which removes nothing`, () => assert.equal(isLeaving({ ...stays, metadata: { ...stays.metadata, annotations: { 'holdfast.dev/delete-requested': text } } }), false))
  }
  it('is true while it is being deleted', () => assert.equal(isLeaving(backup('b', 'Deleting', time)), true))
  it('is true for a record that kubectl deleted', () => assert.equal(isLeaving({ ...stays, metadata: { ...stays.metadata, deletionTimestamp: time } }), true))
})

describe('goodVolumes, usableVolumes and heldVolumes', () => {
  const both = (phase: string, volumes?: readonly string[]) => {
    const one = backup('b', phase, time, volumes)
    return [goodVolumes(one), usableVolumes(one), heldVolumes(one)]
  }
  it('are all of a Completed run', () => assert.deepEqual(both('Completed', ['a', 'b']), [['a', 'b'], ['a', 'b'], ['a', 'b']]))
  it('differ where files were unreadable', () => assert.deepEqual(both('PartiallyFailed', ['a', 'b:PartiallyFailed', 'c:Failed']), [['a'], ['a', 'b'], ['a', 'b']]))
  it('are none of a cancelled run, whose volumes cannot be restored', () => assert.deepEqual(both('Failed', ['a:Completed']), [[], [], []]))
  it('are those of the spec when a Completed run lists none', () => {
    const one = { ...backup('b', 'Completed', time, ['a']), status: { phase: 'Completed' as const } }
    assert.deepEqual([goodVolumes(one), usableVolumes(one), heldVolumes(one)], [['a'], ['a'], ['a']])
  })
  it('leave out what is lost, but for what may be found again', () => {
    const one = lost(backup('b', 'Completed', time, ['a', 'b']), 'a')
    assert.deepEqual([goodVolumes(one), usableVolumes(one), heldVolumes(one)], [['b'], ['b'], ['a', 'b']])
    assert.deepEqual([isGood(one), isRestorable(one)], [false, true])
  })
})
