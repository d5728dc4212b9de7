import assert from 'node:assert/strict'
import { existsSync, mkdirSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'node:test'
import { perform } from '../../../mover/operations/perform.ts'
import { MARKER } from '../../../mover/run/target.ts'
import { AS_ROOT, bench, IN_MEMORY, type Bench } from '../context.ts'
import { buildFixture } from '../fixture.ts'
import { external, NO_RESTIC, volumes } from '../restic/tools.ts'
import { makeWorld, storeOf } from '../world.ts'
import { treeOf } from '../tree.ts'

/** A volume that was restored by a mover of which nobody heard again. */
async function restored(here: Bench, strategy: 'tar' | 'external') {
  const { source, target } = volumes(here)
  buildFixture(source)
  const { handle } = await perform(external(here, { strategy, path: source }))
  const restore = () => perform(external(here, { strategy, operation: 'restore', handle, path: target }))
  return { source, target, restore, first: await restore() }
}

for (const strategy of ['tar', 'external'] as const) {
  const skip = AS_ROOT.skip || (strategy === 'external' && NO_RESTIC)

  test(`${strategy}: a restore that was done, and killed before it said so, is found done by the next attempt`, { skip }, async () => {
    using here = bench(IN_MEMORY)
    const { source, target, restore, first } = await restored(here, strategy)
    const before = treeOf(target)
    assert.deepEqual(await restore(), first)
    assert.deepEqual(treeOf(target), before)
    // Killed between the marker's end and the folder's time.
    utimesSync(target, new Date(), new Date(1_700_000_000_000))
    assert.equal((await restore()).ok, true)
    assert.deepEqual(Object.keys(treeOf(target)), Object.keys(treeOf(source)))
  })

  for (const [sentence, change] of [
    ['one file more', (target: string) => writeFileSync(join(target, 'mine'), 'x')],
    ['one file less', (target: string) => rmSync(join(target, 'plain', 'numbers'))],
    ['one file that is longer', (target: string) => writeFileSync(join(target, 'plain', 'numbers'), 'x'.repeat(3_000_000))],
  ] as const) {
    test(`${strategy}: a volume with ${sentence} is somebody else's and stays as it is`, { skip }, async () => {
      using here = bench(IN_MEMORY)
      const { target, restore } = await restored(here, strategy)
      change(target)
      const before = treeOf(target)
      await assert.rejects(restore(), { name: 'UserError', reason: 'TargetExists' })
      assert.deepEqual(treeOf(target), before)
    })
  }
}

for (const strategy of ['tar', 'external'] as const) {
  test(`${strategy}: what a killed attempt left goes, also under names that are no UTF-8; lost+found stays`, { skip: AS_ROOT.skip || (strategy === 'external' && NO_RESTIC) }, async () => {
    using here = bench(IN_MEMORY)
    const { source, target } = volumes(here)
    const folder = (parent: string) => Buffer.concat([Buffer.from(`${parent}/b`), Buffer.from([0xff, 0xfe])])
    mkdirSync(folder(source))
    writeFileSync(Buffer.concat([folder(source), Buffer.from('/file')]), 'x')
    const { handle } = await perform(external(here, { strategy, path: source }))
    for (const path of [folder(target), join(target, MARKER), join(target, 'lost+found')]) mkdirSync(path)
    writeFileSync(Buffer.concat([folder(target), Buffer.from('/left')]), 'y')
    const { files } = await perform(external(here, { strategy, operation: 'restore', handle, path: target }))
    assert.equal(files, 1)
    assert.ok(existsSync(join(target, 'lost+found')))
    assert.deepEqual(treeOf(target), treeOf(source))
  })
}

test('tar: content that differs in one byte, with the same length and time, is somebody else\'s', AS_ROOT, async () => {
  using here = bench(IN_MEMORY)
  const { target, restore } = await restored(here, 'tar')
  const file = join(target, 'deep', 'er', 'and', 'deeper', 'copy')
  const { mtimeNs } = treeOf(target)['deep/er/and/deeper/copy'] ?? { mtimeNs: '0' }
  writeFileSync(file, 'X', { flag: 'r+' })
  utimesSync(file, new Date(), Number(mtimeNs) / 1e9)
  await assert.rejects(restore(), { reason: 'TargetExists' })
})

test('custom: the file of a stream is known again by its hash', async () => {
  using world = await makeWorld('custom')
  const target = world.target()
  const restore = () => world.run(storeOf(world.start), { operation: 'restore', handle: 'archive/data/b1', path: target })
  const first = await restore()
  assert.deepEqual(await restore(), first)
  writeFileSync(join(target, 'stream'), 'X', { flag: 'r+' })
  await assert.rejects(restore(), { reason: 'TargetExists' })
  mkdirSync(join(target, MARKER))
  assert.deepEqual(await restore(), first, 'marked as unfinished it is done anew')
  assert.deepEqual(readdirSync(target), ['stream'])
})
