import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { perform } from '../../mover/operations/perform.ts'
import type { Context } from '../../mover/run/context.ts'
import { openStore } from '../../mover/stores/open.ts'
import type { Result, Task } from '../../schemas/generated/types.ts'
import { bench, IN_MEMORY, IS_ROOT, type Bench } from './context.ts'
import { impatientPath } from './restic/impatient.ts'
import { external, NO_RESTIC, PASSWORD } from './restic/tools.ts'
import { keys } from './stores/conformance.ts'
import { makeBucket, NO_S3, startS3, type TestS3 } from './stores/minio.ts'
import { refusingProxy, type RefusingProxy } from './stores/refusing-proxy.ts'
import { unfinishedUploads } from './stores/uploads.ts'
import { treeOf } from './tree.ts'
import { startProducer } from './world.ts'

type Strategy = Task['strategy']
const MEBIBYTE = 1 << 20
/** All that a finished backup has in the store, but for what is restic's own and makes no point without a snapshot. */
const WHOLE = {
  tar: ['archive/data/b1/data.tar', 'archive/data/b1/manifest.json'],
  custom: ['archive/data/b1/data.stream', 'archive/data/b1/manifest.json'],
  external: ['points/data/b1.json', 'restic/snapshots/HANDLE'],
} as const
const OF_REPOSITORY = /^restic\/(config$|(keys|data|index|locks)\/)/
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

/** One task. A backup of strategy custom has its command beside it: its stream is the content of the source's file. */
async function ended(here: Bench, task: Partial<Task>, changes: Partial<Context> = {}): Promise<Result> {
  const exchange = join(here.folder, `exchange-${randomBytes(8).toString('hex')}`)
  const producer = task.strategy === 'custom' && task.operation === undefined ? startProducer(exchange, `cat ${task.path}/big`) : undefined
  const context = external(here, { compression: 'none', ...task }, changes)
  try {
    return await perform({ ...context, env: { ...context.env, HOLDFAST_EXCHANGE: exchange } })
  } finally {
    producer?.kill('SIGKILL')
  }
}

/** What was restored is what the source holds. */
function assertRestored(strategy: Strategy, source: string, target: string): void {
  if (strategy === 'custom') assert.ok(readFileSync(join(target, 'stream')).equals(readFileSync(join(source, 'big'))))
  else assert.deepEqual(treeOf(target), treeOf(source))
}

for (const strategy of ['tar', 'custom', 'external'] as const) {
  const skip = asRoot || (strategy === 'external' ? NO_RESTIC : undefined)
  const ask = (here: Bench, task: Partial<Task>) => ended(here, { strategy, ...task })

  test(`${strategy}: a store that is full: StoreFull and no point; with room the same task succeeds`, { skip }, async () => {
    using here = bench(IN_MEMORY)
    const path = sourceOf(here, 12)
    using disk = smallDisk(here.store, 6)
    for (let attempt = 0; attempt < 2; attempt += 1) {
      await assert.rejects(ask(here, { path }), { name: 'UserError', reason: 'StoreFull' })
      assert.deepEqual(filesIn(here.store).filter(name => /manifest|data\.|partial|^points|restic\/snapshots/.test(name)), [])
    }
    disk.grow(40)
    const { handle } = await ask(here, { path })
    const target = join(here.folder, 'target')
    mkdirSync(target)
    await ask(here, { operation: 'restore', handle, path: target })
    assertRestored(strategy, path, target)
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
    assertRestored(strategy, path, target)
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

  for (const [strategy, whole] of Object.entries(WHOLE)) for (const [sentence, bytes] of [['at the first request', 0], ['in the middle of the upload', 20 * MEBIBYTE], ['before the upload is completed', 50 * MEBIBYTE]] as const) {
    test(`${strategy}: credentials revoked ${sentence}: AccessDenied and no point; when they are back the same task succeeds`, { skip: strategy === 'external' && NO_RESTIC }, async () => {
      using here = bench(IN_MEMORY)
      const path = sourceOf(here, 50)
      const prefix = `p/${strategy}-${bytes}/ns`
      const { ask, refused, honest } = await revocable(here, { strategy: strategy as Strategy, prefix })
      const points = async () => (await keys(honest, '')).filter(key => !OF_REPOSITORY.test(key))
      proxy.revokeAfter(bytes)
      await refused({ path })
      assert.deepEqual(await points(), [])
      proxy.grant()
      const { handle = '' } = await ask({ path })
      assert.deepEqual(await points(), whole.map(key => key.replace('HANDLE', handle)))
      assert.deepEqual(await unfinishedUploads(s3, bucket, whole.map(key => `${prefix}/${key}`)), [], 'what could not be aborted then is gone now')
      const target = join(here.folder, 'target')
      mkdirSync(target)
      proxy.revokeAfter(0)
      await refused({ operation: 'check' })
      await refused({ operation: 'restore', handle, path: target })
      await refused({ operation: 'delete', points: [{ volume: 'data' }] })
      proxy.grant()
      assert.equal((await ask({ operation: 'restore', handle, path: target })).ok, true)
      assertRestored(strategy as Strategy, path, target)
    })
  }

  for (const strategy of ['tar', 'custom', 'external'] as const) {
    test(`${strategy}: credentials revoked in the middle of a download: AccessDenied, marked as unfinished; when they are back the same task succeeds`, { skip: strategy === 'external' && NO_RESTIC }, async () => {
      using here = bench(IN_MEMORY)
      const path = sourceOf(here, 24)
      const { ask, refused } = await revocable(here, { strategy, prefix: `p/download-${strategy}/ns` })
      const { handle } = await ask({ path })
      const target = join(here.folder, 'target')
      mkdirSync(target)
      proxy.revokeAfterAnswers(12 * MEBIBYTE)
      await refused({ operation: 'restore', handle, path: target })
      assert.ok(existsSync(join(target, '.holdfast-restore')))
      proxy.grant()
      assert.equal((await ask({ operation: 'restore', handle, path: target })).ok, true)
      assertRestored(strategy as Strategy, path, target)
    })
  }

  /** Tasks over the proxy: as they are, and such as must be refused. `honest` is the store without the proxy. */
  async function revocable(here: Bench, { strategy, prefix }: { readonly strategy: Strategy; readonly prefix: string }) {
    const store = { type: 's3', bucket, prefix, endpoint: proxy.endpoint } as const
    const [opened, honest] = [await openStore(store, s3.env), await openStore({ ...store, endpoint: s3.endpoint }, s3.env)]
    const env = { ...process.env, ...s3.env, PATH: impatientPath(here, 'Access Denied'), RESTIC_PASSWORD: PASSWORD, RESTIC_CACHE_DIR: join(here.folder, 'cache') }
    const ask = (task: Partial<Task>) => ended(here, { strategy, store, ...task }, { store: opened, env })
    const refused = async (task: Partial<Task>) => {
      const before = proxy.refused()
      await assert.rejects(ask(task), { name: 'UserError', reason: 'AccessDenied' })
      assert.ok(proxy.refused() > before, 'the store itself refused it')
    }
    return { ask, refused, honest }
  }
}
