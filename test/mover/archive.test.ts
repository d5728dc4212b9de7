import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
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
import { treeOf, type Entry } from './tree.ts'

const VECTORS = new URL('../vectors/v1/', import.meta.url).pathname
const DOCUMENT = new URL('../../docs/format.md', import.meta.url)
const handle = 'archive/data/b1'
const expected = JSON.parse(readFileSync(join(VECTORS, 'expected.json'), 'utf8')) as { tree: Record<string, Entry>; stream: { bytes: number; sha256: string } }

/** Of all vectors together. They are never to be changed: whoever has to change this line has broken the format. */
const FROZEN = '1abbf7a52c20b4724b378ee2ecfae2056813417991d019f9d43403067850236e'

const TARS = ['tar-zstd', 'tar-gzip', 'tar-none']
const STREAMS = ['stream-zstd', 'stream-gzip']

/** Reason of our reader, and whether the commands of docs/format.md see the damage before anything is unpacked. */
const DAMAGED: Readonly<Record<string, readonly [string, boolean]>> = {
  'data-flipped': ['PointDamaged', true], 'data-cut': ['PointDamaged', true], 'data-gone': ['PointDamaged', true], 'no-manifest': ['PointNotFound', true],
  'manifest-cut': ['PointDamaged', true], 'format-2': ['PointDamaged', true], 'unknown-compression': ['PointDamaged', true], 'of-another-volume': ['PointDamaged', false],
  'wrong-length': ['PointDamaged', true], 'wrong-count': ['PointDamaged', false], 'path-up': ['PointDamaged', false], 'path-absolute': ['PointDamaged', false],
  'path-hard': ['PointDamaged', false],
}

/** The shell commands of the documentation, block by block. */
const blocks = [...readFileSync(DOCUMENT, 'utf8').matchAll(/^```sh\n([^]*?)^```$/gm)].map(match => match[1] ?? '')
const block = (mark: string) => {
  const found = blocks.filter(text => text.includes(mark))
  assert.equal(found.length, 1, `docs/format.md has one block with ${mark}`)
  return found[0] ?? ''
}
const VERIFY = block('field() {')
const UNPACK = block('unpack | tar --extract')
const STREAM = block('unpack | psql')

function shell(folder: string, script: string) {
  const env = { PATH: process.env.PATH, LC_ALL: 'C.UTF-8' }
  return spawnSync('sh', ['-e', '-c', script], { cwd: join(VECTORS, folder, handle), env, maxBuffer: 1 << 26 })
}

function restore(here: Bench, folder: string): { readonly target: string; readonly done: Promise<Result> } {
  const target = join(here.folder, folder.replaceAll('/', '-'))
  mkdirSync(target)
  const strategy = folder.startsWith('stream') ? 'custom' : 'tar'
  return { target, done: perform(here.context({ operation: 'restore', strategy, handle, path: target }, { store: directoryStore(join(VECTORS, folder)) })) }
}

test('the vectors are what they were', () => {
  const hash = createHash('sha256')
  const files = readdirSync(VECTORS, { recursive: true, encoding: 'utf8' }).filter(name => statSync(join(VECTORS, name)).isFile()).sort()
  for (const name of files) {
    const content = readFileSync(join(VECTORS, name))
    assert.ok(content.length <= 65_536, name)
    hash.update(`${name} ${content.length}\n`).update(content)
  }
  assert.equal(hash.digest('hex'), FROZEN)
  assert.deepEqual(readdirSync(join(VECTORS, 'damaged')).sort(), Object.keys(DAMAGED).sort())
})

for (const folder of TARS) {
  test(`${folder}: our reader gives the tree of the first release`, AS_ROOT, async () => {
    using here = bench()
    const { target, done } = restore(here, folder)
    assert.deepEqual([(await done).ok, (await done).errors], [true, 0])
    assert.deepEqual(treeOf(target), expected.tree)
  })
  test(`${folder}: the commands of docs/format.md give it too`, AS_ROOT, () => {
    using here = bench()
    const target = join(here.folder, 'by-hand')
    mkdirSync(target)
    assert.ok(UNPACK.includes('/mnt/new-volume'))
    const { status, stderr } = shell(folder, VERIFY + UNPACK.replaceAll('/mnt/new-volume', target))
    assert.equal(status, 0, String(stderr))
    assert.deepEqual(treeOf(target), expected.tree)
  })
}

for (const folder of STREAMS) {
  test(`${folder}: our reader gives the stream of the first release`, async () => {
    using here = bench()
    const { target, done } = restore(here, folder)
    assert.equal((await done).sha256, expected.stream.sha256)
    const content = readFileSync(join(target, 'stream'))
    assert.deepEqual([content.length, createHash('sha256').update(content).digest('hex')], [expected.stream.bytes, expected.stream.sha256])
  })
  test(`${folder}: the commands of docs/format.md give it too`, () => {
    const { status, stdout, stderr } = shell(folder, VERIFY + STREAM.replace('psql', 'sha256sum'))
    assert.equal(status, 0, String(stderr))
    assert.match(String(stdout), new RegExp(`^${expected.stream.sha256} `, 'm'))
  })
}

for (const [name, [reason, seen]] of Object.entries(DAMAGED)) {
  test(`damaged/${name}: our reader refuses it with ${reason}, and nothing is published`, async () => {
    using here = bench()
    const { target, done } = restore(here, `damaged/${name}`)
    await assert.rejects(done, (error: UserError) => error.name === 'UserError' && error.reason === reason)
    assert.ok(existsSync(join(target, MARKER)) || readdirSync(target).length === 0, 'marked as unfinished')
    for (const path of [join(here.folder, 'escaped'), '/tmp/holdfast-escaped']) assert.equal(existsSync(path), false, path)
  })
  test(`damaged/${name}: the commands of docs/format.md ${seen ? 'fail' : 'have nothing against the bytes'}`, () => {
    assert.equal(shell(`damaged/${name}`, VERIFY).status === 0, !seen)
  })
}
