import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import test from 'node:test'
import { gunzipSync, zstdCompressSync } from 'node:zlib'
import fc from 'fast-check'
import { compress, decompress } from '../../../mover/archive/compression.ts'

const BLOCKS = [randomBytes(100_000), Buffer.alloc(300_000, 'abc'), Buffer.from('x'), randomBytes(5_000_000), Buffer.from('the end')]
const NO_ZSTD = spawnSync('zstd', ['--version']).status === 0 ? undefined : 'no zstd on PATH'

async function* inChunks(data: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let offset = 0; offset < data.length; offset += size) yield data.subarray(offset, offset + size)
}

async function* each(blocks: readonly Buffer[]): AsyncGenerator<Buffer> {
  for (const block of blocks) yield Buffer.from(block)
}

async function whole(stream: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  for await (const chunk of stream) chunks.push(chunk)
  return Buffer.concat(chunks)
}

for (const compression of ['zstd', 'gzip', 'none'] as const) {
  test(`many blocks come back as one stream, however it is cut (${compression})`, async () => {
    const stored = await whole(compress(each(BLOCKS), compression))
    for (const size of [999, 65_536, stored.length]) {
      assert.ok(Buffer.concat(BLOCKS).equals(await whole(decompress(inChunks(stored, size), compression))), `chunks of ${size}`)
    }
  })
  test(`nothing comes back as nothing (${compression})`, async () => {
    assert.equal((await whole(decompress(each([await whole(compress(each([]), compression))]), compression))).length, 0)
  })
}

test('any blocks, cut anywhere, come back (zstd)', async () => {
  await fc.assert(fc.asyncProperty(fc.array(fc.uint8Array({ minLength: 1, maxLength: 2000 }), { maxLength: 6 }), fc.integer({ min: 1, max: 500 }), async (blocks, size) => {
    const data = blocks.map(block => Buffer.from(block))
    assert.deepEqual(await whole(decompress(inChunks(await whole(compress(each(data), 'zstd')), size), 'zstd')), Buffer.concat(data))
  }), { numRuns: 50 })
})

test('frames of other makers, with and without checksum and size, and skippable ones, are read', async () => {
  const skippable = Buffer.from([0x5f, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3])
  const stored = Buffer.concat([zstdCompressSync('one, '), skippable, zstdCompressSync(Buffer.alloc(300_000, 'z'), { pledgedSrcSize: 300_000 } as object), zstdCompressSync('end')])
  for (const size of [1, 7, stored.length]) {
    assert.equal(String(await whole(decompress(inChunks(stored, size), 'zstd'))), `one, ${'z'.repeat(300_000)}end`)
  }
})

test('the plain programs read it', { skip: NO_ZSTD }, async () => {
  const data = Buffer.concat(BLOCKS)
  assert.ok(data.equals(execFileSync('zstd', ['-dc'], { input: await whole(compress(each(BLOCKS), 'zstd')), maxBuffer: 1 << 26 })))
  assert.ok(data.equals(gunzipSync(await whole(compress(each(BLOCKS), 'gzip')))))
})

test('a source that fails makes the compressed stream fail', async () => {
  async function* failing(): AsyncGenerator<Buffer> {
    yield* each(BLOCKS)
    throw new Error('cut')
  }
  await assert.rejects(whole(compress(failing(), 'zstd')), /cut/)
})
