import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import test from 'node:test'
import fc from 'fast-check'
import { pack } from 'tar-stream'
import { censusTaker } from '../../../mover/archive/census.ts'
import { bench } from '../context.ts'

interface Made { readonly name: string; readonly size: number; readonly type: 'file' | 'directory' | 'symlink' | 'link' | 'fifo' }

const entry = fc.record({
  name: fc.string({ minLength: 1, maxLength: 300, unit: fc.constantFrom('a', 'é', '日', '-', ' ') }),
  size: fc.integer({ min: 0, max: 3000 }),
  type: fc.constantFrom('file', 'directory', 'symlink', 'link', 'fifo'),
}) as fc.Arbitrary<Made>

test('a tar of any library, fed in chunks of any size, is counted right', async () => {
  await fc.assert(fc.asyncProperty(fc.array(entry, { maxLength: 20 }), fc.integer({ min: 1, max: 2000 }), async (entries, step) => {
    const tar = await packed(entries)
    const census = censusTaker()
    for (let offset = 0; offset < tar.length; offset += step) census.feed(tar.subarray(offset, offset + step))
    const files = entries.filter(({ type }) => type !== 'directory')
    assert.deepEqual(census.result(), {
      files: files.length, directories: entries.length - files.length,
      bytes: entries.filter(({ type }) => type === 'file').reduce((sum, { size }) => sum + size, 0),
    })
  }), { numRuns: 50 })
})

test('a sparse file counts with its holes, also beyond 8 GiB', () => {
  using here = bench()
  execFileSync('sh', ['-c', `mkdir ${here.folder}/s && cd ${here.folder}/s && truncate -s 20G huge && echo end >> huge`])
  const census = censusTaker()
  census.feed(execFileSync('tar', ['-c', '--format=posix', '--sparse', '-C', `${here.folder}/s`, '.'], { maxBuffer: 1 << 26 }))
  assert.deepEqual(census.result(), { files: 1, directories: 1, bytes: 20 * 2 ** 30 + 4 })
})

test('what is no tar does no harm', () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 5000 }), bytes => {
    const census = censusTaker()
    census.feed(Buffer.from(bytes))
    assert.ok(census.result().files >= 0)
  }))
})

async function packed(entries: readonly Made[]): Promise<Buffer> {
  const tar = pack()
  for (const { name, size, type } of entries) {
    if (type === 'file') tar.entry({ name }, 'x'.repeat(size))
    else tar.entry({ name, type, size: 0, ...((type === 'symlink' || type === 'link') && { linkname: 'elsewhere' }) })
  }
  tar.finalize()
  const chunks: Buffer[] = []
  for await (const chunk of tar) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}
