import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import type { IncomingMessage } from 'node:http'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { TransientError, UserError } from '../../../lib/errors.ts'
import { perform } from '../../../mover/operations/perform.ts'
import { openStore } from '../../../mover/stores/open.ts'
import type { Store } from '../../../mover/stores/store.ts'
import type { Task } from '../../../schemas/generated/types.ts'
import { bench, IN_MEMORY, type Bench } from '../context.ts'
import { changesByte, fails, failsAfter, failsWell, halves, loses, lyingProxy, type HttpLie, type LyingProxy } from '../stores/lying-proxy.ts'
import { makeBucket, NO_S3, startS3, type TestS3 } from '../stores/minio.ts'
import { treeOf } from '../tree.ts'
import { quickenKey } from './quick-key.ts'
import { external, NO_RESTIC, PASSWORD, volumes } from './tools.ts'

const bucket = `holdfast-restic-${randomBytes(4).toString('hex')}`
const BYTE = 'a byte changed'
const LIES: Readonly<Record<string, HttpLie>> = { 'an error': fails, 'done, and told not to be': failsAfter, 'done, and the answer lost': loses, 'not done, and told to be': failsWell, 'half of it': halves, [BYTE]: changesByte }

/**
 * The requests that are lied to, once each: restic's own, as the mover's are in point.test.ts. Data that a store says to hold, and does not, no
 * backup can see; restic looks for it again and again, for minutes, before a restore fails.
 */
const BACKUPS = [
  ...['PUT data', 'PUT index', 'PUT snapshots'].flatMap(where => ['done, and told not to be', 'done, and the answer lost'].map(lie => [where, lie] as const)),
  ['PUT snapshots', 'not done, and told to be'],
] as const
const RESTORES = [
  ...['config', 'keys', 'snapshots', 'index', 'data'].map(folder => [`GET ${folder}`, BYTE] as const),
  ['GET data', 'half of it'], ['GET index', 'half of it'], ['GET data', 'done, and the answer lost'], ['GET index', 'an error'],
] as const

interface World { readonly here: Bench; readonly source: string; readonly target: string; readonly handle: string; readonly tree: ReturnType<typeof treeOf>; readonly lying: Perform; readonly honest: Perform }
type Perform = (task: Partial<Task>) => ReturnType<typeof perform>

const skip = NO_S3 ?? NO_RESTIC
if (skip !== undefined) test('external over an S3 that lies', { skip }, () => undefined)
else overLies()

function overLies(): void {
  let s3: TestS3
  let proxy: LyingProxy
  let world: World
  before(async () => {
    s3 = await startS3()
    await makeBucket(s3, bucket)
    proxy = await lyingProxy(s3.endpoint)
    world = await makeWorld(s3, proxy.endpoint)
  })
  after(async () => {
    world.here[Symbol.dispose]()
    await proxy.stop()
    await s3.stop()
  })
  const lieTo = (where: string, lie: string) => proxy.lie(LIES[lie] ?? assert.fail(lie), { where: asked(where), times: 1 })

  for (const [index, [where, lie]] of BACKUPS.entries()) {
    test(`external: a backup whose ${where} is ${lie}: what is told to be good is restored whole`, async () => {
      const { source, lying, honest } = world
      writeFileSync(join(source, 'big'), randomBytes(100_000))
      const task = { backup: `l${index}`, run: 'r1', path: source } as const
      lieTo(where, lie)
      const first = await ended(lying(task))
      assert.equal(proxy.struck(), 1, 'the lie was told')
      proxy.honest()
      const { handle = '' } = typeof first === 'string' ? await honest(task) : first
      assert.equal(await restore(world, honest, handle, treeOf(source)), 'equal')
    })
  }
  for (const [where, lie] of RESTORES) {
    test(`external: a restore whose ${where} is answered with ${lie}: it is equal, or fails before it publishes anything`, async () => {
      const { lying, honest, handle, tree } = world
      lieTo(where, lie)
      await restore(world, lying, handle, tree)
      assert.equal(proxy.struck(), 1, 'the lie was told')
      proxy.honest()
      assert.equal(await restore(world, honest, handle, tree), 'equal')
    })
  }
}

const asked = (where: string) => {
  const [method, folder] = where.split(' ')
  return (incoming: IncomingMessage) => incoming.method === method && new RegExp(`/restic/${folder}(/[0-9a-f]|$|\\?$)`).test(incoming.url ?? '')
}

/** A repository with one point, made in a folder where its key can be made quick, and taken to S3. */
async function makeWorld(s3: TestS3, endpoint: string): Promise<World> {
  const here = bench(IN_MEMORY)
  const { source, target } = volumes(here)
  mkdirSync(join(source, 'd'))
  writeFileSync(join(source, 'd', 'a'), 'a')
  writeFileSync(join(source, 'big'), randomBytes(100_000))
  const { handle = '' } = await perform(external(here, { path: source, run: 'r1' }))
  quickenKey(join(here.store, 'restic'), PASSWORD)
  const place = { type: 's3', bucket, prefix: 'p/ns', region: 'us-east-1' } as const
  const opened = async (at: string): Promise<Perform> => {
    const store = await openStore({ ...place, endpoint: at }, s3.env)
    return task => perform(external(here, { store: { ...place, endpoint: at }, ...task }, { store, env: { ...process.env, ...s3.env, RESTIC_CACHE_DIR: join(here.folder, randomBytes(4).toString('hex')) } }))
  }
  await copyTo(await openStore({ ...place, endpoint: s3.endpoint }, s3.env), here.store)
  return { here, source, target, handle, tree: treeOf(source), lying: await opened(endpoint), honest: await opened(s3.endpoint) }
}

async function copyTo(store: Store, folder: string): Promise<void> {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(name => statSync(join(folder, name)).isFile())
  for (const name of names) await store.put(name, (async function* () { yield readFileSync(join(folder, name)) })())
}

async function ended(work: ReturnType<typeof perform>): Promise<Awaited<ReturnType<typeof perform>> | string> {
  try {
    return await work
  } catch (error) {
    assert.ok(error instanceof UserError || error instanceof TransientError, `not an error of ours: ${(error as Error).stack}`)
    return error.reason
  }
}

/** `equal`, or the reason of a failure that published nothing. */
async function restore({ target }: World, by: Perform, ...[handle, tree]: readonly [string, World['tree']]): Promise<string> {
  rmSync(target, { recursive: true, force: true })
  mkdirSync(target)
  const told = await ended(by({ operation: 'restore', backup: undefined, handle, path: target }))
  if (typeof told === 'string') assert.ok(existsSync(join(target, '.holdfast-restore')) || readdirSync(target).length === 0, `${told}, and not marked as unfinished`)
  else assert.deepEqual(treeOf(target), tree)
  return typeof told === 'string' ? told : 'equal'
}
