import assert from 'node:assert/strict'
import test from 'node:test'
import { createEngine } from './engine.ts'

test('events happen in the order of their times, those of one instant in the order in which they were planned', async () => {
  const engine = createEngine(1, 1000)
  const seen: string[] = []
  engine.after(20, () => seen.push(`b@${engine.now()}`))
  engine.after(10, () => seen.push(`a@${engine.now()}`))
  engine.after(20, () => seen.push(`c@${engine.now()}`))
  await engine.run(5000)
  assert.deepEqual(seen, ['a@1010', 'b@1020', 'c@1020'])
  assert.equal(engine.now(), 5000)
})

test('what follows from an event at the same instant is done before the next event', async () => {
  const engine = createEngine(1, 0)
  const seen: string[] = []
  void engine.sleep(10).then(async () => { await Promise.resolve(); seen.push('after a') })
  engine.after(10, () => seen.push('b'))
  engine.afterStep = () => seen.push('step')
  await engine.run(100)
  assert.deepEqual(seen, ['after a', 'step', 'b', 'step'])
})

test('an event that was called off does not happen, and an aborted sleep rejects', async () => {
  const engine = createEngine(1, 0)
  let happened = false
  engine.after(10, () => { happened = true })()
  const stop = new AbortController()
  const sleep = assert.rejects(engine.sleep(1000, stop.signal), /enough/)
  engine.after(5, () => stop.abort(new Error('enough')))
  await engine.run(2000)
  await sleep
  assert.equal(happened, false)
})

test('a run ends as soon as it is asked to, and goes on from there', async () => {
  const engine = createEngine(1, 0)
  for (const at of [10, 20, 30]) engine.after(at, () => undefined)
  await engine.run(100, () => engine.now() === 20)
  assert.equal(engine.now(), 20)
  await engine.run(100)
  assert.equal(engine.steps, 3)
})
