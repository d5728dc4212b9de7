import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { existsSync, lstatSync, mkdirSync, readFileSync, readdirSync, readlinkSync, statfsSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'node:test'
import { gzipSync, zstdCompressSync } from 'node:zlib'
import type { UserError } from '../../../lib/errors.ts'
import { censusTaker } from '../../../mover/archive/census.ts'
import { dataName } from '../../../mover/archive/compression.ts'
import type { Compression, Manifest } from '../../../mover/archive/manifest.ts'
import { perform } from '../../../mover/operations/perform.ts'
import { bench, IN_MEMORY, IS_ROOT, type Bench } from '../context.ts'
import { memoryStore } from '../stores/memory.ts'
import { tarEntry, tarEnd, paxHeader, type TarEntry } from '../tar-entry.ts'
import { sha256 } from '../world.ts'

const handle = 'archive/data/b1'

/** What an enemy who may write to the store can do: any tar, with a manifest that is right about it. */
async function restoreEvil(here: Bench, tar: Buffer, { kind = 'tar', compression = 'none', stored = tar, changes = {} }: EvilOptions = {}) {
  const store = memoryStore()
  const target = join(here.folder, 'target')
  mkdirSync(target, { recursive: true })
  writeFileSync(join(here.folder, 'outside'), 'untouched')
  const { files, bytes } = counted(tar)
  const manifest: Manifest = {
    format: 1, kind, namespace: 'ns', backup: 'b1', volume: 'data', data: dataName(kind, compression), compression,
    sha256: sha256(tar), streamBytes: tar.length, storedSha256: sha256(stored), storedBytes: stored.length, bytes, files, errors: 0, errorSamples: [],
    startTime: '2026-01-01T00:00:00Z', endTime: '2026-01-01T00:00:00Z', tools: {}, ...changes,
  }
  store.objects.set(`${handle}/${manifest.data}`, { content: stored, modified: new Date() })
  store.objects.set(`${handle}/manifest.json`, { content: Buffer.from(JSON.stringify(manifest)), modified: new Date() })
  const restored = perform(here.context({ operation: 'restore', strategy: kind === 'tar' ? 'tar' : 'custom', handle, path: target }, { store }))
  const reason = await restored.then(() => 'ok', (error: UserError) => error.reason ?? error.stack)
  assert.equal(readFileSync(join(here.folder, 'outside'), 'utf8'), 'untouched')
  return { reason, target }
}

/** What an honest reader counts, up to where it would stop. */
function counted(tar: Buffer): { readonly files: number; readonly bytes: number } {
  const census = censusTaker()
  try {
    census.feed(tar)
  } catch (error) {
    assert.equal((error as Error).name, 'CensusError')
  }
  return census.result()
}

interface EvilOptions { readonly kind?: Manifest['kind']; readonly compression?: Compression; readonly stored?: Buffer; readonly changes?: Partial<Manifest> }

const archive = (...entries: readonly TarEntry[]) => Buffer.concat([tarEntry({ name: './', type: '5', mode: 0o755 }), ...entries.map(tarEntry), tarEnd()])

/** Names with which to write elsewhere: all are refused, and before anything is unpacked. */
const ELSEWHERE: Readonly<Record<string, (out: string) => readonly TarEntry[]>> = {
  'a name with ..': () => [{ name: '../outside', content: 'evil' }],
  'a name with .. in its middle': () => [{ name: './a/../../outside', content: 'evil' }],
  'an absolute name': out => [{ name: out, content: 'evil' }],
  'a PAX name with ..': () => [{ name: './good', content: 'evil', pax: { path: '../outside' } }],
  'a sparse name with ..': () => [{ name: './good', content: '0\n', pax: { 'GNU.sparse.major': '1', 'GNU.sparse.minor': '0', 'GNU.sparse.name': '../outside', 'GNU.sparse.realsize': '4' } }],
  'a GNU long name': () => [{ name: '././@LongLink', type: 'L', content: '../outside' }, { name: './good', content: 'evil' }],
  'a global header': () => [{ name: './g', type: 'g', content: paxHeader({ path: '../outside' }) }, { name: './good', content: 'evil' }],
  'a hard link with ..': () => [{ name: './hard', type: '1', link: '../outside' }, { name: './hard', content: 'evil' }],
  'an absolute hard link': out => [{ name: './hard', type: '1', link: out }],
  'a PAX hard link': () => [{ name: './hard', type: '1', link: './a', pax: { linkpath: '../outside' } }],
  'a name without ./': () => [{ name: 'outside', content: 'evil' }],
}

for (const [sentence, entries] of Object.entries(ELSEWHERE)) {
  test(`an archive with ${sentence} is refused, and nothing is written`, async () => {
    using here = bench()
    const { reason, target } = await restoreEvil(here, archive(...entries(join(here.folder, 'outside'))))
    assert.equal(reason, 'PointDamaged')
    assert.deepEqual(readdirSync(target), ['.holdfast-restore'], 'not even the good part')
  })
}

test('symbolic links may lead anywhere, but nothing is written through them', async () => {
  for (const lead of ['..', '../..', '/tmp', 'FOLDER']) {
    using here = bench()
    const { reason, target } = await restoreEvil(here, archive({ name: './out', type: '2', link: lead.replace('FOLDER', here.folder) }, { name: './out/outside', content: 'evil' }, { name: './out/new', content: 'evil' }))
    assert.equal(reason, 'MoverFailed')
    assert.equal(existsSync(join(here.folder, 'new')), false)
    assert.equal(existsSync('/tmp/outside'), false)
    assert.ok(existsSync(join(target, '.holdfast-restore')), 'marked as unfinished')
  }
})

test('nor through links that are made of two steps, or in place of a folder or of our marker', async () => {
  for (const [expected, left, ...entries] of [
    ['MoverFailed', ['.holdfast-restore', 'a', 'b'], { name: './a', type: '5' }, { name: './a/up', type: '2', link: '..' }, { name: './b', type: '2', link: 'a/up/..' }, { name: './b/outside', content: 'evil' }],
    ['MoverFailed', ['.holdfast-restore', 'd'], { name: './d', type: '5' }, { name: './d', type: '2', link: '..' }, { name: './d/outside', content: 'evil' }],
    ['MoverFailed', ['.holdfast-restore'], { name: './.holdfast-restore', type: '2', link: '..' }, { name: './.holdfast-restore/outside', content: 'evil' }],
    ['ok', [], { name: './.holdfast-restore', type: '2', link: '..' }],
    ['ok', ['outside'], { name: './outside', type: '2', link: '../outside' }, { name: './outside', content: 'evil' }],
  ] as readonly (readonly [string, readonly string[], ...TarEntry[]])[]) {
    using here = bench()
    const { reason, target } = await restoreEvil(here, archive(...entries))
    assert.deepEqual([reason, readdirSync(target).sort()], [expected, left], 'what failed is marked as unfinished')
    assert.deepEqual(readdirSync(here.folder).sort(), ['outside', 'target'])
  }
})

test('a link that leads elsewhere comes back as it is, and is not followed by the next attempt', async () => {
  using here = bench()
  const { reason, target } = await restoreEvil(here, archive({ name: './away', type: '2', link: here.folder }, { name: './a', content: 'x' }))
  assert.equal(reason, 'ok')
  assert.equal(readlinkSync(join(target, 'away')), here.folder)
  mkdirSync(join(target, '.holdfast-restore'))
  symlinkSync(here.folder, join(target, 'other'))
  assert.equal((await restoreEvil(here, archive({ name: './a', content: 'y' }))).reason, 'ok')
  assert.deepEqual(readdirSync(target), ['a'])
})

test('device nodes and setuid files come back as data of the volume; who is not root gets a failure', async () => {
  using here = bench()
  const { reason, target } = await restoreEvil(here, archive({ name: './disk', type: '4', device: [7, 200] }, { name: './su', content: 'x', mode: 0o4755 }))
  if (!IS_ROOT) return assert.equal(reason, 'AccessDenied')
  assert.equal(reason, 'ok')
  assert.ok(lstatSync(join(target, 'disk')).isBlockDevice())
  assert.equal(lstatSync(join(target, 'su')).mode & 0o7777, 0o4755)
})

test('a small object that unpacks to more than its manifest says is given up at once', async () => {
  const zeros = Buffer.alloc(200 << 20)
  const bombs = { tar: archive({ name: './zeros', content: zeros }), stream: zeros }
  for (const [kind, file] of [['tar', 'zeros'], ['stream', 'stream']] as const) {
    for (const [compression, pack] of [['zstd', zstdCompressSync], ['gzip', gzipSync]] as const) {
      using here = bench(IN_MEMORY)
      const stored = pack(bombs[kind])
      assert.ok(stored.length < 250_000)
      // A stream's manifest is believed only when it tells one length.
      const { reason, target } = await restoreEvil(here, bombs[kind], { kind, compression, stored, changes: { streamBytes: 1 << 20, ...kind === 'stream' && { bytes: 1 << 20, files: 1 } } })
      assert.equal(reason, 'PointDamaged', `${kind} ${compression}`)
      assert.deepEqual(readdirSync(target).filter(name => name !== file), ['.holdfast-restore'], 'marked as unfinished')
      assert.ok((lstatSync(join(target, file), { throwIfNoEntry: false })?.size ?? 0) <= 4 << 20)
    }
  }
})

test('a bomb whose manifest is right fills the volume and nothing else', { skip: !IS_ROOT && 'mounting a small tmpfs needs root' }, async () => {
  using here = bench(IN_MEMORY)
  const target = join(here.folder, 'target')
  mkdirSync(target)
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=4m,nr_inodes=500', 'tmpfs', target])
  try {
    const free = () => statfsSync(IN_MEMORY).bfree
    const before = free()
    const tar = archive({ name: './zeros', content: Buffer.alloc(60 << 20) })
    assert.equal((await restoreEvil(here, tar, { compression: 'zstd', stored: zstdCompressSync(tar) })).reason, 'VolumeFull')
    const many = archive(...Array.from({ length: 3000 }, (_, index) => ({ name: `./${index}`, content: '' })))
    assert.equal((await restoreEvil(here, many)).reason, 'VolumeFull')
    assert.ok(before - free() < 20_000, 'the store of the test is in memory, and that is all')
    assert.equal((await restoreEvil(here, archive({ name: './a', content: 'x' }))).reason, 'ok', 'the next one finds room')
  } finally {
    execFileSync('umount', [target])
  }
})

/** The longest header that docs/format.md allows. */
const LONGEST_HEADER = 64 << 20
const small = { name: './a', content: 'x' }

/** One PAX record of so many bytes, length and line break included. */
const record = (bytes: number) => `${bytes} comment=`.padEnd(bytes - 1, 'x') + '\n'

const HUGE = Buffer.concat([tarEntry({ name: './a', claims: 2 ** 62 }), tarEnd()])

/** Each with what becomes of it; what is `ok` restores the small file and nothing else. */
const HEADERS: Readonly<Record<string, readonly [() => Buffer, string, Partial<Manifest>?]>> = {
  'a header of 8 GiB': [() => Buffer.concat([tarEntry({ name: './h', type: 'x', claims: 2 ** 33 }), tarEntry(small), tarEnd()]), 'PointDamaged'],
  'a header as long as may be': [() => archive({ name: './h', type: 'x', content: record(LONGEST_HEADER) }, small), 'ok'],
  'a header a byte longer than that': [() => archive({ name: './h', type: 'x', content: record(LONGEST_HEADER + 1) }, small), 'PointDamaged'],
  ...Object.fromEntries(['g', 'L', 'K'].map(type => [`one of the sort ${type}`, [() => archive({ name: './h', type, claims: LONGEST_HEADER + 1 }, small), 'PointDamaged'] as const])),
  'a million records': [() => archive({ name: './x', type: 'x', content: '9 a=bcde\n'.repeat(1_000_000) }, small), 'ok'],
  'records without an end': [() => archive({ name: './x', type: 'x', content: '2 '.repeat(4_000_000) }, small), 'MoverFailed'],
  'an entry of 4 EiB, which no manifest can tell': [() => HUGE, 'PointDamaged'],
  'an entry of 4 EiB of which the manifest tells one byte': [() => HUGE, 'MoverFailed', { bytes: 1 }],
  'no end mark': [() => tarEntry(small), 'ok'],
  noise: [() => Buffer.alloc(1 << 20, 'noise'), 'PointDamaged'],
}

test('headers that are larger than memory, or never end, are refused at once', async () => {
  for (const [sentence, [tar, expected, changes]] of Object.entries(HEADERS)) {
    using here = bench(IN_MEMORY)
    const { reason, target } = await restoreEvil(here, tar(), { changes })
    assert.equal(reason, expected, sentence)
    if (expected === 'ok') assert.deepEqual([readdirSync(target), readFileSync(join(target, 'a'), 'utf8')], [['a'], 'x'], sentence)
    else assert.ok(readdirSync(target).length === 0 || existsSync(join(target, '.holdfast-restore')), `${sentence}: not marked as unfinished`)
  }
})

test('a sparse file that claims more than any disk holds takes none of it', async () => {
  using here = bench(IN_MEMORY)
  for (const [size, map] of [[2 ** 42, '0\n'], [2 ** 60, '0\n'], [2 ** 40, '999999999999\n']] as const) {
    const pax = { 'GNU.sparse.major': '1', 'GNU.sparse.minor': '0', 'GNU.sparse.name': './sparse', 'GNU.sparse.realsize': String(size) }
    const { reason, target } = await restoreEvil(here, archive({ name: './GNUSparseFile.0/sparse', content: Buffer.concat([Buffer.from(map), Buffer.alloc(512 - map.length)]), pax }))
    assert.ok((lstatSync(join(target, 'sparse'), { throwIfNoEntry: false })?.blocks ?? 0) < 1000, String(reason))
    execFileSync('rm', ['-rf', target])
  }
})

test('a zstd frame that wants 2 GiB of memory is refused', async () => {
  const tar = archive({ name: './a', content: 'x' })
  const block = Buffer.alloc(3)
  block.writeUIntLE(tar.length << 3 | 1, 0, 3)
  // 1 MiB, the 128 MiB that docs/format.md allows, the next size that a frame can ask for (144 MiB), 2 GiB.
  for (const [window, expected] of [[0x50, 'ok'], [0x88, 'ok'], [0x89, 'PointDamaged'], [0xa8, 'PointDamaged']] as const) {
    using here = bench(IN_MEMORY)
    const stored = Buffer.concat([Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x00, window]), block, tar])
    assert.equal((await restoreEvil(here, tar, { compression: 'zstd', stored })).reason, expected, `window ${window.toString(16)}`)
  }
})
