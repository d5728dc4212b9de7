import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'node:test'
import type { Manifest } from '../../../mover/archive/manifest.ts'
import { perform } from '../../../mover/operations/perform.ts'
import { AS_ROOT, bench, IS_ROOT, type Bench } from '../context.ts'
import { buildFixture } from '../fixture.ts'
import { treeOf } from '../tree.ts'

const handle = 'archive/data/b1'

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
  assert.match(result.message ?? '', /set mover\.runAs: root\. The first: \S*closed: .*Permission denied$/)
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
  return JSON.parse(readFileSync(log, 'utf8')) as { ok: boolean; errors?: number; files?: number; reason?: string; message?: string; errorSamples?: string[] }
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

const mounting = { skip: !IS_ROOT && 'mounting a tmpfs needs root' }

test('another file system inside the volume is told and left out, also when asked again; what is not the volume\'s is not', mounting, async () => {
  using here = bench()
  const { source, target } = folders(here)
  const inner = ['deep/er/mounted', '.snapshot', 'lost+found'].map(name => join(source, name))
  for (const path of inner) mkdirSync(path, { recursive: true })
  writeFileSync(join(source, 'a'), 'x')
  execFileSync('ln', ['-s', '/proc', join(source, 'link')])
  for (const path of inner) execFileSync('sh', ['-c', 'mount -t tmpfs tmpfs "$1"; echo x > "$1/b"', 'sh', path])
  try {
    const result = await perform(here.context({ path: source }))
    assert.deepEqual([result.ok, result.errors, result.files, result.reason], [true, 1, 2, 'UnreadableFiles'])
    assert.match(result.errorSamples?.join() ?? '', /^\.\/deep\/er\/mounted: another file system/)
    assert.match(result.message ?? '', /^1 part of the volume is not in the restore point: another file system.* The first: \.\/deep\/er\/mounted: /)
    assert.deepEqual(await perform(here.context({ path: source })), result)
    rmSync(join(source, 'a'))
    rmSync(join(source, 'link'))
    await assert.rejects(perform(here.context({ path: source, backup: 'b2' })), { reason: 'UnreadableFiles', message: /another file system/ })
    assert.equal((await perform(here.context({ path: source, backup: 'b3', allowEmpty: true }))).errors, 1)
  } finally {
    for (const path of inner) execFileSync('umount', [path])
  }
  await perform(here.context({ operation: 'restore', path: target, handle }))
  assert.deepEqual(Object.keys(treeOf(target)).filter(path => path.endsWith('b')), [])
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
