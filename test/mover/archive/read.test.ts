import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'node:test'
import { UserError } from '../../../lib/errors.ts'
import { commit } from '../../../mover/archive/commit.ts'
import { compress } from '../../../mover/archive/compression.ts'
import type { Compression, Manifest } from '../../../mover/archive/manifest.ts'
import { readData, requireManifest } from '../../../mover/archive/read.ts'
import { writeData } from '../../../mover/archive/write.ts'
import { perform } from '../../../mover/operations/perform.ts'
import { MARKER } from '../../../mover/run/target.ts'
import { bench, type Bench } from '../context.ts'
import { memoryStore } from '../stores/memory.ts'
import { treeOf } from '../tree.ts'
import { sha256, type Memory } from '../world.ts'

const handle = 'archive/data/b1'
const MASKS = [0x01, 0x80, 0xff] as const
/** Fields that only tell of a point's making, or of its stored form: no restore depends on them. */
const INFORMATIONAL = ['namespace', 'run', 'policy', 'storedSha256', 'storedBytes', 'errors', 'errorSamples', 'startTime', 'endTime', 'tools']

interface Small { readonly here: Bench; readonly store: Memory; readonly data: string; readonly truth: string }

async function* once(content: Buffer): AsyncGenerator<Buffer> {
  yield Buffer.from(content)
}

/** A point of a stream, in memory. */
async function streamPoint(here: Bench, compression: Compression, content: Buffer): Promise<Small> {
  const store = memoryStore()
  const point = { volume: 'data', backup: 'b1' }
  const context = here.context({ strategy: 'custom', run: 'r1', compression }, { store })
  const { written, placed } = await writeData(context, { kind: 'stream', output: once(content), ...point })
  await commit(context, { kind: 'stream', point, startTime: new Date().toISOString(), written, placed, errors: { count: 0, samples: [] }, tools: { holdfast: '1' } })
  return { here, store, data: `${handle}/${written.data}`, truth: written.sha256 }
}

/** A point of two small files, in memory. */
async function tarPoint(here: Bench, compression: Compression): Promise<Small & { readonly source: string }> {
  const store = memoryStore()
  const source = join(here.folder, 'source')
  mkdirSync(source)
  writeFileSync(join(source, 'a'), 'small')
  writeFileSync(join(source, 'b'), 'other')
  const { sha256: truth = '' } = await perform(here.context({ path: source, run: 'r1', compression }, { store }))
  const [data = ''] = [...store.objects.keys()].filter(key => /data\./.test(key))
  return { here, store, data, truth, source }
}

/** Reads a point as a restore does. True when the stream came whole, false when that was refused; anything else throws. */
async function reads({ here, store, truth }: Small): Promise<boolean> {
  const context = here.context({ operation: 'restore', handle }, { store })
  const chunks: Uint8Array[] = []
  try {
    for await (const chunk of readData(context, await requireManifest(context, handle))) chunks.push(Buffer.from(chunk))
  } catch (error) {
    assert.ok(error instanceof UserError && error.reason === 'PointDamaged', String((error as Error).stack))
    return false
  }
  assert.equal(sha256(Buffer.concat(chunks)), truth, 'a changed stream was given as good')
  return true
}

/** Whether what is under a key, changed, is still read; then puts it back. */
async function readsChanged(point: Small, key: string, content: Buffer): Promise<boolean> {
  const held = point.store.objects.get(key)
  assert.ok(held)
  point.store.objects.set(key, { ...held, content })
  try {
    return await reads(point)
  } finally {
    point.store.objects.set(key, held)
  }
}

const contentOf = ({ store }: Small, key: string) => Buffer.from(store.objects.get(key)?.content ?? [])

/** Zeros to the end of a block of 64 KiB, behind the last byte of a tar that means something. They are nearly all of a small one: see some of them. */
const TAIL_STEP = 61

/** Positions at which a flipped byte does not matter, as `position^mask`: of all, but of only some of many zeros at the end. */
async function harmless(point: Small, key: string): Promise<readonly string[]> {
  const content = contentOf(point, key)
  assert.ok(await reads(point), 'the point is good')
  const found: string[] = []
  const tail = content.length - (/^\0*/.exec(Buffer.from(content).reverse().toString('latin1'))?.[0].length ?? 0) + 1024
  for (let at = 0; at < content.length; at += at > tail ? TAIL_STEP : 1) {
    for (const mask of content.length > 50_000 ? [MASKS[at % 3] ?? 1] : MASKS) {
      const changed = Buffer.from(content)
      changed[at] = (changed[at] ?? 0) ^ mask
      if (await readsChanged(point, key, changed)) found.push(`${at}^${mask.toString(16)}`)
    }
  }
  return found
}

/** How much memory a zstd frame wants may be told larger than it is. */
const ZSTD_HEADER = ['5^1']
/**
 * A gzip member's header tells a time, a level and an operating system (bytes 4 to 9), and whether it believes to be text (bit 0 of
 * byte 3). A block that is stored as it is begins with five bits of padding (byte 10).
 */
const GZIP_HEADER = ['3^1', ...[4, 5, 6, 7, 8, 9].flatMap(at => MASKS.map(mask => `${at}^${mask.toString(16)}`)), '10^80']

for (const [compression, exceptions] of [['zstd', ZSTD_HEADER], ['gzip', GZIP_HEADER], ['none', []]] as const) {
  test(`every byte of the data of a stream, flipped, is refused (${compression})`, async () => {
    using here = bench()
    const point = await streamPoint(here, compression, randomBytes(300))
    assert.deepEqual(await harmless(point, point.data), exceptions)
  })
  test(`every byte of the data of a tar, flipped, is refused, or unpacks to the very same stream (${compression})`, async () => {
    using here = bench()
    const point = await tarPoint(here, compression)
    // What compresses well can be said in several ways: a match may lie at another offset. That the stream is the same is asserted in `reads`.
    const found = (await harmless(point, point.data)).filter(place => !exceptions.includes(place as never))
    assert.ok(found.length <= contentOf(point, point.data).length * MASKS.length * (compression === 'none' ? 0 : 0.02), found.join(' '))
  })
  test(`data cut at any length is refused (${compression})`, async () => {
    using here = bench()
    const point = await streamPoint(here, compression, randomBytes(400))
    const content = contentOf(point, point.data)
    for (let length = 0; length < content.length; length += 1) assert.equal(await readsChanged(point, point.data, content.subarray(0, length)), false, `cut at ${length}`)
  })
}

test('every byte of the manifest, flipped, is refused, or is of a field that only informs', async () => {
  using here = bench()
  const point = await tarPoint(here, 'zstd')
  const key = `${handle}/manifest.json`
  const fields = fieldsOf(contentOf(point, key).toString())
  const found = await harmless(point, key)
  const touched = new Set(found.map(place => fields[Number.parseInt(place, 10)] ?? ''))
  // `files` and `bytes` are the census's: the whole restore below looks at them.
  assert.deepEqual([...touched].filter(field => !['files', 'bytes'].includes(field)).sort(), INFORMATIONAL.filter(field => touched.has(field)).sort())
  assert.ok(touched.has('endTime') && touched.has('storedSha256'), 'the list of exceptions is of use')
})

/** The field that each character of a manifest is in; nested ones count as what they are in. */
function fieldsOf(text: string): readonly string[] {
  let field = ''
  return text.split('\n').flatMap(line => {
    field = /^ {2}"(\w+)":/.exec(line)?.[1] ?? (/^ {3,}|^ {2}[}\]]/.test(line) ? field : 'frame')
    return Array.from({ length: line.length + 1 }, () => field)
  })
}

test('whole restores of points with a flipped byte publish nothing, and those that succeed are equal', async () => {
  using here = bench()
  const point = await tarPoint(here, 'zstd')
  const manifest = `${handle}/manifest.json`
  const text = contentOf(point, manifest).toString()
  const counts = ['files', 'bytes'].map(field => text.indexOf(`"${field}": `) + field.length + 4)
  const places = [...counts.map(at => [manifest, at] as const), ...[5, 80, 150].map(at => [point.data, at] as const), [manifest, text.indexOf('endTime') + 12] as const]
  const reasons: string[] = []
  for (const [index, [key, at]] of places.entries()) {
    const held = point.store.objects.get(key)
    assert.ok(held)
    const content = Buffer.from(held.content)
    content[at] = (content[at] ?? 0) ^ 0x01
    point.store.objects.set(key, { ...held, content })
    const target = join(here.folder, `target-${index}`)
    mkdirSync(target)
    const reason = await perform(here.context({ operation: 'restore', handle, path: target }, { store: point.store })).then(() => 'ok', (error: UserError) => error.reason)
    point.store.objects.set(key, held)
    if (reason === 'ok') assert.deepEqual(treeOf(target), treeOf(point.source))
    else assert.deepEqual([reason, existsSync(join(target, MARKER)) || !existsSync(join(target, 'a'))], ['PointDamaged', true], 'marked as unfinished')
    reasons.push(reason)
  }
  assert.deepEqual([reasons.slice(0, 2), reasons.at(-1)], [['PointDamaged', 'PointDamaged'], 'ok'])
  assert.ok(reasons.filter(reason => reason === 'PointDamaged').length >= 4, reasons.join())
})

test('of large data one bit in each of 64 regions is refused', async () => {
  using here = bench()
  const point = await streamPoint(here, 'zstd', randomBytes(64 << 20))
  const content = contentOf(point, point.data)
  for (let region = 0; region < 64; region += 1) {
    const at = Math.floor((region + 0.37) * content.length / 64)
    const bit = 1 << region % 8
    content[at] = (content[at] ?? 0) ^ bit
    assert.equal(await readsChanged(point, point.data, content), false, `region ${region}`)
    content[at] = (content[at] ?? 0) ^ bit
  }
  assert.equal(await readsChanged(point, point.data, content), true)
})

for (const compression of ['zstd', 'gzip'] as const) {
  test(`frames that change places, come twice or are missing are refused (${compression})`, async () => {
    using here = bench()
    const parts = ['one ', 'two ', 'three ', 'four '].map(word => Buffer.from(word.repeat(100)))
    const point = await streamPoint(here, compression, Buffer.concat(parts))
    const [a, b, c, d] = await Promise.all(parts.map(part => framed(part, compression))) as [Buffer, Buffer, Buffer, Buffer]
    assert.equal(await readsChanged(point, point.data, Buffer.concat([a, b, c, d])), true, 'other frames of the same stream are read')
    for (const frames of [[b, a, c, d], [a, b, b, c, d], [a, b, d], [a, b, c], [a, b, c, d, d], [a, d, c, b], []]) assert.equal(await readsChanged(point, point.data, Buffer.concat(frames)), false)
  })
}

test('what is appended is refused, unless the compression has no word for it and the stream is the same', async () => {
  using here = bench()
  const skippable = Buffer.from([0x50, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3])
  const answers: Record<string, boolean> = {}
  for (const compression of ['zstd', 'gzip', 'none'] as const) {
    const point = await streamPoint(here, compression, randomBytes(400))
    const content = contentOf(point, point.data)
    for (const [name, more] of [['zeros', Buffer.alloc(512)], ['garbage', Buffer.from('garbage')], ['itself', content], ['skippable frame', skippable]] as const) {
      answers[`${compression} ${name}`] = await readsChanged(point, point.data, Buffer.concat([content, more]))
    }
  }
  assert.deepEqual(Object.keys(answers).filter(name => answers[name]), ['zstd skippable frame', 'gzip zeros'])
})

test('the manifest, or the data, of another point is refused', async () => {
  using here = bench()
  const [point, other] = [await streamPoint(here, 'none', Buffer.from('mine')), await streamPoint(here, 'none', Buffer.from('hers'))]
  assert.equal(await readsChanged(point, point.data, contentOf(other, other.data)), false)
  const manifest = JSON.parse(contentOf(other, `${handle}/manifest.json`).toString()) as Manifest
  assert.equal(await readsChanged(point, `${handle}/manifest.json`, Buffer.from(JSON.stringify(manifest))), false)
  // Of another place, with its data beside it: the handle that was asked for is the one that counts.
  const foreign = { ...manifest, backup: 'b2' }
  point.store.objects.set('archive/data/b2/data.stream', { content: contentOf(other, other.data), modified: new Date() })
  assert.equal(await readsChanged(point, `${handle}/manifest.json`, Buffer.from(JSON.stringify(foreign))), false)
})

async function framed(part: Buffer, compression: Compression): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  for await (const chunk of compress(once(part), compression)) chunks.push(chunk)
  return Buffer.concat(chunks)
}

test('a point that was replaced with its manifest, all of it fitting together, is refused by the hash of the Backup\'s record', async () => {
  using here = bench()
  const [mine, hers] = [await streamPoint(here, 'zstd', Buffer.from('mine')), await streamPoint(here, 'zstd', Buffer.from('hers'))]
  const asked = (sha256?: string) => here.context({ operation: 'restore', handle, ...(sha256 && { sha256 }) }, { store: hers.store })
  await assert.rejects(requireManifest(asked(mine.truth), handle), (error: UserError) => error.reason === 'PointDamaged' && /replaced/.test(error.message))
  assert.equal((await requireManifest(asked(hers.truth), handle)).sha256, hers.truth)
  assert.equal((await requireManifest(asked(), handle)).sha256, hers.truth, 'a record without a hash')
})
