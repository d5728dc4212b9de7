import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { linkSync, mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { directoryStore } from '../../../mover/stores/directory.ts'
import { readText, writeText } from '../../../mover/stores/store.ts'
import { conform, keys } from './conformance.ts'

const top = mkdtempSync(join(tmpdir(), 'holdfast-directory-'))
const fresh = () => mkdtempSync(join(top, 's-'))
const isRoot = process.getuid?.() === 0
after(() => rmSync(top, { recursive: true, force: true }))

conform({ name: 'directory', open: async () => directoryStore(join(fresh(), 'not', 'made', 'yet')) })

test('a key cannot leave the store', async () => {
  const store = directoryStore(fresh())
  for (const key of ['../x', 'a/../../x', '/x', 'a//b', 'a/.']) await assert.rejects(writeText(store, key, 'x'), /is not a key/)
})

test('what a killed writer left is not listed, and goes with the next put of the same key', async () => {
  const root = fresh()
  mkdirSync(join(root, 'a'))
  writeFileSync(join(root, 'a', 'x.partial-0123456789ab'), 'half')
  writeFileSync(join(root, 'a', 'y.partial-4567456745ab'), 'half')
  const store = directoryStore(root)
  assert.deepEqual(await keys(store, ''), [])
  await writeText(store, 'a/x', 'whole')
  assert.deepEqual(readdirSync(join(root, 'a')).sort(), ['x', 'y.partial-4567456745ab'])
})

test('what a killed writer left goes with its key, and the folder with it', async () => {
  const root = fresh()
  const store = directoryStore(root)
  for (const name of ['x', 'y']) mkdirSync(join(root, name))
  writeFileSync(join(root, 'x', 'data.partial-0123456789ab'), 'half')
  await writeText(store, 'y/manifest', 'whole')
  linkSync(join(root, 'y', 'manifest'), join(root, 'y', 'manifest.partial-0123456789ab'))
  for (const key of ['x/data', 'y/manifest', 'z/none']) await store.delete(key)
  assert.deepEqual(readdirSync(root), [])
})

test('one who creates or reads an object while others delete it does not fail', async () => {
  const store = directoryStore(fresh())
  for (let round = 0; round < 100; round += 1) {
    const created = store.create('a/x', Buffer.from('whole'))
    await setTimeout(round % 5)
    const deleted = [1, 2, 3].map(() => store.delete('a/x'))
    assert.ok(['whole', undefined].includes(await readText(store, 'a/x')))
    assert.equal(await created, true)
    await Promise.all(deleted)
    await store.delete('a/x')
  }
})

test('sweep removes only unfinished files that are old', async () => {
  const root = fresh()
  writeFileSync(join(root, 'old.partial-100000000001'), '')
  writeFileSync(join(root, 'new.partial-200000000002'), '')
  writeFileSync(join(root, 'old'), '')
  for (const name of ['old.partial-100000000001', 'old']) utimesSync(join(root, name), 1000, 1000)
  assert.equal(await directoryStore(root).sweep(new Date(2_000_000)), 1)
  assert.deepEqual(readdirSync(root).sort(), ['new.partial-200000000002', 'old'])
})

test('folders that become empty go, the root stays', async () => {
  const root = fresh()
  const store = directoryStore(root)
  await writeText(store, 'a/b/c', 'x')
  await store.delete('a/b/c')
  assert.deepEqual(readdirSync(root), [])
})

test('a full disk is StoreFull and leaves nothing', { skip: !isRoot && 'mounting a small tmpfs needs root' }, async () => {
  const root = fresh()
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', root])
  try {
    const store = directoryStore(root)
    const big = async function* () { for (let part = 0; part < 4; part += 1) yield Buffer.alloc(500_000, 1) }
    await assert.rejects(store.put('a/big', big()), { reason: 'StoreFull' })
    assert.deepEqual(readdirSync(join(root, 'a')), [])
  } finally {
    execFileSync('umount', [root])
  }
})

test('a read-only disk is AccessDenied', { skip: !isRoot && 'mounting needs root' }, async () => {
  const root = fresh()
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m,ro', 'tmpfs', root])
  try {
    await assert.rejects(writeText(directoryStore(root), 'x', 'x'), { reason: 'AccessDenied' })
  } finally {
    spawnSync('umount', [root])
  }
})

test('a root that is a file is BucketNotFound', async () => {
  const root = fresh()
  writeFileSync(join(root, 'file'), '')
  await assert.rejects(writeText(directoryStore(join(root, 'file')), 'x', 'x'), { reason: 'BucketNotFound' })
})
