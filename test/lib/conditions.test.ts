import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { mergeConditions, readyConditions, type NextCondition } from '../../lib/conditions.ts'

const now = new Date('2026-11-21T08:00:00.500Z')
const later = new Date('2026-11-21T09:00:00Z')
const ready: NextCondition = { type: 'Ready', status: 'True', reason: 'Ready', message: 'well', observedGeneration: 1 }

describe('mergeConditions', () => {
  it('dates a new condition', () => assert.deepEqual(mergeConditions(undefined, [ready], now), [{ ...ready, lastTransitionTime: '2026-11-21T08:00:00Z' }]))

  it('keeps the date while only reason, message or generation move', () => {
    const before = mergeConditions(undefined, [ready], now)
    const [after] = mergeConditions(before, [{ ...ready, reason: 'Scheduled', message: 'still', observedGeneration: 2 }], later)
    assert.deepEqual(after, { ...ready, reason: 'Scheduled', message: 'still', observedGeneration: 2, lastTransitionTime: '2026-11-21T08:00:00Z' })
  })

  it('moves the date with the status', () => {
    const before = mergeConditions(undefined, [ready], now)
    assert.equal(mergeConditions(before, [{ ...ready, status: 'False' }], later)[0]?.lastTransitionTime, '2026-11-21T09:00:00Z')
  })

  it('drops what is not listed any more', () => assert.deepEqual(mergeConditions(mergeConditions(undefined, [ready], now), [], later), []))

  it('leaves out an unknown generation', () => {
    assert.equal('observedGeneration' in (mergeConditions(undefined, [{ ...ready, observedGeneration: undefined }], now)[0] ?? {}), false)
  })

  it('is idempotent', () => {
    const status = fc.constantFrom<NextCondition['status']>('True', 'False', 'Unknown')
    const conditions = fc.uniqueArray(fc.record({ type: fc.constantFrom('Ready', 'Stalled', 'Held'), status, reason: fc.string(), message: fc.string() }), { selector: ({ type }) => type })
    fc.assert(fc.property(conditions, conditions, (first, second) => {
      const once = mergeConditions(mergeConditions(undefined, first, now), second, later)
      assert.deepEqual(mergeConditions(once, second, new Date(later.getTime() + 1e6)), once)
    }))
  })
})

describe('readyConditions', () => {
  it('gives the kstatus triple', () => {
    const triple = readyConditions({ ready: false, stalled: true, reconciling: false, reason: 'InvalidSchedule', message: 'bad', generation: 3 })
    assert.deepEqual(triple.map(({ type, status, message }) => [type, status, message]), [['Ready', 'False', 'bad'], ['Reconciling', 'False', ''], ['Stalled', 'True', 'bad']])
    assert.ok(triple.every(({ reason, observedGeneration }) => reason === 'InvalidSchedule' && observedGeneration === 3))
  })
})
