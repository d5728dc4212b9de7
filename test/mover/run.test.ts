import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test, type TestContext } from 'node:test'
import { openStore } from '../../mover/stores/open.ts'
import type { Result, Task } from '../../schemas/generated/types.ts'
import { bench, IN_MEMORY, type Bench } from './context.ts'
import { moverProcess, seeded } from './process.ts'
import { NO_RESTIC, PASSWORD } from './restic/tools.ts'
import { makeBucket, NO_S3, startS3, type TestS3 } from './stores/minio.ts'
import { unfinishedUploads } from './stores/uploads.ts'
import { treeOf } from './tree.ts'

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
  readonly kills: { count: number; struck: number }
}

const SCENES: readonly { readonly name: string; readonly share: number; readonly skip: string | undefined; readonly external: boolean; readonly onS3: boolean }[] = [
  { name: 'tar to a directory', share: 0.4, skip: undefined, external: false, onS3: false },
  { name: 'tar to S3', share: 0.3, skip: NO_S3, external: false, onS3: true },
  { name: 'external to a directory', share: 0.3, skip: NO_RESTIC, external: true, onS3: false },
]

for (const [index, { name, share, skip, external, onS3 }] of SCENES.entries()) {
  const rounds = Math.max(1, Math.round(ROUNDS * share))
  test(`${name}: killed at random moments of backup and restore, the same task then ends well (${rounds} rounds)`, { skip }, async t => {
    using here = bench(IN_MEMORY)
    const scene = makeScene(here, { seed: SEED + index, external, onS3 })
    const usual = await clean(scene)
    for (let round = 0; round < rounds; round += 1) await killedRound(scene, `b${round}`, { usual, external })
    await nothingLeft(scene, { rounds, external })
    t.diagnostic(`seed ${SEED}: ${rounds} rounds, ${scene.kills.count} kills, ${scene.kills.struck} of them before the end`)
    replayHint(t)
  })
}

/** Data that restic has not seen, so that there is something to do. */
function renew(source: string): void {
  execFileSync('sh', ['-c', 'cd "$1"; head -c 16000000 /dev/urandom > big; touch -d "2020-02-02 02:02:02.222222222 UTC" .', 'sh', source])
}

function replayHint(t: TestContext): void {
  t.diagnostic(`again: HOLDFAST_MOVER_SEED=${SEED} HOLDFAST_MOVER_ROUNDS=${ROUNDS} node --test test/mover/run.test.ts`)
}

function makeScene(here: Bench, { seed, external, onS3 }: { readonly seed: number; readonly external: boolean; readonly onS3: boolean }): Scene {
  const source = join(here.folder, 'volumes', 'data')
  mkdirSync(source, { recursive: true })
  execFileSync('sh', ['-c', 'cd "$1"; mkdir -p d/e; for n in $(seq 200); do echo $n > d/e/$n; done; ln d/e/1 d/hard; ln -s e d/link; touch -d "2020-02-02 02:02:02.222222222 UTC" d .', 'sh', source])
  renew(source)
  const prefix = `p/${randomBytes(4).toString('hex')}/ns`
  const store: Task['store'] = onS3 ? { type: 's3', bucket, prefix, endpoint: s3?.endpoint } : { type: 'directory', path: here.store }
  return {
    here, source, random: seeded(seed), kills: { count: 0, struck: 0 },
    task: changes => ({ operation: 'backup', strategy: external ? 'external' : 'tar', namespace: 'ns', policy: 'nightly', volume: 'data', run: 'r1', compression: 'none', store, ...changes }),
    left: async begins => {
      if (!onS3) return existsSync(here.store) ? readdirSync(here.store, { recursive: true, encoding: 'utf8' }).filter(path => path.startsWith(begins) && statSync(join(here.store, path)).isFile()) : []
      const opened = await openStore(store, s3?.env ?? {})
      const keys: string[] = []
      for await (const { key } of opened.list(begins)) keys.push(key)
      return [...keys, ...await unfinishedUploads(s3 as TestS3, bucket, keys.map(key => `${prefix}/${key}`))]
    },
  }
}

const run = ({ here }: Scene, task: Task, killAfter?: number) => moverProcess(here.folder, task, { killAfter, env: { ...s3?.env, RESTIC_PASSWORD: PASSWORD } })

/** How long a backup and a restore take here when nobody disturbs them. */
async function clean(scene: Scene): Promise<{ readonly backup: number; readonly restore: number }> {
  const backup = await run(scene, scene.task({ backup: 'clean', path: scene.source }))
  assert.equal(backup.code, 0, backup.errors)
  const target = emptyTarget(scene)
  const restore = await run(scene, scene.task({ operation: 'restore', backup: 'clean', handle: backup.result?.handle, path: target }))
  assert.equal(restore.code, 0, restore.errors)
  return { backup: backup.milliseconds, restore: restore.milliseconds }
}

function emptyTarget({ here }: Scene): string {
  const target = join(here.folder, 'target')
  rmSync(target, { recursive: true, force: true })
  mkdirSync(target)
  return target
}

/** Kills once or twice, then lets it end; so with the backup, and so with its restore. */
async function killedRound(scene: Scene, backup: string, { usual, external }: { readonly usual: { readonly backup: number; readonly restore: number }; readonly external: boolean }): Promise<void> {
  renew(scene.source)
  const stored = await killed(scene, scene.task({ backup, path: scene.source }), usual.backup)
  assert.deepEqual([stored.ok, stored.errors, stored.files], [true, 0, stored.files])
  if (external) assert.deepEqual(await scene.left(`points/data/${backup}.json`), [`points/data/${backup}.json`])
  else assert.deepEqual((await scene.left(`archive/data/${backup}/`)).map(key => key.slice(key.lastIndexOf('/') + 1)).sort(), ['data.tar', 'manifest.json'])
  const target = emptyTarget(scene)
  const restored = await killed(scene, scene.task({ operation: 'restore', backup, handle: stored.handle, path: target }), usual.restore)
  assert.equal(restored.ok, true)
  assert.deepEqual(treeOf(target), treeOf(scene.source), `seed ${SEED}, ${backup}`)
}

async function killed(scene: Scene, task: Task, usual: number): Promise<Result> {
  for (let kills = Math.ceil(scene.random() * 2); kills > 0; kills -= 1) {
    const { code } = await run(scene, task, scene.random() * usual * 1.05)
    scene.kills.count += 1
    scene.kills.struck += code === null ? 1 : 0
    assert.ok(code === null || code === 0, `seed ${SEED}: ended with ${code}`)
  }
  const { code, result, errors } = await run(scene, task)
  assert.ok(code === 0 && result !== undefined, `seed ${SEED}, ${task.operation} of ${task.backup}: ${errors}`)
  return result
}

/** After deletion and prune there is nothing but the points that were kept, and no lock. */
async function nothingLeft(scene: Scene, { rounds, external }: { readonly rounds: number; readonly external: boolean }): Promise<void> {
  for (let round = 0; round < rounds; round += 1) {
    const { code, errors } = await run(scene, scene.task({ operation: 'delete', backup: `b${round}`, points: [{ volume: 'data' }] }))
    assert.equal(code, 0, errors)
  }
  assert.equal((await run(scene, scene.task({ operation: 'prune', restic: external }))).code, 0)
  if (!external) return assert.deepEqual((await scene.left('archive/data/')).filter(key => /\/(data|manifest)/.test(key)).sort(), ['archive/data/clean/data.tar', 'archive/data/clean/manifest.json'])
  assert.deepEqual((await scene.left('restic/locks/')), [])
  assert.equal((await scene.left('restic/snapshots/')).length, 1)
  execFileSync('restic', ['--no-cache', '--repo', join(scene.here.store, 'restic'), 'check', '--read-data'], { env: { ...process.env, RESTIC_PASSWORD: PASSWORD }, stdio: 'pipe' })
}
