import assert from 'node:assert/strict'
import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync, zstdDecompressSync } from 'node:zlib'
import type { Context } from '../../mover/run/context.ts'
import { perform } from '../../mover/operations/perform.ts'
import type { Store } from '../../mover/stores/store.ts'
import { writeText } from '../../mover/stores/store.ts'
import type { Result, Task } from '../../schemas/generated/types.ts'
import { IN_MEMORY } from './context.ts'
import { memoryStore, type Held } from './stores/memory.ts'
import { treeOf } from './tree.ts'

export type Strategy = 'tar' | 'custom'
export type Memory = ReturnType<typeof memoryStore>

const DAY = 86_400_000
const SCRIPT = 'seq 1 3000; echo end'

/**
 * A store in memory as it is in the middle of its life: points `b0` (the last good one), `b1` and `nb` (of an earlier Backup of that name)
 * of volume `data`, old and young unfinished data; a source to back up, and what each must hold.
 */
export interface World extends Disposable {
  readonly source: string
  /** Copies of the objects, to begin anew from. */
  readonly start: ReadonlyMap<string, Held>
  /** sha256 of the stream that a true point of the source has. */
  readonly truth: string
  /** One task over a store. Rejects as the mover's operations do. */
  run(store: Store, task: Partial<Task>, changes?: Partial<Context>): Promise<Result>
  /** A fresh place for a restore. */
  target(): string
  /** Whether a folder holds what a restore must give. */
  restored(target: string): boolean
}

/** Makes a world in the quickest place there is. */
export async function makeWorld(strategy: Strategy): Promise<World> {
  const folder = mkdtempSync(join(IN_MEMORY, 'holdfast-world-'))
  const source = join(folder, 'source')
  mkdirSync(source)
  execFileSync('sh', ['-c', 'cd "$1"; seq 1 5000 > numbers; echo a > a; mkdir d; ln -s ../a d/link; ln a d/hard; head -c 20000 /dev/urandom > noise', 'sh', source])
  let count = 0
  const run: World['run'] = (store, task, changes) => oneTask({ folder, strategy, exchange: join(folder, `exchange-${count++}`) }, store, { task, changes })
  const memory = memoryStore(() => new Date(Date.now() - 9 * DAY))
  await writeText(memory, 'archive/data/killed-long-ago/data.tar.zst', 'half')
  await writeText(memory, 'probe-0123456789abcdef', 'left by a check')
  const young = memoryStore()
  for (const [backup, id] of [['b0', 'r0'], ['b1', 'r1'], ['nb', 'r-earlier']] as const) await run(young, { backup, run: id, path: source })
  await writeText(young, 'archive/data/at-work/data.tar.zst', 'half')
  const start = new Map([...memory.objects, ...young.objects])
  const truth = streamHash(start, 'archive/data/b0')
  if (truth === undefined) throw new Error('the world was made without a good point')
  const restored = (target: string) => strategy === 'tar' ? sameTree(source, target) : existsSync(join(target, 'stream')) && sha256(execFileSync('cat', [join(target, 'stream')])) === truth
  return {
    source, start, truth, run, restored,
    target: () => mkdtempSync(join(folder, 'target-')),
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  }
}

/** A store that holds these objects. */
export function storeOf(objects: ReadonlyMap<string, Held>): Memory {
  const store = memoryStore()
  for (const [key, held] of objects) store.objects.set(key, held)
  return store
}

/**
 * The hash of a point's stream if the point is whole, judged without any code of the mover: manifest, stored hash, lengths, stream.
 * Undefined when there is no manifest; throws when there is one but what it promises is not there.
 */
export function streamHash(objects: ReadonlyMap<string, Held>, handle: string): string | undefined {
  const text = objects.get(`${handle}/manifest.json`)?.content.toString()
  if (text === undefined) return undefined
  const manifest = JSON.parse(text) as Readonly<Record<string, unknown>>
  const stored = objects.get(`${handle}/${String(manifest.data)}`)?.content
  assert.ok(stored, 'a manifest without its data')
  assert.deepEqual([stored.length, sha256(stored)], [manifest.storedBytes, manifest.storedSha256], 'data other than the manifest says')
  const stream = manifest.compression === 'zstd' ? zstdDecompressSync(stored) : manifest.compression === 'gzip' ? gunzipSync(stored) : stored
  assert.deepEqual([stream.length, sha256(stream)], [manifest.streamBytes, manifest.sha256], 'a stream other than the manifest says')
  return sha256(stream)
}

export function sha256(data: Uint8Array): string {
  return createHash('sha256').update(data).digest('hex')
}

function sameTree(one: string, other: string): boolean {
  return JSON.stringify(treeOf(one)) === JSON.stringify(treeOf(other))
}

interface Place { readonly folder: string; readonly strategy: Strategy; readonly exchange: string }

async function oneTask({ folder, strategy, exchange }: Place, store: Store, { task, changes }: { readonly task: Partial<Task>; readonly changes?: Partial<Context> }): Promise<Result> {
  const producer = strategy === 'custom' && (task.operation ?? 'backup') === 'backup' ? startProducer(exchange, SCRIPT) : undefined
  const context: Context = {
    task: { operation: 'backup', strategy, namespace: 'ns', policy: 'nightly', volume: 'data', store: { type: 'directory', path: join(folder, 'unused') }, ...task },
    store, env: { ...process.env, HOLDFAST_EXCHANGE: exchange }, signal: new AbortController().signal, log: () => undefined, now: () => new Date(), ...changes,
  }
  try {
    return await perform(context)
  } finally {
    producer?.kill('SIGKILL')
    rmSync(exchange, { recursive: true, force: true })
  }
}

/** A backup command that writes what a script does, as in a container of its own beside the mover. */
export function startProducer(exchange: string, script: string): ChildProcess {
  mkdirSync(exchange)
  execFileSync('mkfifo', [join(exchange, 'stream')])
  return spawn('sh', ['-c', `exec 3> stream; { ${script}; } >&3; echo 0 > exit.tmp; mv exit.tmp exit; exec 3>&-`], { cwd: exchange, stdio: 'ignore' })
}
