import assert from 'node:assert/strict'
import test from 'node:test'
import { act } from '../../hooks/act.ts'
import type { Effect } from '../../hooks/effects/effect.ts'
import { TransientError, UserError } from '../../lib/errors.ts'
import { decision } from './fake-hook.ts'

const [a1, a2, b1, common] = ['a1', 'a2', 'b1', 'common'].map(name => ({ type: 'deleteRecord', target: { name, uid: 'u' } }) satisfies Effect) as [Effect, Effect, Effect, Effect]
const event = { type: 'emitEvent', name: 'e', about: { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p' } }, eventType: 'Normal', reason: 'Completed', message: 'done' } satisfies Effect
const PARTS = [{ name: 'a', effects: [a1, a2] }, { name: 'b', effects: [b1] }]

async function play(failing: Effect, error: Error) {
  const done: Effect[] = []
  const execute = async (effect: Effect): Promise<void> => {
    if (effect === failing) throw error
    done.push(effect)
  }
  const acted = await act(decision({ effects: [a1, a2, b1, common, event], parts: PARTS }), { execute, signal: new AbortController().signal })
  return { ...acted, done }
}

test('what is refused to one part stops that part and what rests on all, and nothing else', async () => {
  assert.deepEqual(await play(a1, new UserError('ApiRefused', 'denied')), { effects: 1, complaints: ['denied'], refused: { a: 'denied' }, done: [b1] })
  assert.deepEqual(await play(b1, new UserError('ApiRefused', 'denied')), { effects: 2, complaints: ['denied'], refused: { b: 'denied' }, done: [a1, a2] })
})

test('any other failure stops all, as does one of no part', async () => {
  for (const error of [new TransientError('ApiUnavailable', 'down'), new UserError('TargetExists', 'taken'), new Error('bug')]) await assert.rejects(play(a1, error), error)
  await assert.rejects(play(common, new UserError('ApiRefused', 'denied')), { reason: 'ApiRefused' })
})

test('an Event that is refused stops nothing', async () => {
  assert.deepEqual(await play(event, new UserError('ApiRefused', 'quota')), { effects: 4, complaints: ['quota'], refused: {}, done: [a1, a2, b1, common] })
})
