import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { parts, partSizes } from '../../../mover/stores/parts.ts'

const MIB = 1 << 20

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

test('parts are alike for what is promised, at least 16 MiB, and 10,000 hold any stream', () => {
  for (const hint of [0, 1, 5 * 2 ** 30, 2 ** 40]) {
    const sizes = partSizes(hint)
    const all = Array.from({ length: 10_000 }, () => sizes.next().value ?? 0)
    const first = all[0] ?? 0
    assert.ok(first >= 16 * MIB)
    assert.ok(all.slice(0, 5000).every(size => size === first))
    assert.ok(5000 * first >= hint)
    assert.ok(all.reduce((sum, size) => sum + size, 0) > 2 ** 40)
  }
})

async function* stream(chunks: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* chunks
}

function* always(size: number): Generator<number> {
  for (;;) yield size
}
