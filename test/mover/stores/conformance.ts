import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { test } from 'node:test'
import type { Store } from '../../../mover/stores/store.ts'
import { readText, writeText } from '../../../mover/stores/store.ts'

export interface Subject {
  readonly name: string
  /** A fresh and empty store. */
  readonly open: () => Promise<Store>
}

const MIB = 1 << 20

/** What every store must do. A new backend is admitted when it passes this. */
export function conform({ name, open }: Subject): void {
  const check = (sentence: string, body: (store: Store) => Promise<void>) => test(`${name}: ${sentence}`, async () => body(await open()))

  for (const size of [0, 1, 65_537, 5 * MIB, 16 * MIB, 16 * MIB + 1, 37 * MIB]) {
    check(`an object of ${size} bytes comes back whole`, async store => {
      const data = randomBytes(size)
      assert.deepEqual(await store.put('a/b/data.tar', chunks(data)), { bytes: size })
      assert.equal(await hashOf(store, 'a/b/data.tar'), createHash('sha256').update(data).digest('hex'))
      assert.equal((await store.head('a/b/data.tar'))?.bytes, size)
    })
  }
  for (const size of [0, 10, 17 * MIB, 33 * MIB]) {
    check(`a source that throws after ${size} bytes leaves nothing`, async store => {
      await assert.rejects(store.put('a/cut', cut(size)), /the source broke/)
      assert.equal(await store.head('a/cut'), undefined)
      assert.deepEqual(await keys(store, ''), [])
      assert.equal(await store.sweep(new Date(Date.now() + 86_400_000)), 0, 'no unfinished upload is left')
    })
    check(`a source that throws after ${size} bytes leaves the object that was there`, async store => {
      await writeText(store, 'a/cut', 'before')
      await assert.rejects(store.put('a/cut', cut(size)), /the source broke/)
      assert.equal(await readText(store, 'a/cut'), 'before')
    })
  }
  check('nothing is visible before the source has ended', async store => {
    const source = async function* () {
      yield randomBytes(20 * MIB)
      assert.equal(await store.head('a/late'), undefined)
      assert.deepEqual(await keys(store, ''), [])
      yield randomBytes(20 * MIB)
      assert.equal(await store.head('a/late'), undefined)
    }
    await store.put('a/late', source())
    assert.deepEqual(await keys(store, ''), ['a/late'])
  })
  check('put replaces', async store => {
    await writeText(store, 'x', 'one')
    await writeText(store, 'x', 'two')
    assert.equal(await readText(store, 'x'), 'two')
  })
  check('create takes a free key once', async store => {
    const wins = await Promise.all(['a', 'b', 'c', 'd'].map(text => store.create('claim', Buffer.from(text))))
    assert.equal(wins.filter(Boolean).length, 1)
    assert.equal(await readText(store, 'claim'), 'abcd'[wins.indexOf(true)])
    assert.equal(await store.create('claim', Buffer.from('late')), false)
  })
  check('what is absent is undefined, and deleting it is no error', async store => {
    assert.equal(await store.get('no/such'), undefined)
    assert.equal(await store.head('no/such'), undefined)
    await store.delete('no/such')
  })
  check('list gives what begins with the prefix, and nothing else', async store => {
    for (const key of ['p/a/1', 'p/a/2', 'p/ab/3', 'q/1']) await writeText(store, key, key)
    assert.deepEqual(await keys(store, 'p/a/'), ['p/a/1', 'p/a/2'])
    assert.deepEqual(await keys(store, 'p/a'), ['p/a/1', 'p/a/2', 'p/ab/3'])
    assert.deepEqual(await keys(store, 'none/'), [])
    for await (const object of store.list('q/')) {
      assert.equal(object.bytes, 3)
      assert.ok(Math.abs(object.modified.getTime() - Date.now()) < 600_000)
    }
  })
  check('a deleted object is gone, its neighbours stay', async store => {
    for (const key of ['d/1', 'd/2']) await writeText(store, key, key)
    await store.delete('d/1')
    assert.equal(await store.get('d/1'), undefined)
    assert.deepEqual(await keys(store, ''), ['d/2'])
  })
  check('a reader that stops early does no harm', async store => {
    await store.put('big', chunks(randomBytes(20 * MIB)))
    for await (const _ of await store.get('big') ?? []) break
    assert.equal((await store.head('big'))?.bytes, 20 * MIB)
  })
}

export async function keys(store: Store, prefix: string): Promise<readonly string[]> {
  const found: string[] = []
  for await (const { key } of store.list(prefix)) found.push(key)
  return found.sort()
}

async function hashOf(store: Store, key: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of await store.get(key) ?? []) hash.update(chunk)
  return hash.digest('hex')
}

async function* chunks(data: Buffer): AsyncGenerator<Uint8Array> {
  for (let offset = 0; offset < data.length; offset += 300_001) yield data.subarray(offset, offset + 300_001)
}

async function* cut(bytes: number): AsyncGenerator<Uint8Array> {
  yield* chunks(randomBytes(bytes))
  throw new Error('the source broke')
}
