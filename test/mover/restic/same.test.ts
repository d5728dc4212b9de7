import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import test from 'node:test'
import { perform } from '../../../mover/operations/perform.ts'
import { sameTree } from '../../../mover/restic/same.ts'
import { bench } from '../context.ts'
import { treeOf } from '../tree.ts'
import { external, NO_RESTIC, volumes } from './tools.ts'

/** What is done to a restored volume, and whether it is still what the snapshot holds. */
const ROWS: readonly (readonly [string, string, boolean])[] = [
  ['nothing', ':', true],
  ['another content of the same size', 'printf 12345 > a', false],
  ['another name', 'mv a c', false],
  ['two files that have changed their sizes', 'printf 1234 > a; printf 123456 > d/b', false],
  ['a link in place of a file', 'mv a ../a; ln -s ../a a', false],
  ['a file more', 'touch more', false],
  ['a file less', 'rm d/b', false],
  ['a folder that is somebody else\'s', 'mkdir e', true],
]

for (const [sentence, script, same] of ROWS) {
  test(`a volume with files and ${sentence} is ${same ? 'what was restored' : 'not touched'}`, { skip: NO_RESTIC }, async () => {
    using here = bench()
    const { source, target } = volumes(here)
    execFileSync('sh', ['-ec', `cd ${source}; printf 54321 > a; mkdir d; printf 67890 > d/b; ln -s a link; ln a "odd'name"`])
    const { handle = '' } = await perform(external(here, { path: source }))
    const restore = () => perform(external(here, { operation: 'restore', path: target, handle }))
    const first = await restore()
    execFileSync('sh', ['-ec', `cd ${target}; ${script}`])
    const before = treeOf(target)
    if (same) assert.deepEqual(await restore(), first)
    else await assert.rejects(restore(), { name: 'UserError', reason: 'TargetExists' })
    assert.deepEqual(treeOf(target), before)
  })
}

test('an empty volume is not what a snapshot of files holds, nor what an unknown one does', { skip: NO_RESTIC }, async () => {
  using here = bench()
  const { source, target } = volumes(here)
  execFileSync('sh', ['-ec', `cd ${source}; printf 54321 > a`])
  const { handle = '' } = await perform(external(here, { path: source }))
  assert.equal(await sameTree(external(here, {}), { handle, root: source, target }), undefined)
  assert.deepEqual(await sameTree(external(here, {}), { handle, root: source, target: source }), { files: 1, bytes: 5 })
  assert.equal(await sameTree(external(here, {}), { handle: 'f'.repeat(64), root: source, target: source }), undefined)
  assert.equal(await sameTree(external(here, {}), { handle, root: join(source, 'other'), target: source }), undefined)
})
