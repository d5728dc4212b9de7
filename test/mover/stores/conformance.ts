import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { test } from 'node:test'
import type { Store } from '../../../mover/stores/store.ts'
import { readText, writeText } from '../../../mover/stores/store.ts'

export interface Subject {
  readonly name: string
  /** A fresh and empty store. */
  readonly open: () => Promise<Store>
  /** Whether this is about another way to a store that was admitted: then few sizes do. */
  readonly again?: boolean
  /** Whether of many who create one key at once only one wins. @default true */
  readonly conditional?: boolean
}

const MIB = 1 << 20
/** `.partial-` and twelve hex digits end a file of ours that is unfinished; elsewhere in a name they mean nothing. */
const ODD = [
  'a+b %20&c=d', 'a+b?c#d', 'quote\'"<>&', 'grüße-日本', '...', '.hidden', '-dash', '~tilde', 'x'.repeat(200),
  'claim.partial-0123456789ab/b1/data', 'a.partial-b', 'a.partial-0123456789ab.json', 'b\\c', 'd:e;f@g!$(h)*i,j',
]

/** What every store must do. A new backend is admitted when it passes this. */
export function conform({ name, open, again = false, conditional = true }: Subject): void {
  const check = (sentence: string, body: (store: Store) => Promise<void>) => test(`${name}: ${sentence}`, async () => body(await open()))

  for (const size of again ? [0, 65_537, 21 * MIB] : [0, 1, 65_537, 5 * MIB, 16 * MIB, 16 * MIB + 1, 37 * MIB]) {
    check(`an object of ${size} bytes comes back whole`, async store => {
      const data = randomBytes(size)
      assert.deepEqual(await store.put('a/b/data.tar', chunks(data)), { bytes: size })
      assert.equal(await hashOf(store, 'a/b/data.tar'), createHash('sha256').update(data).digest('hex'))
      assert.equal((await store.head('a/b/data.tar'))?.bytes, size)
    })
  }
  for (const size of again ? [33 * MIB] : [0, 10, 17 * MIB, 33 * MIB]) {
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
    const wins = await Promise.all((conditional ? ['a', 'b', 'c', 'd'] : ['a']).map(text => store.create('claim', Buffer.from(text))))
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
  check('names with odd characters are names', async store => {
    for (const key of ODD) await writeText(store, `o/${key}`, key)
    assert.deepEqual(await keys(store, 'o/'), ODD.map(key => `o/${key}`).sort())
    assert.deepEqual(await keys(store, 'o/a+'), ['o/a+b %20&c=d', 'o/a+b?c#d'])
    for (const key of ODD) {
      assert.equal(await readText(store, `o/${key}`), key)
      assert.equal((await store.head(`o/${key}`))?.bytes, Buffer.byteLength(key))
      await store.delete(`o/${key}`)
    }
    assert.equal(await store.sweep(new Date(Date.now() + 86_400_000)), 0, 'a name that looks unfinished is none')
    assert.deepEqual(await keys(store, ''), [])
  })
  check('an empty object is an object', async store => {
    await writeText(store, 'e/empty', '')
    assert.equal(await readText(store, 'e/empty'), '')
    assert.deepEqual([(await store.head('e/empty'))?.bytes, await keys(store, 'e/')], [0, ['e/empty']])
    await writeText(store, 'e/empty', 'no more')
    await writeText(store, 'e/empty', '')
    assert.equal((await store.head('e/empty'))?.bytes, 0)
    assert.equal(await store.create('e/empty', Buffer.from('x')), false)
  })
  check('a folder of keys is no object', async store => {
    await writeText(store, 'f/a/1', 'x')
    for (const key of ['f', 'f/a']) assert.deepEqual([await store.get(key), await store.head(key)], [undefined, undefined], key)
    await store.delete('f/a')
    assert.deepEqual(await keys(store, ''), ['f/a/1'])
  })
  check('put replaces longer by shorter and shorter by longer, in head and list too', async store => {
    for (const size of [10, 20 * MIB, 3]) {
      await store.put('r', chunks(randomBytes(size)))
      assert.equal((await store.head('r'))?.bytes, size)
      for await (const { bytes } of store.list('r')) assert.equal(bytes, size)
    }
  })
  check('who reads an object that is replaced meanwhile gets one whole object', async store => {
    const [old, young] = [randomBytes(12 * MIB), randomBytes(12 * MIB)]
    await store.put('r', chunks(old))
    const read: Uint8Array[] = []
    let replaced: Promise<unknown> | undefined
    for await (const chunk of await store.get('r') ?? []) {
      // Not waited for: some stores let a writer wait for the readers of what it replaces.
      replaced ??= store.put('r', chunks(young))
      read.push(chunk)
    }
    await replaced
    assert.ok(Buffer.concat(read).equals(old))
    assert.equal(await hashOf(store, 'r'), createHash('sha256').update(young).digest('hex'))
  })
  for (const size of again ? [50_000] : [50_000, 33 * MIB]) {
    check(`of puts of one key at once (${size} bytes) one wins whole, others win or tell of it, and nothing is left`, async store => {
      const all = [1, 2, 3].map(() => randomBytes(size))
      const ends = await Promise.allSettled(all.map(data => store.put('c/one', chunks(data))))
      const won = all.filter((_, index) => ends[index]?.status === 'fulfilled').map(data => createHash('sha256').update(data).digest('hex'))
      for (const end of ends) if (end.status === 'rejected') assert.equal((end.reason as Error).name, 'TransientError', String(end.reason))
      assert.ok(won.includes(await hashOf(store, 'c/one')), 'what is there was told to be there')
      assert.deepEqual(await keys(store, ''), ['c/one'])
      await store.put('c/one', chunks(Buffer.from('last')))
      assert.equal(await store.sweep(new Date(Date.now() + 86_400_000)), 0, 'no unfinished upload is left')
    })
  }
  check('puts of many keys at once are all there, and a prefix can be removed while it is listed', async store => {
    await Promise.all(Array.from({ length: 60 }, (_, index) => writeText(store, `many/${index % 7}/${index}`, String(index))))
    await writeText(store, 'many-others', 'stays')
    assert.equal((await keys(store, 'many/')).length, 60)
    for await (const { key } of store.list('many/')) await store.delete(key)
    await store.delete('many/0/0')
    assert.deepEqual(await keys(store, ''), ['many-others'])
  })
  check('a time of change is that of the last put', async store => {
    const start = Date.now()
    await writeText(store, 't', 'one')
    const first = (await store.head('t'))?.modified.getTime() ?? 0
    await writeText(store, 't', 'two')
    const second = (await store.head('t'))?.modified.getTime() ?? 0
    assert.ok(second >= first && first >= start - 5000 && second <= Date.now() + 5000)
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
