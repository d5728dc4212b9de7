import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { existsSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'node:test'
import { perform } from '../../../mover/operations/perform.ts'
import type { Task } from '../../../schemas/generated/types.ts'
import { AS_ROOT, bench, IS_ROOT } from '../context.ts'
import { buildFixture } from '../fixture.ts'
import { treeOf, type Entry } from '../tree.ts'
import { external, KEEPS_HOLES, NO_RESTIC, PASSWORD, plainRestic, volumes } from './tools.ts'

const skip = NO_RESTIC
interface Snapshot { readonly id: string; readonly hostname: string; readonly paths: readonly string[]; readonly tags: readonly string[]; readonly time: string }

test('a tree with files of every sort comes back the same', { skip: skip ?? AS_ROOT.skip }, async t => {
  using here = bench()
  const { source, target } = volumes(here)
  for (const skipped of buildFixture(source)) t.diagnostic(skipped)
  if (!KEEPS_HOLES) t.diagnostic('skipped: holes (restic before 0.15 fills them)')
  const stored = await perform(external(here, { path: source }))
  assert.match(stored.handle ?? '', /^[0-9a-f]{64}$/)
  assert.equal(stored.errors, 0)
  const restored = await perform(external(here, { operation: 'restore', path: target, handle: stored.handle }))
  assert.deepEqual(withHoles(treeOf(target)), withHoles(treeOf(source)))
  assert.equal(existsSync(join(target, 'lost+found')), false)
  assert.deepEqual([restored.files, restored.bytes, restored.errors], [stored.files, stored.bytes, 0])
})

function withHoles(tree: Readonly<Record<string, Entry>>) {
  return KEEPS_HOLES ? tree : Object.fromEntries(Object.entries(tree).map(([path, { sparse: _, ...entry }]) => [path, entry]))
}

test('plain restic finds the snapshot with its host, path, tags and time', { skip }, async () => {
  using here = bench()
  const { source } = volumes(here)
  writeFileSync(join(source, 'a'), 'x')
  const { handle } = await perform(external(here, { path: source, time: '2026-01-02T03:04:05Z' }))
  const [snapshot] = plainRestic<Snapshot[]>(here, 'snapshots')
  assert.equal(snapshot?.id, handle)
  assert.deepEqual([snapshot?.hostname, snapshot?.paths, [...snapshot?.tags ?? []].sort()], ['ns', [source], ['backup=b1', 'policy=nightly', 'volume=data']])
  assert.equal(new Date(snapshot?.time ?? '').toISOString(), '2026-01-02T03:04:05.000Z')
})

test('a backup asked for again gives the first answer and makes no snapshot', { skip }, async () => {
  using here = bench()
  const { source } = volumes(here)
  writeFileSync(join(source, 'a'), 'one')
  const first = await perform(external(here, { path: source }))
  writeFileSync(join(source, 'a'), 'other')
  assert.deepEqual(await perform(external(here, { path: source })), first)
  assert.equal(plainRestic<Snapshot[]>(here, 'snapshots').length, 1)
})

test('a remembered backup whose snapshot is gone is made again', { skip }, async () => {
  using here = bench()
  const { source } = volumes(here)
  writeFileSync(join(source, 'a'), 'one')
  const first = await perform(external(here, { path: source }))
  rmSync(join(here.store, 'restic', 'snapshots', first.handle ?? ''))
  const second = await perform(external(here, { path: source }))
  assert.notEqual(second.handle, first.handle)
})

test('an empty volume is EmptyVolume; without a password SecretKeyMissing', { skip }, async () => {
  using here = bench()
  const { source } = volumes(here)
  await assert.rejects(perform(external(here, { path: source })), { reason: 'EmptyVolume' })
  writeFileSync(join(source, 'a'), 'x')
  await assert.rejects(perform(here.context({ strategy: 'external', path: source })), { name: 'UserError', reason: 'SecretKeyMissing' })
})

test('a wrong password is WrongKey, for every operation, and is not told', { skip }, async () => {
  using here = bench()
  const { source, target } = volumes(here)
  writeFileSync(join(source, 'a'), 'x')
  const { handle } = await perform(external(here, { path: source }))
  const wrong = { env: { ...process.env, RESTIC_PASSWORD: 'wrong-password', RESTIC_CACHE_DIR: join(here.folder, 'cache') } }
  for (const task of [
    { path: source, backup: 'b2' }, { operation: 'restore', path: target, handle }, { operation: 'check', restic: true },
    { operation: 'prune', restic: true }, { operation: 'delete', points: [{ volume: 'data' }] },
  ] as readonly Partial<Task>[]) {
    await assert.rejects(perform(external(here, task, wrong)), (error: Error & { reason?: string }) =>
      error.reason === 'WrongKey' && error.name === 'UserError' && !error.message.includes('wrong-password') && !error.message.includes(PASSWORD))
  }
})

test('files that may not be read are counted, and asked again the same is told', { skip: skip ?? (!IS_ROOT && 'becoming another user needs root') }, () => {
  using here = bench()
  const { source } = volumes(here)
  execFileSync('sh', ['-c', `cd ${source}; echo a > open; echo b > closed; chmod 600 closed; mkdir shut; chmod 700 shut; mkdir -p ${here.store}; chmod -R 777 ${here.folder}/store; chmod 755 ${here.folder}; mkdir -m 777 ${here.folder}/cache`])
  const asUser = () => {
    const main = new URL('../../../mover/main.ts', import.meta.url).pathname
    const log = join(here.folder, 'cache', 'log')
    const env = { PATH: process.env.PATH, HOME: '/tmp', RESTIC_CACHE_DIR: join(here.folder, 'cache'), RESTIC_PASSWORD: PASSWORD, HOLDFAST_TERMINATION_LOG: log, HOLDFAST_TASK: JSON.stringify(external(here, { path: source }).task) }
    execFileSync(process.execPath, [main], { uid: 65532, gid: 65532, env, stdio: 'ignore' })
    return JSON.parse(execFileSync('cat', [log], { encoding: 'utf8' })) as { ok: boolean; errors: number; files: number; reason: string; errorSamples: string[] }
  }
  const result = asUser()
  assert.equal(result.errorSamples.length, 2, result.errorSamples.join(' | '))
  assert.deepEqual([result.ok, result.errors, result.files, result.reason], [true, 2, 1, 'UnreadableFiles'])
  assert.match(result.errorSamples.join(), /closed/)
  assert.deepEqual(asUser(), result)
})

test('another file system inside the volume is told and left out, also when asked again', { skip: skip ?? (!IS_ROOT && 'mounting a tmpfs needs root') }, async () => {
  using here = bench()
  const { source } = volumes(here)
  execFileSync('sh', ['-c', `cd ${source}; echo a > a; mkdir -p d/mounted; mount -t tmpfs tmpfs d/mounted; echo b > d/mounted/b`])
  try {
    const result = await perform(external(here, { path: source }))
    assert.deepEqual([result.ok, result.errors, result.files, result.reason], [true, 1, 1, 'UnreadableFiles'])
    assert.match(result.errorSamples?.join() ?? '', /^\.\/d\/mounted: another file system/)
    assert.match(result.message ?? '', /another file system is mounted inside the volume/)
    assert.deepEqual(await perform(external(here, { path: source })), result)
  } finally {
    execFileSync('umount', [join(source, 'd', 'mounted')])
  }
})

test('a store without room is StoreFull', { skip: skip ?? (!IS_ROOT && 'mounting a small tmpfs needs root') }, async () => {
  using here = bench()
  const { source } = volumes(here)
  execFileSync('sh', ['-c', `head -c 6000000 /dev/urandom > ${source}/big; mkdir -p ${here.store}; mount -t tmpfs -o size=2m tmpfs ${here.store}`])
  try {
    await assert.rejects(perform(external(here, { path: source })), { name: 'UserError', reason: 'StoreFull' })
  } finally {
    execFileSync('umount', [here.store])
  }
})

test('a repository whose config was lost is not buried under a new one', { skip }, async () => {
  using here = bench()
  const { source } = volumes(here)
  writeFileSync(join(source, 'a'), 'x')
  await perform(external(here, { path: source }))
  rmSync(join(here.store, 'restic', 'config'))
  await assert.rejects(perform(external(here, { path: source, backup: 'b2' })), { name: 'UserError', reason: 'RepositoryDamaged' })
  assert.equal(existsSync(join(here.store, 'restic', 'config')), false)
})
