import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { UserError } from '../../../lib/errors.ts'
import { parts, partSizes } from '../../../mover/stores/parts.ts'

const MIB = 1 << 20
const GIB = 1024 * MIB

test('parts joined are the stream, and all but the last are full', async () => {
  await fc.assert(fc.asyncProperty(fc.array(fc.uint8Array({ maxLength: 50 })), fc.integer({ min: 1, max: 20 }), async (chunks, size) => {
    const cut: Buffer[] = []
    for await (const part of parts(stream(chunks), always(size))) cut.push(part)
    assert.deepEqual(Buffer.concat(cut), Buffer.concat(chunks))
    assert.ok(cut.slice(0, -1).every(part => part.length === size))
    assert.ok(cut.every(part => part.length > 0))
  }))
})

test('what remains when the source throws is never given out', async () => {
  const seen: number[] = []
  const broken = async function* () {
    yield Buffer.alloc(20)
    throw new Error('broke')
  }
  await assert.rejects(async () => {
    for await (const part of parts(broken(), always(10))) seen.push(part.length)
  }, /broke/)
  assert.deepEqual(seen, [10], 'the second part is full, but it may be the last')
})

test('whatever the hint, parts begin alike and small, stay within memory, and 10,000 hold the largest object and no more', () => {
  for (const hint of [undefined, 0, 1, 5 * GIB, 80 * GIB, 117 * GIB, 2 ** 40, 2 ** 46, 2 ** 53]) {
    const { all, error } = sizesOf(hint)
    const first = all[0] ?? 0
    assert.ok(first >= 20 * MIB && first <= 40 * MIB, String(first))
    assert.ok(all.slice(0, 3000).every(size => size === first))
    assert.ok(all.length <= 10_000, String(all.length))
    assert.equal(all.reduce((sum, size) => sum + size, 0), 5 * 2 ** 40)
    assert.ok(all.slice(0, -1).every((size, index) => size >= (all[index - 1] ?? 0) && size >= 5 * MIB && size <= GIB))
    assert.ok(error instanceof UserError && error.reason === 'StoreFull' && error.message.includes('5 TiB'))
  }
})

test('parts are alike for all that is promised, up to 100 GiB', () => {
  for (const hint of [10, 59, 80, 100]) {
    const { all } = sizesOf(hint * GIB)
    const alike = all.findIndex(size => size !== all[0])
    assert.ok(alike * (all[0] ?? 0) >= Math.min(1.05 * hint, 117) * GIB, String(hint))
  }
})

test('a stream that is too long fails as such', async () => {
  const sizes = function* () {
    yield 10
    throw new UserError('StoreFull', 'too long')
  }
  const cut = async (bytes: number) => {
    for await (const _ of parts(stream([Buffer.alloc(bytes)]), sizes())) void _
  }
  await cut(10)
  await assert.rejects(cut(11), { reason: 'StoreFull' })
})

/** All sizes, and with what they end. */
function sizesOf(hint: number | undefined): { readonly all: readonly number[]; readonly error: unknown } {
  const all: number[] = []
  try {
    for (const size of partSizes(hint)) all.push(size)
  } catch (error) {
    return { all, error }
  }
  return { all, error: undefined }
}

async function* stream(chunks: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* chunks
}

function* always(size: number): Generator<number> {
  for (;;) yield size
}
