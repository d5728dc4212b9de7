import assert from 'node:assert/strict'
import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'node:test'
import { gunzipSync, gzipSync, zstdCompressSync } from 'node:zlib'
import fc from 'fast-check'
import { compress, dataName, decompress } from '../../../mover/archive/compression.ts'
import type { Manifest } from '../../../mover/archive/manifest.ts'
import { bench, IN_MEMORY } from '../context.ts'
import { moverProcess } from '../process.ts'
import { sha256 } from '../world.ts'

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

const MEBIBYTE = 1 << 20
const PIECE = 64 * MEBIBYTE
/** Of the bomb: 768 MiB, which take up less than a thousandth of that in the store. */
const PIECES = 12
/** What a mover may take of memory for it, in MiB: half of what it unpacks to. Some 100 are the process itself. */
const BOUND = 384

/** Tells, as the process ends, how much memory it ever had, in KiB. That of `resourceUsage` would count what the parent had, too. */
const PEAK = `import { readFileSync, writeFileSync } from 'node:fs'
process.on('exit', () => writeFileSync(process.env.PEAK, /VmHWM:\\s+(\\d+) kB/.exec(readFileSync('/proc/self/status', 'utf8'))[1]))
`

for (const [compression, pack] of [['zstd', zstdCompressSync], ['gzip', gzipSync]] as const) {
  test(`a bomb whose manifest is right passes through the mover in little memory (${compression})`, { skip: process.platform !== 'linux' && 'memory is read from /proc' }, async () => {
    using here = bench(IN_MEMORY)
    const piece = Buffer.alloc(PIECE)
    const packed = pack(piece)
    const hash = createHash('sha256')
    for (let count = 0; count < PIECES; count += 1) hash.update(piece)
    const stored = Buffer.concat(Array.from({ length: PIECES }, () => packed))
    const data = dataName('stream', compression)
    const manifest: Manifest = {
      format: 1, kind: 'stream', namespace: 'ns', backup: 'b1', volume: 'data', data, compression, sha256: hash.digest('hex'), streamBytes: PIECES * PIECE,
      storedSha256: sha256(stored), storedBytes: stored.length, bytes: PIECES * PIECE, files: 1, errors: 0, errorSamples: [],
      startTime: '2026-01-01T00:00:00Z', endTime: '2026-01-01T00:00:00Z', tools: {},
    }
    const [folder, exchange, peak, preload] = [join(here.store, 'archive', 'data', 'b1'), join(here.folder, 'exchange'), join(here.folder, 'peak'), join(here.folder, 'peak.mjs')]
    for (const path of [folder, exchange]) mkdirSync(path, { recursive: true })
    writeFileSync(join(folder, data), stored)
    writeFileSync(join(folder, 'manifest.json'), JSON.stringify(manifest))
    writeFileSync(preload, PEAK)
    execFileSync('mkfifo', [join(exchange, 'stream')])
    const consumer = spawn('sh', ['-c', 'wc -c < stream > count; echo 0 > exit.tmp; mv exit.tmp exit'], { cwd: exchange, stdio: 'ignore' })
    try {
      const { task } = here.context({ operation: 'restore', strategy: 'custom', handle: 'archive/data/b1' })
      const { result, errors } = await moverProcess(here.folder, task, { preload, env: { HOLDFAST_EXCHANGE: exchange, PEAK: peak } })
      assert.deepEqual([result?.ok, result?.bytes], [true, PIECES * PIECE], errors)
    } finally {
      consumer.kill('SIGKILL')
    }
    assert.equal(Number(readFileSync(join(exchange, 'count'), 'utf8')), PIECES * PIECE, 'the restore command got it all')
    const mebibytes = Number(readFileSync(peak, 'utf8')) / 1024
    assert.ok(mebibytes > 30 && mebibytes < BOUND, `${mebibytes} MiB`)
  })
}
