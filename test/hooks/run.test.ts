import assert from 'node:assert/strict'
import test from 'node:test'
import { TransientError, UserError } from '../../lib/errors.ts'
import type { Effect } from '../../hooks/effects/effect.ts'
import { run, type Context } from '../../hooks/run.ts'
import { body, child, decision, parent, registered } from './fake-hook.ts'
import { FakeLive } from './fake-live.ts'

const first: Effect = { type: 'deleteRecord', target: { name: 'first', uid: 'u' } }
const second: Effect = { type: 'deleteRecord', target: { name: 'second', uid: 'u' } }

/** A context that writes down each effect. */
function recording(changes: Partial<Context> = {}): Context & { readonly done: Effect[] } {
  const done: Effect[] = []
  return {
    live: new FakeLive(), now: new Date('2026-11-21T02:00:00Z'), settings: { moverImage: 'm', imagePullPolicy: 'Never' }, signal: new AbortController().signal, done,
    execute: (effect) => {
      done.push(effect)
      return Promise.resolve()
    },
    ...changes,
  }
}

test('observe, decide, act in this order, and each gets what it needs', async () => {
  const order: string[] = []
  const context = recording()
  const hook = registered(decision, {
    observe: async (request, live) => {
      order.push(`observe ${request.parent.metadata.name} ${String(live === context.live)}`)
      return 'seen'
    },
    decide: ({ observed, now, settings, request }) => {
      order.push(`decide ${String(observed)} ${now.toISOString()} ${settings.moverImage} ${request.parent.metadata.name}`)
      return decision({ effects: [first, second] })
    },
  })
  const outcome = await run('sync', { registered: hook, body: body() }, context)
  assert.deepEqual(order, ['observe store true', 'decide seen 2026-11-21T02:00:00.000Z m store'])
  assert.deepEqual(context.done, [first, second])
  assert.equal(outcome.effects, 2)
})

test('a wrong clock of our own decides nothing while the API server tells the time', async () => {
  const seen: Date[] = []
  const hook = registered(decision, {
    observe: async (_request, _live, now) => void seen.push(now),
    decide: ({ now }) => {
      seen.push(now)
      return decision()
    },
  })
  const time = new Date('2026-11-21T01:00:00Z')
  await run('sync', { registered: hook, body: body() }, recording({ live: new FakeLive({ time }) }))
  assert.deepEqual(seen, [time, time])
})

test('an answer that is not whole does nothing', async () => {
  const context = recording()
  const hook = registered(() => decision({ effects: [first], children: [null as never] }))
  await assert.rejects(run('sync', { registered: hook, body: body() }, context), /children\[0\]/)
  assert.deepEqual(context.done, [])
})

test('a failing effect stops those after it, and there is no answer', async () => {
  const context = recording({ execute: () => Promise.reject(new Error('cut')) })
  const hook = registered(() => decision({ effects: [first, second] }))
  await assert.rejects(run('sync', { registered: hook, body: body() }, context), /cut/)
})

test('an Event that cannot be told stops neither what comes after it nor the answer', async () => {
  const event: Effect = { type: 'emitEvent', name: 'e', about: parent, eventType: 'Normal', reason: 'Completed', message: 'done' }
  const context = recording()
  const execute = (effect: Effect): Promise<void> => effect === event ? Promise.reject(new UserError('ApiRefused', 'exceeded quota')) : context.execute(effect)
  const outcome = await run('sync', { registered: registered(() => decision({ effects: [event, first] })), body: body() }, { ...context, execute })
  assert.deepEqual([context.done, outcome.effects, outcome.complaints], [[first], 1, ['exceeded quota']])
  assert.deepEqual(outcome.answer, { status: { phase: 'Checking' }, children: [child], finalized: false })
})

test('the last word about a record that goes is tried again, unless it is refused', async () => {
  const event: Effect = { type: 'emitEvent', name: 'e', about: parent, eventType: 'Warning', reason: 'DataKept', message: 'kept' }
  const attempt = (error: Error) => run('finalize', { registered: registered(() => decision({ effects: [event], children: [], finalized: true })), body: body({ finalizing: true }) }, { ...recording(), execute: () => Promise.reject(error) })
  await assert.rejects(attempt(new TransientError('ApiUnavailable', 'down')), { reason: 'ApiUnavailable' })
  assert.deepEqual((await attempt(new UserError('ApiRefused', 'denied'))).complaints, ['denied'])
})

test('what the API server refuses is told in the status, and nothing changes', async () => {
  const context = recording({ execute: () => Promise.reject(new UserError('ApiRefused', 'denied')) })
  const hook = registered(() => decision({ status: { phase: 'Ready' }, children: [], effects: [first, second] }), { kept: found => found })
  const { answer, complaints } = await run('sync', { registered: hook, body: body({ children: { 'Job.batch/v1': { 'shop/store-check-1': child } } }) }, context)
  assert.deepEqual([(answer as { children: unknown }).children, complaints], [[child], ['denied']])
  assert.match(JSON.stringify(answer), /"type":"Stalled","status":"True","reason":"ApiRefused","message":"denied/)
})

test('no effect begins when nobody waits any more', async () => {
  const controller = new AbortController()
  const done: Effect[] = []
  const context = recording({
    signal: controller.signal,
    execute: (effect) => {
      done.push(effect)
      controller.abort()
      return Promise.resolve()
    },
  })
  const hook = registered(() => decision({ effects: [first, second] }))
  await assert.rejects(run('sync', { registered: hook, body: body() }, context))
  assert.deepEqual(done, [first])
})

test('customize neither reads nor acts', async () => {
  const context = recording()
  const hook = registered(decision, { observe: () => assert.fail('no reads') })
  assert.deepEqual((await run('customize', { registered: hook, body: body() }, context)).answer, { relatedResources: [] })
})

test('what is refused to one part is told by a second decision, and the rest is answered as it was decided', async () => {
  const context = recording()
  const execute = (effect: Effect): Promise<void> => effect === first ? Promise.reject(new UserError('ApiRefused', 'denied')) : context.execute(effect)
  const parts = [{ name: 'a', effects: [first] }, { name: 'b', effects: [second] }]
  const hook = registered(decision, { decide: ({ refused }) => decision({ effects: [first, second], parts, status: { phase: 'Checking', message: refused?.a ?? 'well' } }) })
  const { answer, ...outcome } = await run('sync', { registered: hook, body: body() }, { ...context, execute })
  assert.deepEqual([context.done, outcome], [[second], { effects: 1, complaints: ['denied'] }])
  assert.deepEqual((answer as { status: object }).status, { phase: 'Checking', message: 'denied' })
})
