import assert from 'node:assert/strict'
import test from 'node:test'
import { ahead } from '../../../mover/run/ahead.ts'

async function* numbers(last: number, made: number[] = []): AsyncGenerator<number> {
  for (let n = 1; n <= last; n += 1) {
    made.push(n)
    yield n
  }
}

test('all items come, in order', async () => {
  for (const count of [1, 2, 5]) {
    const seen: number[] = []
    for await (const n of ahead(numbers(4), count)) seen.push(n)
    assert.deepEqual(seen, [1, 2, 3, 4])
  }
})

test('the next items are made while one is in use, but no more than asked for', async () => {
  const made: number[] = []
  const items = ahead(numbers(9, made), 2)
  await items.next()
  await new Promise(resolve => setImmediate(resolve))
  assert.deepEqual(made, [1, 2])
  await items.next()
  await new Promise(resolve => setImmediate(resolve))
  assert.deepEqual(made, [1, 2, 3])
})

test('a source that fails does so after what it gave before', async () => {
  const seen: number[] = []
  async function* failing(): AsyncGenerator<number> {
    yield* numbers(2)
    throw new Error('cut')
  }
  await assert.rejects(async () => { for await (const n of ahead(failing())) seen.push(n) }, /cut/)
  assert.deepEqual(seen, [1, 2])
})

test('a consumer that leaves ends the source', async () => {
  let ended = false
  async function* source(): AsyncGenerator<number> {
    try {
      yield* numbers(9)
    } finally {
      ended = true
    }
  }
  for await (const _ of ahead(source())) break
  await new Promise(resolve => setImmediate(resolve))
  assert.equal(ended, true)
})
