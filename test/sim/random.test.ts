import assert from 'node:assert/strict'
import test from 'node:test'
import { random } from './random.ts'

test('a seed decides everything, another seed something else', () => {
  const draw = (seed: number): readonly number[] => { const stream = random(seed); return Array.from({ length: 5 }, () => stream.next()) }
  assert.deepEqual(draw(7), draw(7))
  assert.notDeepEqual(draw(7), draw(8))
})

test('a fork is not moved by what is drawn from its parent, nor moves it', () => {
  const [a, b] = [random(3), random(3)]
  a.next()
  assert.equal(a.fork('x').next(), b.fork('x').next())
  const [c, d] = [random(3), random(3)]
  c.fork('x').next()
  assert.equal(c.next(), d.next())
})

test('numbers are spread evenly enough', () => {
  const stream = random(1)
  const counts = Array.from({ length: 10 }, () => 0)
  for (let at = 0; at < 10_000; at++) counts[stream.below(10)] = (counts[stream.below(10)] ?? 0) + 1
  assert.ok(counts.every(count => count > 800 && count < 1200), counts.join())
  const part = Array.from({ length: 10_000 }, () => stream.chance(0.1)).filter(Boolean).length
  assert.ok(part > 850 && part < 1150, String(part))
})

test('a shuffle keeps every item', () => {
  assert.deepEqual(random(5).shuffled([1, 2, 3, 4]).toSorted(), [1, 2, 3, 4])
})
