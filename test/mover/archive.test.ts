import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import test from 'node:test'
import type { UserError } from '../../lib/errors.ts'
import { perform } from '../../mover/operations/perform.ts'
import { MARKER } from '../../mover/run/target.ts'
import { directoryStore } from '../../mover/stores/directory.ts'
import type { Result } from '../../schemas/generated/types.ts'
import { AS_ROOT, bench, type Bench } from './context.ts'
import { shell, streamTo, unpackInto, VERIFY } from './document.ts'
import { treeOf, type Entry } from './tree.ts'

const VECTORS = new URL('../vectors/', import.meta.url).pathname
const handle = 'archive/data/b1'

/** Hashes of all vectors of a set together. They are never to be changed: whoever has to change such a line has broken the format. */
const FROZEN: Readonly<Record<string, string>> = {
  v1: '1abbf7a52c20b4724b378ee2ecfae2056813417991d019f9d43403067850236e',
  'v1-more': '2be891521c516ce3669e7705dae10be3f6bd2bc1fa9d7d01f94f73daf14d0c2e',
  'v1-notes': '52c9d31014fdd8ca8decd49802104b3751c7d44ef32f1329a4edebd182d27a04',
}

const expectedOf = (set: string) => JSON.parse(readFileSync(join(VECTORS, set, 'expected.json'), 'utf8')) as Expected
interface Expected { readonly tree: Readonly<Record<string, Entry>>; readonly stream: Stream; readonly streams: Readonly<Record<string, Stream>> }
interface Stream { readonly bytes: number; readonly sha256: string }
const [first, more] = [expectedOf('v1'), expectedOf('v1-more')]

const TARS = [...['tar-zstd', 'tar-gzip', 'tar-none'].map(name => [`v1/${name}`, first.tree] as const), ...['tar-frames', 'tar-gzip', 'tar-unknown-field'].map(name => [`v1-more/${name}`, more.tree] as const)]
const STREAMS = [...['stream-zstd', 'stream-gzip'].map(name => [`v1/${name}`, first.stream] as const), ...Object.entries(more.streams).map(([name, stream]) => [`v1-more/${name}`, stream] as const)]

/** Reason of our reader, and whether the commands of docs/format.md see the damage before anything is unpacked. */
const DAMAGED: Readonly<Record<string, readonly [string, boolean]>> = Object.fromEntries(Object.entries({
  'data-flipped': ['PointDamaged', true], 'data-cut': ['PointDamaged', true], 'data-gone': ['PointDamaged', true], 'no-manifest': ['PointNotFound', true],
  'manifest-cut': ['PointDamaged', true], 'format-2': ['PointDamaged', true], 'unknown-compression': ['PointDamaged', true], 'of-another-volume': ['PointDamaged', false],
  'wrong-length': ['PointDamaged', true], 'wrong-count': ['PointDamaged', false], 'path-up': ['PointDamaged', false], 'path-absolute': ['PointDamaged', false],
  'path-hard': ['PointDamaged', false],
} as const).map(([name, refused]) => [`v1/damaged/${name}`, refused]))
/** Each of these has the manifest of a good one, and data that is not its own. */
const DAMAGED_DATA = [
  'gzip-flipped', 'gzip-cut', 'gzip-member-gone', 'zstd-frame-gone', 'stream-flipped', 'stream-cut', 'stream-longer',
  'stream-gzip-flipped', 'stream-gzip-member-gone', 'stream-gzip-more', 'stream-zstd-flipped', 'stream-zstd-swapped',
]
const REFUSED = { ...DAMAGED, ...Object.fromEntries(DAMAGED_DATA.map(name => [`v1-more/damaged/${name}`, ['PointDamaged', true] as const])) }

const byHand = (folder: string, script: string) => shell(join(VECTORS, folder, handle), script)

function restore(here: Bench, folder: string): { readonly target: string; readonly done: Promise<Result> } {
  const target = join(here.folder, folder.replaceAll('/', '-'))
  mkdirSync(target)
  const strategy = /\/stream-[^/]*$/.test(folder) ? 'custom' : 'tar'
  return { target, done: perform(here.context({ operation: 'restore', strategy, handle, path: target }, { store: directoryStore(join(VECTORS, folder)) })) }
}

for (const [set, frozen] of Object.entries(FROZEN)) {
  test(`the vectors are what they were: ${set}`, () => {
    const folder = join(VECTORS, set)
    const hash = createHash('sha256')
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(name => statSync(join(folder, name)).isFile()).sort()
    for (const name of files) {
      const content = readFileSync(join(folder, name))
      assert.ok(content.length <= 65_536, name)
      hash.update(`${name} ${content.length}\n`).update(content)
    }
    assert.equal(hash.digest('hex'), frozen)
  })
}

/** What is in `v1-notes` is read in test/mover/restic.test.ts and test/mover/stores/identity.test.ts. */
for (const set of ['v1', 'v1-more']) {
  test(`each vector is read: ${set}`, () => {
    const folder = join(VECTORS, set)
    const read = [...[...TARS, ...STREAMS].map(([name]) => name), ...Object.keys(REFUSED)].filter(name => name.startsWith(`${set}/`))
    const found = readdirSync(folder).filter(name => !['damaged', 'expected.json'].includes(name)).concat(readdirSync(join(folder, 'damaged')).map(name => `damaged/${name}`))
    assert.deepEqual(found.map(name => `${set}/${name}`).sort(), read.sort(), 'each is read')
  })
}

test('each set is frozen', () => assert.deepEqual(readdirSync(VECTORS).filter(name => name !== 'README.md').sort(), Object.keys(FROZEN).sort()))

test('what only the second set has is there', () => {
  const manifest = JSON.parse(readFileSync(join(VECTORS, 'v1-more/tar-unknown-field', handle, 'manifest.json'), 'utf8')) as Readonly<Record<string, unknown>>
  assert.deepEqual([manifest.errors, typeof manifest.checksums, typeof manifest.writtenBy], [2, 'object', 'string'])
  const frames = (folder: string, magic: readonly number[]) => readFileSync(join(VECTORS, folder, handle, folder.includes('frames') ? 'data.tar.zst' : 'data.tar.gz')).toString('latin1').split(String.fromCharCode(...magic)).length - 1
  assert.deepEqual([frames('v1-more/tar-frames', [0x28, 0xb5, 0x2f, 0xfd]), frames('v1-more/tar-gzip', [0x1f, 0x8b, 8])], [3, 3])
})

for (const [folder, tree] of TARS) {
  test(`${folder}: our reader gives the tree that was backed up`, AS_ROOT, async () => {
    using here = bench()
    const { target, done } = restore(here, folder)
    assert.deepEqual([(await done).ok, (await done).errors], [true, 0])
    assert.deepEqual(treeOf(target), tree)
  })
  test(`${folder}: the commands of docs/format.md give it too`, AS_ROOT, () => {
    using here = bench()
    const target = join(here.folder, 'by-hand')
    mkdirSync(target)
    const { status, stderr } = byHand(folder, unpackInto(target))
    assert.equal(status, 0, String(stderr))
    assert.deepEqual(treeOf(target), tree)
  })
}

for (const [folder, stream] of STREAMS) {
  test(`${folder}: our reader gives the stream that was backed up`, async () => {
    using here = bench()
    const { target, done } = restore(here, folder)
    assert.equal((await done).sha256, stream.sha256)
    const content = readFileSync(join(target, 'stream'))
    assert.deepEqual([content.length, createHash('sha256').update(content).digest('hex')], [stream.bytes, stream.sha256])
  })
  test(`${folder}: the commands of docs/format.md give it too`, () => {
    const { status, stdout, stderr } = byHand(folder, streamTo('sha256sum'))
    assert.equal(status, 0, String(stderr))
    assert.match(String(stdout), new RegExp(`^${stream.sha256} `, 'm'))
  })
}

for (const [name, [reason, seen]] of Object.entries(REFUSED)) {
  test(`${name}: our reader refuses it with ${reason}, and nothing is published`, async () => {
    using here = bench()
    const { target, done } = restore(here, `${name}`)
    await assert.rejects(done, (error: UserError) => error.name === 'UserError' && error.reason === reason)
    assert.ok(existsSync(join(target, MARKER)) || readdirSync(target).length === 0, 'marked as unfinished')
    for (const path of [join(here.folder, 'escaped'), '/tmp/holdfast-escaped']) assert.equal(existsSync(path), false, path)
  })
  test(`${name}: the commands of docs/format.md ${seen ? 'fail' : 'have nothing against the bytes'}`, () => {
    assert.equal(byHand(name, VERIFY).status === 0, !seen)
  })
}
