import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test, type TestContext } from 'node:test'
import { addressOf } from '../../mover/restic/repository.ts'
import { openStore } from '../../mover/stores/open.ts'
import type { Result, Task } from '../../schemas/generated/types.ts'
import { bench, IN_MEMORY, type Bench } from './context.ts'
import { moverProcess, seeded } from './process.ts'
import { NO_RESTIC, PASSWORD } from './restic/tools.ts'
import { makeBucket, NO_S3, startS3, type TestS3 } from './stores/minio.ts'
import { unfinishedUploads } from './stores/uploads.ts'
import { treeOf } from './tree.ts'
import { startProducer } from './world.ts'

/** HOLDFAST_MOVER_ROUNDS: how often in all; HOLDFAST_MOVER_SEED: which kills. */
const ROUNDS = Number(process.env.HOLDFAST_MOVER_ROUNDS ?? 10)
const SEED = Number(process.env.HOLDFAST_MOVER_SEED ?? Date.now() % 1_000_000)
const bucket = `holdfast-kill-${randomBytes(4).toString('hex')}`
let s3: TestS3 | undefined

before(async () => {
  if (NO_S3 !== undefined) return
  s3 = await startS3()
  await makeBucket(s3, bucket)
})
after(() => s3?.stop())

interface Scene {
  readonly here: Bench
  readonly random: () => number
  readonly task: (changes: Partial<Task>) => Task
  readonly source: string
  /** Keys, with those of unfinished files or uploads, that begin with a prefix. */
  readonly left: (prefix: string) => Promise<readonly string[]>
  readonly strategy: Strategy
  readonly kills: Readonly<Record<Killed, { count: number; struck: number }>>
  /** How long each takes here, in milliseconds, as it was last seen. */
  readonly usual: Record<Killed, number>
}

type Strategy = Task['strategy']
type Killed = 'backup' | 'restore'

const SCENES: readonly { readonly name: string; readonly share: number; readonly skip: string | undefined; readonly strategy: Strategy; readonly onS3: boolean }[] = [
  { name: 'tar to a directory', share: 0.3, skip: undefined, strategy: 'tar', onS3: false },
  { name: 'tar to S3', share: 0.2, skip: NO_S3, strategy: 'tar', onS3: true },
  { name: 'external to a directory', share: 0.2, skip: NO_RESTIC, strategy: 'external', onS3: false },
  { name: 'external to S3', share: 0.2, skip: NO_S3 ?? NO_RESTIC, strategy: 'external', onS3: true },
  { name: 'custom to a directory', share: 0.2, skip: undefined, strategy: 'custom', onS3: false },
]

/** Files of the source as each strategy counts them: 200, a link of each kind, and the big one; restic leaves symbolic links out. */
const FILES: Readonly<Record<Strategy, number>> = { tar: 203, external: 202, custom: 1 }

for (const [index, { name, share, skip, strategy, onS3 }] of SCENES.entries()) {
  const rounds = Math.max(1, Math.round(ROUNDS * share))
  test(`${name}: killed at random moments of backup and restore, the same task then ends well (${rounds} rounds)`, { skip }, async t => {
    using here = bench(IN_MEMORY)
    replayHint(t)
    const scene = makeScene(here, { seed: SEED + index, strategy, onS3 })
    await clean(scene)
    let round = 0
    // Kills that came too late, for the machine has got quicker, are made up for.
    for (; round < rounds || (round < 3 * rounds && !struckEnough(scene)); round += 1) await killedRound(scene, `b${round}`)
    for (const [operation, { count, struck }] of Object.entries(scene.kills)) {
      t.diagnostic(`seed ${SEED}: ${round} rounds, ${count} kills of a ${operation}, ${struck} of them before its end`)
    }
    assert.ok(struckEnough(scene), 'more than half of the kills came too late to prove anything')
    await nothingLeft(scene, round)
  })
}

const struckEnough = ({ kills }: Scene) => Object.values(kills).every(({ count, struck }) => struck > 0 && struck * 2 >= count)

/** Data that restic has not seen, so that there is something to do. */
function renew(source: string): void {
  execFileSync('sh', ['-c', 'cd "$1"; head -c 16000000 /dev/urandom > big; touch -d "2020-02-02 02:02:02.222222222 UTC" .', 'sh', source])
}

function replayHint(t: TestContext): void {
  t.diagnostic(`again: HOLDFAST_MOVER_SEED=${SEED} HOLDFAST_MOVER_ROUNDS=${ROUNDS} node --test test/mover/run.test.ts`)
}

function makeScene(here: Bench, { seed, strategy, onS3 }: { readonly seed: number; readonly strategy: Strategy; readonly onS3: boolean }): Scene {
  const source = join(here.folder, 'volumes', 'data')
  mkdirSync(source, { recursive: true })
  execFileSync('sh', ['-c', 'cd "$1"; mkdir -p d/e; for n in $(seq 200); do echo $n > d/e/$n; done; ln d/e/1 d/hard; ln -s e d/link; touch -d "2020-02-02 02:02:02.222222222 UTC" d .', 'sh', source])
  renew(source)
  const prefix = `p/${randomBytes(4).toString('hex')}/ns`
  const store: Task['store'] = onS3 ? { type: 's3', bucket, prefix, endpoint: s3?.endpoint } : { type: 'directory', path: here.store }
  return {
    here, source, strategy, random: seeded(seed), usual: { backup: 0, restore: 0 },
    kills: { backup: { count: 0, struck: 0 }, restore: { count: 0, struck: 0 } },
    task: changes => ({ operation: 'backup', strategy, namespace: 'ns', policy: 'nightly', volume: 'data', run: 'r1', compression: 'none', store, ...changes }),
    left: async begins => {
      if (!onS3) return existsSync(here.store) ? readdirSync(here.store, { recursive: true, encoding: 'utf8' }).filter(path => path.startsWith(begins) && statSync(join(here.store, path)).isFile()) : []
      const opened = await openStore(store, s3?.env ?? {})
      const keys: string[] = []
      for await (const { key } of opened.list(begins)) keys.push(key)
      return [...keys, ...await unfinishedUploads(s3 as TestS3, bucket, keys.map(key => `${prefix}/${key}`))]
    },
  }
}

/** The mover in its pod; that of a custom backup has the user's command beside it, which a new pod begins anew. */
async function run({ here, source, strategy }: Scene, task: Task, killAfter?: number) {
  const exchange = join(here.folder, 'exchange')
  rmSync(exchange, { recursive: true, force: true })
  const producer = strategy === 'custom' && task.operation === 'backup' ? startProducer(exchange, `cat ${join(source, 'big')}`) : undefined
  try {
    return await moverProcess(here.folder, task, { killAfter, env: { ...s3?.env, RESTIC_PASSWORD: PASSWORD, HOLDFAST_EXCHANGE: exchange } })
  } finally {
    producer?.kill('SIGKILL')
  }
}

/** How long a backup and a restore take here when nobody disturbs them. */
async function clean(scene: Scene): Promise<void> {
  const backup = await run(scene, scene.task({ backup: 'clean', path: scene.source }))
  assert.equal(backup.code, 0, backup.errors)
  const target = emptyTarget(scene)
  const restore = await run(scene, scene.task({ operation: 'restore', backup: 'clean', handle: backup.result?.handle, path: target }))
  assert.equal(restore.code, 0, restore.errors)
  Object.assign(scene.usual, { backup: backup.milliseconds, restore: restore.milliseconds })
}

function emptyTarget({ here }: Scene): string {
  const target = join(here.folder, 'target')
  rmSync(target, { recursive: true, force: true })
  mkdirSync(target)
  return target
}

/** Kills once or twice, then lets it end; so with the backup, and so with its restore. */
async function killedRound(scene: Scene, backup: string): Promise<void> {
  renew(scene.source)
  const stored = await killed(scene, scene.task({ backup, path: scene.source }), 'backup')
  assert.deepEqual([stored.ok, stored.errors, stored.files], [true, 0, FILES[scene.strategy]])
  if (scene.strategy === 'external') assert.deepEqual(await scene.left(`points/data/${backup}.json`), [`points/data/${backup}.json`])
  else assert.deepEqual((await scene.left(`archive/data/${backup}/`)).map(key => key.slice(key.lastIndexOf('/') + 1)).filter(name => !SECOND_NAME.test(name)).sort(), [dataOf(scene), 'manifest.json'])
  const target = emptyTarget(scene)
  const restored = await killed(scene, scene.task({ operation: 'restore', backup, handle: stored.handle, path: target }), 'restore')
  assert.equal(restored.ok, true)
  if (scene.strategy === 'custom') assert.ok(readFileSync(join(target, 'stream')).equals(readFileSync(join(scene.source, 'big'))), `seed ${SEED}, ${backup}`)
  else assert.deepEqual(treeOf(target), treeOf(scene.source), `seed ${SEED}, ${backup}`)
}

/** In a directory a manifest is published as a second name of its file; killed right then, the first stays until the point is deleted. */
const SECOND_NAME = /^manifest\.json\.partial-[0-9a-f]{12}$/

const dataOf = ({ strategy }: Scene) => strategy === 'custom' ? 'data.stream' : 'data.tar'

async function killed(scene: Scene, task: Task, operation: Killed): Promise<Result> {
  const kills = scene.kills[operation]
  for (let left = Math.ceil(scene.random() * 2); left > 0; left -= 1) {
    const { code, milliseconds } = await run(scene, task, scene.random() * scene.usual[operation] * 1.05)
    kills.count += 1
    kills.struck += code === null ? 1 : 0
    assert.ok(code === null || code === 0, `seed ${SEED}: ended with ${code}`)
    if (code === null) continue
    // The machine has got quicker. One that has ended would do no more than look, so the kill of it would prove nothing.
    scene.usual[operation] = Math.min(scene.usual[operation], milliseconds)
    break
  }
  const { code, result, errors } = await run(scene, task)
  assert.ok(code === 0 && result !== undefined, `seed ${SEED}, ${task.operation} of ${task.backup}: ${errors}`)
  return result
}

/** After deletion and prune there is nothing but the points that were kept, and no lock. */
async function nothingLeft(scene: Scene, rounds: number): Promise<void> {
  const external = scene.strategy === 'external'
  const opened = await openStore(scene.task({}).store, s3?.env ?? {})
  // Half an hour later: test/mover/restic/locks.test.ts.
  for (const lock of await scene.left('restic/locks/')) await opened.delete(lock)
  for (let round = 0; round < rounds; round += 1) {
    const { code, errors } = await run(scene, scene.task({ operation: 'delete', backup: `b${round}`, points: [{ volume: 'data' }] }))
    assert.equal(code, 0, errors)
  }
  assert.equal((await run(scene, scene.task({ operation: 'prune', restic: external }))).code, 0)
  if (!external) return assert.deepEqual((await scene.left('archive/data/')).filter(key => /\/(data|manifest)/.test(key)).sort(), [`archive/data/clean/${dataOf(scene)}`, 'archive/data/clean/manifest.json'])
  assert.deepEqual((await scene.left('restic/locks/')), [])
  assert.equal((await scene.left('restic/snapshots/')).length, 1)
  const { repository, options } = addressOf(scene.task({}).store)
  execFileSync('restic', ['--no-cache', '--repo', repository, ...options, 'check', '--read-data'], { env: { ...process.env, ...s3?.env, RESTIC_PASSWORD: PASSWORD }, stdio: 'pipe' })
}
