import assert from 'node:assert/strict'
import { test } from 'node:test'
import { jobEnd, jobStart, jobState, pauseBegin } from '../../../hooks/jobs/state.ts'
import { job } from './pods.ts'

const cases = [
  ['a new Job', job(), 'active', undefined],
  ['a suspended Job', job('Suspended'), 'active', undefined],
  ['a Job that is about to succeed', job('SuccessCriteriaMet'), 'active', undefined],
  ['a complete Job', job('Complete'), 'complete', '2026-11-21T02:10:00Z'],
  ['a failed Job', job('Failed'), 'failed', '2026-11-21T02:10:00Z'],
  ['a Job without status', { apiVersion: 'batch/v1', kind: 'Job', metadata: { name: 'a' } }, 'active', undefined],
] as const

for (const [what, object, state, end] of cases) {
  test(`${what} is ${state}`, () => {
    assert.equal(jobState(object), state)
    assert.equal(jobEnd(object), end)
  })
}

test('a complete Job ended at its completionTime', () => {
  const done = job('Complete')
  assert.equal(jobEnd({ ...done, status: { ...(done.status as object), completionTime: '2026-11-21T02:09:59Z' } }), '2026-11-21T02:09:59Z')
  assert.equal(jobStart(done), '2026-11-21T02:00:00Z')
})

test('the pause after a failed Job begins at its end, but not before the API server made it', () => {
  const made = (creationTimestamp: string) => ({ ...job('Failed'), metadata: { name: 'a', creationTimestamp } })
  assert.equal(pauseBegin(made('2026-11-21T02:00:00Z')), '2026-11-21T02:10:00Z')
  assert.equal(pauseBegin(made('2026-11-21T02:40:00Z')), '2026-11-21T02:40:00Z')
  assert.equal(pauseBegin(job()), undefined)
})

test('a condition that is False does not count', () => {
  assert.equal(jobState({ apiVersion: 'batch/v1', kind: 'Job', metadata: { name: 'a' }, status: { conditions: [{ type: 'Failed', status: 'False' }] } }), 'active')
})
