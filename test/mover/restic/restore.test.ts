import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'node:test'
import { perform } from '../../../mover/operations/perform.ts'
import { bench, IS_ROOT, type Bench } from '../context.ts'
import { external, NO_RESTIC, volumes } from './tools.ts'

const skip = NO_RESTIC

async function stored(here: Bench) {
  const { source, target } = volumes(here)
  execFileSync('sh', ['-c', `cd ${source}; head -c 3000000 /dev/urandom > big; echo a > a; mkdir d; echo b > d/b`])
  const { handle = '' } = await perform(external(here, { path: source }))
  return { source, target, restore: (changes: object = {}) => perform(external(here, { operation: 'restore', path: target, handle, ...changes })) }
}

test('a snapshot that is not there is PointNotFound; no repository is RepositoryMissing', { skip }, async () => {
  using here = bench()
  const { restore } = await stored(here)
  for (const handle of ['a'.repeat(64), 'abcd', 'latest']) await assert.rejects(restore({ handle }), { name: 'UserError', reason: 'PointNotFound' })
  execFileSync('rm', ['-r', join(here.store, 'restic')])
  await assert.rejects(restore(), { name: 'UserError', reason: 'RepositoryMissing' })
})

test('damaged data is never a success', { skip }, async () => {
  using here = bench()
  const { restore } = await stored(here)
  const packs = readdirSync(join(here.store, 'restic', 'data'), { recursive: true, encoding: 'utf8' }).map(name => join(here.store, 'restic', 'data', name)).filter(path => /[0-9a-f]{64}$/.test(path))
  for (const pack of packs) {
    const bytes = readFileSync(pack)
    if (bytes.length < 100_000) continue
    bytes[50_000] = (bytes[50_000] ?? 0) ^ 1
    execFileSync('chmod', ['u+w', pack])
    writeFileSync(pack, bytes)
  }
  await assert.rejects(restore(), { name: 'UserError', reason: /PointDamaged|RepositoryDamaged/ })
})

test('without what the backup wrote down, or with a path in it that leaves the volume, restic itself is asked', { skip }, async () => {
  using here = bench()
  const { restore, target, source } = await stored(here)
  const note = join(here.store, 'points', 'data', 'b1.json')
  const known = JSON.parse(readFileSync(note, 'utf8')) as { path: string }
  assert.equal(known.path, source)
  for (const text of [JSON.stringify({ ...known, path: '/../../elsewhere' }), JSON.stringify({ ...known, path: undefined })]) {
    writeFileSync(note, text)
    await restore()
    assert.deepEqual(readdirSync(target).sort(), readdirSync(source).sort())
    execFileSync('sh', ['-c', `rm -r ${target}/*`])
  }
})

test('fewer files than the backup counted is PointDamaged', { skip }, async () => {
  using here = bench()
  const { restore } = await stored(here)
  const note = join(here.store, 'points', 'data', 'b1.json')
  const known = JSON.parse(readFileSync(note, 'utf8')) as { files: number }
  writeFileSync(note, JSON.stringify({ ...known, files: known.files + 1 }))
  await assert.rejects(restore(), { name: 'UserError', reason: 'PointDamaged' })
})

test('a volume that is too small is VolumeFull', { skip: skip ?? (!IS_ROOT && 'mounting a small tmpfs needs root') }, async () => {
  using here = bench()
  const { restore, target } = await stored(here)
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', target])
  try {
    await assert.rejects(restore(), { name: 'UserError', reason: 'VolumeFull' })
  } finally {
    execFileSync('umount', [target])
  }
})

test('a volume with files of somebody else is not touched; leftovers of our own attempt go', { skip }, async () => {
  using here = bench()
  const { restore, target, source } = await stored(here)
  writeFileSync(join(target, 'mine'), 'precious')
  await assert.rejects(restore(), { reason: 'TargetExists' })
  execFileSync('mkdir', [join(target, '.holdfast-restore')])
  await restore()
  assert.deepEqual(readdirSync(target).sort(), readdirSync(source).sort())
})
