import { isDeepStrictEqual } from 'node:util'
import { TransientError } from '../../lib/errors.ts'
import type { Context } from '../run/context.ts'
import { ahead } from '../run/ahead.ts'
import { blocks } from '../run/blocks.ts'
import { reportProgress } from '../run/progress.ts'
import type { StoredObject } from '../stores/store.ts'
import { censusTaker } from './census.ts'
import { compress, dataName } from './compression.ts'
import { handleOf, readManifest, type Manifest, type Point } from './manifest.ts'
import { meter } from './meter.ts'

export interface Source {
  readonly kind: Manifest['kind']
  /** The stream; throws when it is not whole. */
  readonly output: AsyncIterable<Uint8Array>
  /** Roughly how many bytes will come. */
  readonly sizeHint?: number
  /** A manifest of the point that is untrue and to be replaced. */
  readonly stale?: Manifest
  readonly volume: string
  readonly backup: string
}

/** What went into the store. */
export type Written = Pick<Manifest, 'data' | 'compression' | 'sha256' | 'streamBytes' | 'storedSha256' | 'storedBytes' | 'bytes' | 'files'>

/** The data object as the store showed it right after it was stored. */
export type Placed = StoredObject

export interface Stored {
  readonly written: Written
  readonly placed: Placed
}

/** Compresses a stream into the store as the data object of a point. There is no point yet: that takes the manifest. */
export async function writeData(context: Context, { kind, output, sizeHint, stale, volume, backup }: Source): Promise<Stored> {
  const compression = context.task.compression ?? 'zstd'
  const data = dataName(kind, compression)
  const census = censusTaker()
  const before = meter(kind === 'tar' ? census.feed : undefined)
  const after = meter()
  using _progress = reportProgress(context, 'read', before.bytes)
  // What fails in the chain reaches the store as the failure of its source, and the store then leaves no object.
  const stored = ahead(unlessTaken(context, { volume, backup, stale }, after.through(compress(before.through(blocks(output)), compression))))
  const key = `${handleOf({ volume, backup })}/${data}`
  const { bytes } = await context.store.put(key, stored, { sizeHint })
  if (bytes !== after.bytes()) throw new Error(`${bytes} bytes are in the store where ${after.bytes()} were made`)
  const placed = await context.store.head(key)
  if (placed?.bytes !== bytes) throw lost(context, `${key} has ${placed?.bytes ?? 'no'} bytes where ${bytes} were stored`)
  if (kind === 'tar' && census.result().directories === 0) throw new Error('tar made an archive without even the root folder')
  const counted = kind === 'tar' ? census.result() : { bytes: before.bytes(), files: 1 }
  const written = {
    data, compression, sha256: before.sha256(), streamBytes: before.bytes(),
    storedSha256: after.sha256(), storedBytes: bytes, bytes: counted.bytes, files: counted.files,
  }
  return { written, placed }
}

type Taken = Point & Pick<Source, 'stale'>

/** The same stream; it fails at its end, when nothing is visible yet, if another mover has made the point meanwhile: its data shall not be replaced. */
async function* unlessTaken({ store }: Context, { stale, ...point }: Taken, source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield* source
  if (await store.head(`${handleOf(point)}/manifest.json`) === undefined) return
  if (stale !== undefined && isDeepStrictEqual(await readManifest(store, handleOf(point)), stale)) return
  throw new TransientError('MoverFailed', `Another mover, of an earlier attempt, has made ${handleOf(point)} meanwhile. The next attempt gives its result.`)
}

function lost({ store }: Context, detail: string): TransientError {
  return new TransientError('StoreUnreachable', `${store.description} does not keep what it is given: ${detail}. The backup will be tried again.`)
}
