import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { perform } from '../../../mover/operations/perform.ts'
import { openStore } from '../../../mover/stores/open.ts'
import type { Result, Task } from '../../../schemas/generated/types.ts'
import type { Bench } from '../context.ts'
import { impatientPath } from '../restic/impatient.ts'
import { external, PASSWORD } from '../restic/tools.ts'
import { treeOf } from '../tree.ts'
import { startProducer } from '../world.ts'
import { keys as keysOf } from './conformance.ts'
import type { TestS3 } from './minio.ts'
import { unfinishedUploads } from './uploads.ts'

interface Life {
  readonly s3: TestS3
  readonly strategy: Task['strategy']
  /** As a mover finds them in its environment. */
  readonly keys: Readonly<Record<string, string>>
  readonly store: Task['store']
}

const MEBIBYTE = 1 << 20
/** What the volume begins with; the rest is noise. */
export const CONTENT = 'whoever reads this has read the volume'

/** All that a namespace does with an S3 store, from the first check to the deletion of its point. Rejects at what the store refuses. */
export async function life(here: Bench, of: Life): Promise<void> {
  const { strategy, store } = of
  const [path, target] = [join(here.folder, 'volumes', 'data'), join(here.folder, 'target')]
  for (const folder of [path, target]) mkdirSync(folder, { recursive: true })
  // Enough for an upload in parts.
  execFileSync('sh', ['-c', '{ echo "$2"; head -c "$3" /dev/urandom; } > "$1/big"', 'sh', path, CONTENT, String(21 * MEBIBYTE)])
  const opened = await openStore(store, of.keys)
  const ask = asker(here, of, { opened, path })
  const restic = strategy === 'external'
  const { storeId } = await ask({ operation: 'check', restic })
  const { handle } = await ask({ path, storeId })
  await ask({ operation: 'restore', handle, path: target, storeId })
  if (strategy === 'custom') assert.ok(readFileSync(join(target, 'stream')).equals(readFileSync(join(path, 'big'))))
  else assert.deepEqual(treeOf(target), treeOf(path))
  await ask({ operation: 'check', restic, storeId })
  await ask({ operation: 'prune', restic, storeId })
  await ask({ operation: 'delete', points: [{ volume: 'data' }], storeId })
  assert.deepEqual((await keysOf(opened, '')).filter(key => /^(archive|points)\/|^restic\/snapshots\//.test(key)), [])
  await assert.rejects(opened.put('archive/data/cut/data.tar', breaks()), /the source broke/)
  assert.deepEqual(await unfinishedUploads(of.s3, store.bucket ?? '', [`${store.prefix}/archive/data/cut/data.tar`]), [])
}

type Opened = Awaited<ReturnType<typeof openStore>>

/** One task; a backup of strategy custom has its command beside it. */
function asker(here: Bench, { strategy, keys, store }: Life, { opened, path }: { readonly opened: Opened; readonly path: string }): (task: Partial<Task>) => Promise<Result> {
  const env = { ...process.env, ...keys, PATH: impatientPath(here, 'Access Denied'), RESTIC_PASSWORD: PASSWORD, RESTIC_CACHE_DIR: join(here.folder, 'cache') }
  return async task => {
    const exchange = join(here.folder, `exchange-${task.operation ?? 'backup'}`)
    const producer = strategy === 'custom' && task.operation === undefined ? startProducer(exchange, `cat ${path}/big`) : undefined
    try {
      return await perform(external(here, { strategy, store, compression: 'none', ...task }, { store: opened, env: { ...env, HOLDFAST_EXCHANGE: exchange } }))
    } finally {
      producer?.kill('SIGKILL')
    }
  }
}

/** Ends in the middle of an upload. */
async function* breaks(): AsyncGenerator<Uint8Array> {
  yield Buffer.alloc(41 * MEBIBYTE)
  throw new Error('the source broke')
}
