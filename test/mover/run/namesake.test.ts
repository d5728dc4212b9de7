import assert from 'node:assert/strict'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'node:test'
import { perform } from '../../../mover/operations/perform.ts'
import type { Result, Task } from '../../../schemas/generated/types.ts'
import { bench, type Bench } from '../context.ts'
import { external, NO_RESTIC, plainRestic } from '../restic/tools.ts'

const points = [{ volume: 'data' }]

/** A volume with one file, and a mover of a Backup `b1` with this UID. */
function of(here: Bench, strategy: Task['strategy']) {
  const path = join(here.folder, 'volumes', 'data')
  mkdirSync(path, { recursive: true })
  writeFileSync(join(path, 'file'), 'old')
  return (run: string, task: Partial<Task> = {}): Promise<Result> => perform(external(here, { strategy, path, run, ...task }))
}

for (const strategy of ['tar', 'external'] as const) {
  const skip = strategy === 'external' ? NO_RESTIC : undefined

  test(`${strategy}: a mover that is asked again finds the point of its own Backup`, { skip }, async () => {
    using here = bench()
    const mover = of(here, strategy)
    const { handle } = await mover('first')
    assert.equal((await mover('first')).handle, handle)
  })

  test(`${strategy}: the point of an earlier Backup of the same name is no answer, and is neither replaced nor removed`, { skip }, async () => {
    using here = bench()
    const mover = of(here, strategy)
    await mover('first')
    writeFileSync(join(here.folder, 'volumes', 'data', 'file'), 'new')
    await assert.rejects(mover('second'), { name: 'UserError', reason: 'TargetExists', message: /another name/ })
    assert.equal((await mover('second', { operation: 'delete', points })).ok, true)
    assert.equal(isThere(here, strategy), true)
    await mover('first', { operation: 'delete', points })
    assert.equal(isThere(here, strategy), false)
  })
}

test('a deletion goes on over a manifest that is damaged', async () => {
  using here = bench()
  const mover = of(here, 'tar')
  await mover('first')
  writeFileSync(join(here.store, 'archive', 'data', 'b1', 'manifest.json'), '{')
  await mover('first', { operation: 'delete', points })
  assert.equal(isThere(here, 'tar'), false)
})

test('the manifest tells which run made it', async () => {
  using here = bench()
  await of(here, 'tar')('first')
  assert.equal(JSON.parse(readFileSync(join(here.store, 'archive', 'data', 'b1', 'manifest.json'), 'utf8')).run, 'first')
})

function isThere(here: Bench, strategy: Task['strategy']): boolean {
  if (strategy === 'tar') return existsSync(join(here.store, 'archive', 'data', 'b1', 'data.tar.zst'))
  return plainRestic<unknown[]>(here, 'snapshots').length > 0
}
