import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { createReadStream, existsSync, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { commit } from '../../mover/archive/commit.ts'
import { writeData } from '../../mover/archive/write.ts'
import { perform } from '../../mover/operations/perform.ts'
import type { Context } from '../../mover/run/context.ts'
import { openStore } from '../../mover/stores/open.ts'
import type { Task } from '../../schemas/generated/types.ts'
import { bench, IN_MEMORY, IS_ROOT, type Bench } from './context.ts'
import { external, NO_RESTIC, PASSWORD } from './restic/tools.ts'
import { keys } from './stores/conformance.ts'
import { makeBucket, NO_S3, startS3, type TestS3 } from './stores/minio.ts'
import { refusingProxy, type RefusingProxy } from './stores/refusing-proxy.ts'
import { unfinishedUploads } from './stores/uploads.ts'
import { treeOf } from './tree.ts'

const MEBIBYTE = 1 << 20
/** restic asks for minutes before it takes a refusal for one, so in a usual run it is stopped at the first. */
const PATIENT = Number(process.env.HOLDFAST_MOVER_ROUNDS ?? 10) > 10
const asRoot = !IS_ROOT && 'mounting a small tmpfs needs root'

function sourceOf(here: Bench, megabytes: number): string {
  const source = join(here.folder, 'volumes', 'data')
  mkdirSync(source, { recursive: true })
  execFileSync('sh', ['-c', 'cd "$1"; head -c "$2" /dev/urandom > big; mkdir d; echo a > d/a', 'sh', source, String(megabytes * MEBIBYTE)])
  return source
}

/** A small disk of its own at a folder; `grow` gives it room. */
function smallDisk(path: string, megabytes: number): Disposable & { grow(megabytes: number): void } {
  mkdirSync(path, { recursive: true })
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', path])
  return {
    grow: to => execFileSync('mount', ['-o', `remount,size=${to}m`, path]),
    [Symbol.dispose]: () => execFileSync('umount', [path]),
  }
}

const filesIn = (path: string) => existsSync(path) ? readdirSync(path, { recursive: true, encoding: 'utf8' }).filter(name => statSync(join(path, name)).isFile()) : []

for (const strategy of ['tar', 'external'] as const) {
  const skip = asRoot || (strategy === 'external' ? NO_RESTIC : undefined)
  const ask = (here: Bench, task: Partial<Task>) => perform(external(here, { strategy, compression: 'none', ...task }))

  test(`${strategy}: a store that is full: StoreFull and no point; with room the same task succeeds`, { skip }, async () => {
    using here = bench(IN_MEMORY)
    const path = sourceOf(here, 12)
    using disk = smallDisk(here.store, 6)
    for (let attempt = 0; attempt < 2; attempt += 1) {
      await assert.rejects(ask(here, { path }), { name: 'UserError', reason: 'StoreFull' })
      assert.deepEqual(filesIn(here.store).filter(name => /manifest|data\.tar|partial|^points|restic\/snapshots/.test(name)), [])
    }
    disk.grow(40)
    const { handle } = await ask(here, { path })
    const target = join(here.folder, 'target')
    mkdirSync(target)
    await ask(here, { operation: 'restore', handle, path: target })
    assert.deepEqual(treeOf(target), treeOf(path))
  })

  test(`${strategy}: a volume that is full: VolumeFull, marked as unfinished; with room the same task succeeds`, { skip }, async () => {
    using here = bench(IN_MEMORY)
    const path = sourceOf(here, 8)
    const { handle } = await ask(here, { path })
    const target = join(here.folder, 'target')
    using disk = smallDisk(target, 3)
    for (let attempt = 0; attempt < 2; attempt += 1) {
      await assert.rejects(ask(here, { operation: 'restore', handle, path: target }), { name: 'UserError', reason: 'VolumeFull' })
      assert.ok(existsSync(join(target, '.holdfast-restore')))
    }
    disk.grow(40)
    assert.equal((await ask(here, { operation: 'restore', handle, path: target })).ok, true)
    assert.deepEqual(treeOf(target), treeOf(path))
  })
}

if (NO_S3 !== undefined) {
  test('credentials that are revoked half-way', { skip: NO_S3 }, () => undefined)
} else {
  const bucket = `holdfast-revoked-${randomBytes(4).toString('hex')}`
  let s3: TestS3
  let proxy: RefusingProxy
  before(async () => {
    s3 = await startS3()
    await makeBucket(s3, bucket)
    proxy = await refusingProxy(s3.endpoint)
  })
  after(async () => {
    await proxy.stop()
    await s3.stop()
  })

  for (const [sentence, bytes] of [['at the first request', 0], ['in the middle of the upload', 20 * MEBIBYTE], ['before the upload is completed', 50 * MEBIBYTE]] as const) {
    test(`tar: credentials revoked ${sentence}: AccessDenied and no point; when they are back the same task succeeds`, async () => {
      using here = bench(IN_MEMORY)
      const path = sourceOf(here, 50)
      const prefix = `p/${bytes}/ns`
      const store = { type: 's3', bucket, prefix, endpoint: proxy.endpoint } as const
      const opened = await openStore(store, s3.env)
      const honest = await openStore({ ...store, endpoint: s3.endpoint }, s3.env)
      const ask = (task: Partial<Task>) => perform(here.context({ store, compression: 'none', ...task }, { store: opened, env: { ...process.env, ...s3.env, RESTIC_PASSWORD: PASSWORD } }))
      const before = proxy.refused()
      proxy.revokeAfter(bytes)
      await assert.rejects(ask({ path }), { name: 'UserError', reason: 'AccessDenied' })
      assert.ok(proxy.refused() > before)
      assert.deepEqual(await keys(honest, ''), [])
      proxy.grant()
      const { handle } = await ask({ path })
      assert.deepEqual(await keys(honest, ''), ['archive/data/b1/data.tar', 'archive/data/b1/manifest.json'])
      assert.deepEqual(await unfinishedUploads(s3, bucket, [`${prefix}/archive/data/b1/data.tar`]), [], 'what could not be aborted then is gone now')
      const target = join(here.folder, 'target')
      mkdirSync(target)
      proxy.revokeAfter(1)
      await assert.rejects(ask({ operation: 'check' }), { reason: 'AccessDenied' })
      await assert.rejects(ask({ operation: 'restore', handle, path: target }), { reason: 'AccessDenied' })
      await assert.rejects(ask({ operation: 'delete', points: [{ volume: 'data' }] }), { reason: 'AccessDenied' })
      proxy.grant()
      assert.equal((await ask({ operation: 'restore', handle, path: target })).ok, true)
      assert.deepEqual(treeOf(target), treeOf(path))
    })
  }

  for (const strategy of ['tar', 'custom', 'external'] as const) {
    test(`${strategy}: credentials revoked in the middle of a download: AccessDenied, marked as unfinished; when they are back the same task succeeds`, { skip: strategy === 'external' && NO_RESTIC }, async () => {
      using here = bench(IN_MEMORY)
      const path = sourceOf(here, 24)
      const store = { type: 's3', bucket, prefix: `p/download-${strategy}/ns`, endpoint: proxy.endpoint } as const
      const env = { ...process.env, ...s3.env, RESTIC_PASSWORD: PASSWORD, RESTIC_CACHE_DIR: join(here.folder, 'cache') }
      const opened = await openStore(store, s3.env)
      const stop = new AbortController()
      const context = (task: Partial<Task>, signal = new AbortController().signal) => here.context({ strategy, store, compression: 'none', ...task }, { store: opened, env, signal })
      const handle = strategy === 'custom' ? await streamOf(context({}), join(path, 'big')) : (await perform(context({ path }))).handle
      const target = join(here.folder, 'target')
      mkdirSync(target)
      const restore = (signal?: AbortSignal) => perform(context({ operation: 'restore', handle, path: target }, signal))
      const before = proxy.refused()
      const short = strategy === 'external' && !PATIENT
      proxy.revokeAfterAnswers(12 * MEBIBYTE, () => { if (short) stop.abort() })
      await assert.rejects(restore(stop.signal), short ? { reason: 'MoverKilled' } : { name: 'UserError', reason: 'AccessDenied' })
      assert.ok(proxy.refused() > before, 'the download was taken up again, and refused')
      assert.ok(existsSync(join(target, '.holdfast-restore')))
      proxy.grant()
      assert.equal((await restore()).ok, true)
      if (strategy === 'custom') assert.ok(readFileSync(join(target, 'stream')).equals(readFileSync(join(path, 'big'))))
      else assert.deepEqual(treeOf(target), treeOf(path))
    })
  }

  /** A point of strategy custom that holds a file, as if a command had written it. */
  async function streamOf(context: Context, file: string): Promise<string> {
    const point = { volume: 'data', backup: 'b1' }
    const { written, placed } = await writeData(context, { kind: 'stream', output: createReadStream(file), ...point })
    const { handle = '' } = await commit(context, { kind: 'stream', point, startTime: new Date().toISOString(), written, placed, errors: { count: 0, samples: [] }, tools: {} })
    return handle
  }
}
