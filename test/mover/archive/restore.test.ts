import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'node:test'
import type { UserError } from '../../../lib/errors.ts'
import { censusTaker } from '../../../mover/archive/census.ts'
import { perform } from '../../../mover/operations/perform.ts'
import { bench, IS_ROOT, type Bench } from '../context.ts'
import { sha256 } from '../world.ts'

const handle = 'archive/data/b1'

/** A point of two files, and an empty target. */
async function stored(here: Bench, compression: 'zstd' | 'gzip' | 'none' = 'zstd') {
  const [source, target] = [join(here.folder, 'source'), join(here.folder, 'target')]
  mkdirSync(source)
  mkdirSync(target)
  execFileSync('sh', ['-c', `head -c 2000000 /dev/urandom > ${source}/noise; seq 1 100000 > ${source}/numbers`])
  await perform(here.context({ path: source, compression }))
  const [data = ''] = readdirSync(join(here.store, handle)).filter(name => name.startsWith('data'))
  const restore = (changes: object = {}) => perform(here.context({ operation: 'restore', path: target, handle, ...changes }))
  return { source, target, restore, data: join(here.store, handle, data), manifest: join(here.store, handle, 'manifest.json') }
}

for (const compression of ['zstd', 'gzip', 'none'] as const) {
  test(`one flipped byte is PointDamaged (${compression})`, async () => {
    using here = bench()
    const { restore, data } = await stored(here, compression)
    const bytes = readFileSync(data)
    const at = Math.floor(bytes.length / 2)
    bytes[at] = (bytes[at] ?? 0) ^ 1
    writeFileSync(data, bytes)
    await assert.rejects(restore(), { name: 'UserError', reason: 'PointDamaged' })
  })
  test(`an archive that was cut is PointDamaged (${compression})`, async () => {
    using here = bench()
    const { restore, data } = await stored(here, compression)
    truncateSync(data, readFileSync(data).length - 5000)
    await assert.rejects(restore(), { name: 'UserError', reason: 'PointDamaged' })
  })
  test(`an empty data object is PointDamaged (${compression})`, async () => {
    using here = bench()
    const { restore, data } = await stored(here, compression)
    truncateSync(data, 0)
    await assert.rejects(restore(), { name: 'UserError', reason: 'PointDamaged' })
  })
}

test('a data object that is gone is PointDamaged', async () => {
  using here = bench()
  const { restore, data } = await stored(here)
  rmSync(data)
  await assert.rejects(restore(), { name: 'UserError', reason: 'PointDamaged' })
})

test('without a manifest there is no point', async () => {
  using here = bench()
  const { restore, manifest } = await stored(here)
  rmSync(manifest)
  await assert.rejects(restore(), { name: 'UserError', reason: 'PointNotFound' })
})

for (const [sentence, text] of [['not JSON', '{"format": 1'], ['of a newer format', '{"format":2}'], ['without a hash', '{"format":1,"data":"data.tar"}'], ['with a name that leaves the folder', JSON.stringify({ format: 1, sha256: 'a'.repeat(64), data: '../../x' })]] as const) {
  test(`a manifest ${sentence} is PointDamaged`, async () => {
    using here = bench()
    const { restore, manifest } = await stored(here)
    writeFileSync(manifest, text)
    await assert.rejects(restore(), { name: 'UserError', reason: 'PointDamaged' })
  })
}

test('a handle that is none is PointNotFound', async () => {
  using here = bench()
  const { restore } = await stored(here)
  for (const bad of ['', 'archive/data', '../../etc', 'archive/../x', 'archive/data/b1/data.tar.zst']) {
    await assert.rejects(restore({ handle: bad }), { reason: 'PointNotFound' })
  }
})

test('a volume with files of somebody else is not touched', async () => {
  using here = bench()
  const { restore, target } = await stored(here)
  writeFileSync(join(target, 'mine'), 'precious')
  await assert.rejects(restore(), { name: 'UserError', reason: 'TargetExists' })
  assert.deepEqual(readdirSync(target), ['mine'])
})

test('what an attempt that was killed left is removed, then all is restored', async () => {
  using here = bench()
  const { restore, target, source } = await stored(here)
  mkdirSync(join(target, '.holdfast-restore', 'x'), { recursive: true })
  writeFileSync(join(target, 'half'), 'half')
  mkdirSync(join(target, 'lost+found'))
  await restore()
  assert.deepEqual(readdirSync(target).filter(name => name !== 'lost+found'), readdirSync(source))
})

test('a volume that is too small is VolumeFull', { skip: !IS_ROOT && 'mounting a small tmpfs needs root' }, async () => {
  using here = bench()
  const { restore, target } = await stored(here)
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', target])
  try {
    await assert.rejects(restore(), { name: 'UserError', reason: 'VolumeFull' })
  } finally {
    execFileSync('umount', [target])
  }
})

/** How GNU tar itself makes an archive that writes elsewhere, in a folder with `loot`; what of it a restore must not make, beside the target; and what is told. */
const EVIL: Readonly<Record<string, readonly [string, string, RegExp]>> = {
  'a name with ..': ['tar -cPf $DATA --transform="s,^./loot$,../escaped," ./loot', 'escaped', /PointDamaged: .*entry for .\.\.\/escaped., which is not in the volume/],
  'an absolute name': ['tar -cPf $DATA --transform="s,^./loot$,$HERE/absolute," ./loot', 'absolute', /PointDamaged: .*\/absolute., which is not in the volume/],
  'a name through a link': ['ln -s $HERE out; tar -cf $DATA ./out; rm out; mkdir out; echo x > out/through; tar -rf $DATA ./out/through', 'through', /MoverFailed: .*\.\/out\/through: Cannot open: Not a directory/],
}

for (const [sentence, [script, name, told]] of Object.entries(EVIL)) {
  test(`an archive made by an enemy cannot write outside of the volume: ${sentence}`, async () => {
    using here = bench()
    const { restore, target, data, manifest } = await stored(here, 'none')
    const evil = join(here.folder, 'evil')
    execFileSync('sh', ['-ec', `mkdir ${evil}; cd ${evil}; echo x > loot; ${script}`], { env: { ...process.env, DATA: data, HERE: here.folder } })
    const tar = readFileSync(data)
    const census = censusTaker()
    census.feed(tar)
    const { files, bytes } = census.result()
    const right = { sha256: sha256(tar), streamBytes: tar.length, storedSha256: sha256(tar), storedBytes: tar.length, files, bytes }
    writeFileSync(manifest, JSON.stringify({ ...JSON.parse(readFileSync(manifest, 'utf8')) as object, ...right }))
    await assert.rejects(restore(), (error: UserError) => assert.match(`${error.reason}: ${error.message}`, told) ?? true)
    assert.equal(existsSync(join(here.folder, name)), false)
    assert.ok(existsSync(join(target, '.holdfast-restore')), 'marked as unfinished')
  })
}
