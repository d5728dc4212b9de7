import assert from 'node:assert/strict'
import test from 'node:test'
import { TransientError, UserError } from '../../lib/errors.ts'
import type { Decision } from '../../hooks/hook.ts'
import { asItIs } from '../../hooks/refused.ts'
import type { Condition } from '../../schemas/generated/types.ts'
import { child, decision, parent, registered, request } from './fake-hook.ts'

const now = new Date('2026-11-21T02:00:00Z')
const earlier = '2026-11-21T01:00:00Z'
const denied = new UserError('ApiRefused', 'POST /x: the Kubernetes API answered 403: denied, request 17f3')
const kept = registered(decision, { kept: ({ apiVersion, kind, metadata: { name } }) => ({ apiVersion, kind, metadata: { name } }) })

interface Row {
  readonly status?: object
  readonly decided?: Partial<Decision>
  readonly error?: unknown
  readonly hook?: typeof kept
}

function play({ status, decided, error = denied, hook = kept }: Row = {}): Decision | undefined {
  const seen = request({ parent: { ...parent, ...(status && { status }) }, children: { 'Job.batch/v1': { 'shop/store-check-1': child } }, finalizing: true })
  return asItIs(seen, { registered: hook, decision: decision({ finalized: true, ...decided }), error, now })
}

const conditionsOf = (found: Decision | undefined) => found?.status.conditions as readonly Condition[]

for (const [sentence, row] of [
  ['what time mends', { error: new TransientError('ApiUnavailable', 'later') }],
  ['a defect of ours', { error: new Error('bug') }],
  ['another word of an effect', { error: new UserError('TargetExists', 'taken') }],
  ['a kind that has no effects', { hook: registered() }],
  ['a run that has ended', { status: { phase: 'Completed' } }],
] as const) {
  test(`there is no answer for ${sentence}`, () => assert.equal(play(row), undefined))
}

test('every child stays, as its kind lists it, nothing is executed and no finalizer goes', () => {
  const { children, effects, finalized } = play() ?? {}
  assert.deepEqual([children, effects, finalized], [[{ apiVersion: 'batch/v1', kind: 'Job', metadata: { name: 'store-check-1' } }], [], false])
})

test('the former status stays and says what is refused', () => {
  const others = [{ type: 'RetentionHeld', status: 'True', reason: 'RetentionHeld', message: 'held', lastTransitionTime: earlier }]
  const found = play({ status: { phase: 'Running', startTime: earlier, volumes: ['v'], conditions: others } })
  const message = `${denied.message}; it is tried again every minute`
  assert.deepEqual({ ...found?.status, conditions: undefined }, { phase: 'Running', startTime: earlier, volumes: ['v'], reason: 'ApiRefused', message, conditions: undefined })
  assert.deepEqual(conditionsOf(found).map(({ type, status }) => `${type}=${status}`), ['Ready=False', 'Reconciling=False', 'Stalled=True', 'RetentionHeld=True'])
})

test('the start of a run is kept, and no other step that was not done', () => {
  assert.equal(play({ decided: { status: { phase: 'Running', startTime: earlier } } })?.status.startTime, earlier)
  assert.equal(play({ decided: { status: { phase: 'Failed', startTime: earlier } } })?.status.startTime, undefined)
  assert.equal(play({ status: { phase: 'Running', startTime: earlier }, decided: { status: { phase: 'Running', startTime: 'now' } } })?.status.startTime, earlier)
})

test('the same refusal is no change, whatever number the server gives it; another one is', () => {
  const before = play({ status: { phase: 'Running' } })?.status ?? {}
  const again = (message: string) => play({ status: before, error: new UserError('ApiRefused', message) })?.status
  assert.deepEqual(again(denied.message.replace('17f3', '18a0-4')), before)
  assert.notDeepEqual(again('another'), before)
})

for (const [seconds, expected] of [[undefined, 60], [1, 15], [40, 40], [3600, 60]] as const) {
  test(`a decision to come back after ${seconds} s comes back after ${expected}`, () => {
    assert.equal(play({ decided: seconds === undefined ? {} : { resyncAfterSeconds: seconds } })?.resyncAfterSeconds, expected)
  })
}
