import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'node:test'
import fc from 'fast-check'
import { commit } from '../../../mover/archive/backup.ts'
import type { Manifest } from '../../../mover/archive/manifest.ts'
import { writeData } from '../../../mover/archive/write.ts'
import { perform } from '../../../mover/operations/perform.ts'
import type { Store } from '../../../mover/stores/store.ts'
import { AS_ROOT, bench, IS_ROOT, type Bench } from '../context.ts'
import { buildFixture } from '../fixture.ts'
import { faultyStore } from '../stores/faults.ts'
import { memoryStore } from '../stores/memory.ts'
import { inTurns } from '../stores/turns.ts'
import { treeOf } from '../tree.ts'
import { sha256, streamHash } from '../world.ts'

const handle = 'archive/data/b1'
const MANIFEST = `${handle}/manifest.json`

function folders({ folder }: Bench): { readonly source: string; readonly target: string } {
  const [source, target] = [join(folder, 'source'), join(folder, 'target')]
  mkdirSync(source)
  mkdirSync(target)
  return { source, target }
}

const manifestOf = ({ store }: Bench) => JSON.parse(readFileSync(join(store, handle, 'manifest.json'), 'utf8')) as Manifest

for (const compression of ['zstd', 'gzip', 'none'] as const) {
  test(`a tree with files of every sort comes back the same (${compression})`, AS_ROOT, async t => {
    using here = bench()
    const { source, target } = folders(here)
    for (const skipped of buildFixture(source)) t.diagnostic(skipped)
    const stored = await perform(here.context({ path: source, compression }))
    assert.equal(stored.ok, true)
    assert.equal(stored.errors, 0)
    assert.equal(stored.handle, handle)
    const restored = await perform(here.context({ operation: 'restore', path: target, handle }))
    assert.deepEqual(treeOf(target), treeOf(source))
    assert.equal(existsSync(join(target, 'lost+found')), false)
    assert.deepEqual([restored.bytes, restored.files, restored.sha256, restored.errors], [stored.bytes, stored.files, stored.sha256, 0])
  })
}

test('files and bytes are those of the tree', AS_ROOT, async () => {
  using here = bench()
  const { source } = folders(here)
  buildFixture(source)
  const { files, bytes } = await perform(here.context({ path: source }))
  const entries = Object.values(treeOf(source)).filter(entry => entry.type !== 'directory')
  const names = Object.entries(treeOf(source)).filter(([path, entry]) => entry.linkOf === undefined || entry.linkOf === path).map(([, entry]) => Number(entry.size ?? 0))
  assert.equal(files, entries.length)
  assert.equal(bytes, names.reduce((sum, size) => sum + size, 0))
})

test('plain tar and zstd read the archive', AS_ROOT, async () => {
  using here = bench()
  const { source, target } = folders(here)
  buildFixture(source)
  await perform(here.context({ path: source, compression: 'gzip' }))
  const archive = join(here.store, handle, 'data.tar.gz')
  execFileSync('tar', ['--extract', '--gzip', '--numeric-owner', '--xattrs', '--xattrs-include=*', '--acls', '--file', archive, '--directory', target])
  assert.deepEqual(treeOf(target), treeOf(source))
  const { sha256, storedSha256 } = manifestOf(here)
  assert.equal(execFileSync('sha256sum', [archive], { encoding: 'utf8' }).slice(0, 64), storedSha256)
  assert.equal(execFileSync('sh', ['-c', `gzip -dc ${archive} | sha256sum`], { encoding: 'utf8' }).slice(0, 64), sha256)
})

test('the same tree gives the same archive, except for sparse files, in whose headers tar puts its process id', AS_ROOT, async () => {
  using here = bench()
  const { source } = folders(here)
  buildFixture(source)
  for (const name of ['sparse', 'all-hole']) rmSync(join(source, name))
  const first = await perform(here.context({ path: source }))
  const second = await perform(here.context({ path: source, backup: 'b2' }))
  assert.equal(first.sha256, second.sha256)
})

test('a backup asked for again gives the first answer, although the volume has changed', async () => {
  using here = bench()
  const { source } = folders(here)
  writeFileSync(join(source, 'a'), 'one')
  const first = await perform(here.context({ path: source }))
  writeFileSync(join(source, 'a'), 'something else')
  assert.deepEqual(await perform(here.context({ path: source })), first)
})

test('an empty volume is EmptyVolume, also with folders and lost+found, unless it is allowed', AS_ROOT, async () => {
  using here = bench()
  const { source, target } = folders(here)
  mkdirSync(join(source, 'a', 'b'), { recursive: true })
  mkdirSync(join(source, 'lost+found'))
  writeFileSync(join(source, 'lost+found', 'x'), '')
  await assert.rejects(perform(here.context({ path: source })), { name: 'UserError', reason: 'EmptyVolume' })
  assert.equal(existsSync(here.store), false)
  const allowed = await perform(here.context({ path: source, allowEmpty: true }))
  assert.equal(allowed.files, 0)
  await perform(here.context({ operation: 'restore', path: target, handle }))
  assert.deepEqual(treeOf(target), treeOf(source))
})

const asNobody = { skip: !IS_ROOT && 'becoming another user needs root' }

test('a file that may not be read is told, the others are kept', asNobody, () => {
  using here = bench()
  const { source } = folders(here)
  for (const [name, mode] of [['open', '644'], ['closed', '600'], ['shut', '000']] as const) {
    writeFileSync(join(source, name), name)
    execFileSync('chmod', [mode, join(source, name)])
  }
  const result = asUser(here, source)
  assert.deepEqual([result.ok, result.errors, result.files, result.reason], [true, 2, 1, 'UnreadableFiles'])
  assert.match(result.errorSamples?.join() ?? '', /closed: .*Permission denied/)
  assert.equal(manifestOf(here).errors, 2)
})

test('when nothing can be read there is no restore point', asNobody, () => {
  using here = bench()
  const { source } = folders(here)
  writeFileSync(join(source, 'closed'), 'x')
  execFileSync('chmod', ['700', source])
  const result = asUser(here, source)
  assert.deepEqual([result.ok, result.reason], [false, 'UnreadableFiles'])
  assert.equal(existsSync(join(here.store, handle)), false)
})

/** Runs the mover itself as uid 65532. */
function asUser(here: Bench, source: string) {
  execFileSync('sh', ['-c', 'mkdir -p "$1/store" && chmod 777 "$1" "$1/store"', 'sh', here.folder])
  const log = join(here.folder, 'log')
  const { task } = here.context({ path: source })
  const main = new URL('../../../mover/main.ts', import.meta.url).pathname
  spawnSync(process.execPath, [main], { uid: 65532, gid: 65532, env: { PATH: process.env.PATH, HOLDFAST_TASK: JSON.stringify(task), HOLDFAST_TERMINATION_LOG: log } })
  return JSON.parse(readFileSync(log, 'utf8')) as { ok: boolean; errors?: number; files?: number; reason?: string; errorSamples?: string[] }
}

test('a full store is StoreFull and leaves no point', { skip: !IS_ROOT && 'mounting a small tmpfs needs root' }, async () => {
  using here = bench()
  const { source } = folders(here)
  execFileSync('sh', ['-c', `head -c 3000000 /dev/urandom > ${source}/big; mkdir -p ${here.store}; mount -t tmpfs -o size=1m tmpfs ${here.store}`])
  try {
    await assert.rejects(perform(here.context({ path: source })), { name: 'UserError', reason: 'StoreFull' })
    assert.equal(existsSync(join(here.store, handle, 'manifest.json')), false)
    assert.equal(existsSync(join(here.store, handle, 'data.tar.zst')), false)
  } finally {
    execFileSync('umount', [here.store])
  }
})

test('a tar that dies leaves nothing', async () => {
  using here = bench()
  const { source } = folders(here)
  writeFileSync(join(source, 'a'), 'x'.repeat(2_000_000))
  const bin = join(here.folder, 'bin')
  execFileSync('sh', ['-c', `mkdir ${bin}; printf '#!/bin/sh\\ncase "$1" in --version) exec /bin/tar --version;; esac\\n/bin/tar "$@" | head -c 1000000\\nexit 2\\n' > ${bin}/tar; chmod +x ${bin}/tar`])
  const context = here.context({ path: source }, { env: { ...process.env, PATH: `${bin}:${process.env.PATH}` } })
  await assert.rejects(perform(context), { name: 'TransientError', reason: 'MoverFailed' })
  assert.equal(existsSync(join(here.store, handle, 'data.tar.zst')), false)
  rmSync(bin, { recursive: true })
})

/** Two movers at one point, of which the first makes i steps, then the second j, then the first all that are left, then the second. */
for (const [sentence, contents] of [['the same', ['same', 'same']], ['other', ['one', 'other']]] as const) {
  test(`two movers with ${sentence} data: wherever they meet, at least one is good, and the point is whole`, async () => {
    for (let i = 0; i < 14; i += 1) {
      for (let j = 0; j < 14; j += 1) {
        const turns = [...Array<number>(i).fill(0), ...Array<number>(j).fill(1), ...Array<number>(20).fill(0)]
        const { good, point } = await twoMovers(contents, () => turns.shift() ?? 1)
        assert.ok(good > 0, `neither was good: ${i}, ${j}`)
        assert.ok(point, `the point is gone: ${i}, ${j}`)
      }
    }
  })
}

test('two movers with the same data: however their steps mix, a point that one has told is whole', async () => {
  await fc.assert(fc.asyncProperty(fc.array(fc.integer({ min: 0, max: 1 }), { minLength: 30, maxLength: 30 }), async mixed => {
    const turns = [...mixed]
    const { good, point } = await twoMovers(['same', 'same'], () => turns.shift() ?? 1)
    assert.ok(good === 0 || point)
  }), { numRuns: 200 })
})

test('a mover that wakes late finds its very bytes promised by another: that one\'s manifest stays', async () => {
  const { memory, stored, finish } = await placed('same')
  await memory.create(MANIFEST, Buffer.from(JSON.stringify({ ...stored, startTime: '2001-01-01T00:00:00Z' })))
  const before = memory.objects.get(MANIFEST)
  assert.equal((await finish()).sha256, stored.sha256)
  assert.equal(memory.objects.get(MANIFEST), before)
})

test('the manifest of an earlier run, written at the last moment, is no answer: with its data it is left, without it it is replaced', async () => {
  for (const [content, inPlace, expected] of [['ours', 'theirs', 'TargetExists'], ['ours', 'ours', undefined], ['same', 'same', undefined]] as const) {
    const { memory, stored, finish } = await placed(content, 'new')
    const theirs = { ...stored, run: 'old', storedSha256: sha256(Buffer.from(content === 'same' ? 'same' : 'theirs')) }
    await memory.create(MANIFEST, Buffer.from(JSON.stringify(theirs)))
    memory.objects.set(`${handle}/data.stream`, { content: Buffer.from(inPlace), modified: new Date(0) })
    if (expected) await assert.rejects(finish(), { name: 'UserError', reason: expected })
    else assert.equal((await finish()).sha256, stored.sha256)
    const { run } = JSON.parse(String(memory.objects.get(MANIFEST)?.content)) as Manifest
    assert.equal(run, expected ? 'old' : 'new')
  }
})

for (const content of ['some', '']) {
  test(`data that is gone when its manifest is written leaves no point (${content.length} bytes)`, async () => {
    const { memory, finish } = await placed(content)
    await memory.delete(`${handle}/data.stream`)
    await assert.rejects(finish(), { name: 'TransientError', reason: 'MoverFailed' })
    assert.equal(memory.objects.has(MANIFEST), false)
  })
}

test('who finds its data replaced does not remove the manifest that came with the other', async () => {
  const { memory, stored, finish } = await placed('same')
  const faulty = faultyStore(memory)
  faulty.fault('head', key => key.endsWith('data.stream')).does(async ({ real }) => {
    // The same stream, stored as other bytes: by another version of a compressor.
    memory.objects.set(`${handle}/data.stream`, { content: Buffer.from('other'), modified: new Date(0) })
    memory.objects.set(MANIFEST, { content: Buffer.from(JSON.stringify({ ...stored, storedSha256: sha256(Buffer.from('other')) })), modified: new Date(0) })
    return real()
  })
  await assert.rejects(finish(faulty), { name: 'TransientError', reason: 'MoverFailed' })
  assert.ok(memory.objects.has(MANIFEST))
})

/** A mover whose data is in its store, and who is about to write its manifest, which `finish` does. */
async function placed(content: string, run?: string) {
  using here = bench()
  const memory = memoryStore()
  const context = here.context({ compression: 'none', ...(run !== undefined && { run }) }, { store: memory })
  const point = { volume: 'data', backup: 'b1' }
  const output = (async function* () { yield Buffer.from(content) })()
  const data = await writeData(context, { kind: 'stream', output, ...point })
  const stored: Manifest = {
    format: 1, kind: 'stream', namespace: 'ns', ...point, ...data.written, errors: 0, errorSamples: [], startTime: '', endTime: '', tools: {},
  }
  const finish = (store: Store = memory) => commit({ ...context, store }, { kind: 'stream', point, startTime: '', ...data, errors: { count: 0, samples: [] }, tools: {} })
  return { memory, stored, finish }
}

/** How many of two movers ended well, and whether their point is whole. A manifest that promises other data than there is throws. */
async function twoMovers(contents: readonly string[], choose: () => number): Promise<{ readonly good: number; readonly point: boolean }> {
  using here = bench()
  let now = Date.now()
  const tick = () => new Date(now += 1)
  const memory = memoryStore(tick)
  const point = { volume: 'data', backup: 'b1' }
  let good = 0
  await inTurns(memory, contents.map(content => async store => {
    const context = here.context({ compression: 'none' }, { store, now: tick })
    const output = (async function* () { yield Buffer.from(content) })()
    const startTime = context.now().toISOString()
    const end = writeData(context, { kind: 'stream', output, ...point })
      .then(({ written, placed }) => commit(context, { kind: 'stream', point, startTime, written, placed, errors: { count: 0, samples: [] }, tools: {} }))
    await end.then(() => { good += 1 }, (error: Error) => assert.equal(error.name, 'TransientError'))
  }), choose)
  return { good, point: streamHash(memory.objects, handle) !== undefined }
}
