import type { Context } from '../run/context.ts'
import { ahead } from '../run/ahead.ts'
import { blocks } from '../run/blocks.ts'
import { reportProgress } from '../run/progress.ts'
import { censusTaker } from './census.ts'
import { compress, dataName } from './compression.ts'
import { handleOf, type Manifest } from './manifest.ts'
import { meter } from './meter.ts'

export interface Source {
  readonly kind: Manifest['kind']
  /** The stream; throws when it is not whole. */
  readonly output: AsyncIterable<Uint8Array>
  /** Roughly how many bytes will come. */
  readonly sizeHint?: number
  readonly volume: string
  readonly backup: string
}

/** What went into the store. */
export type Written = Pick<Manifest, 'data' | 'compression' | 'sha256' | 'streamBytes' | 'storedSha256' | 'storedBytes' | 'bytes' | 'files'>

/** Compresses a stream into the store as the data object of a point. There is no point yet: that takes the manifest. */
export async function writeData(context: Context, { kind, output, sizeHint, volume, backup }: Source): Promise<Written> {
  const compression = context.task.compression ?? 'zstd'
  const data = dataName(kind, compression)
  const census = censusTaker()
  const before = meter(kind === 'tar' ? census.feed : undefined)
  const after = meter()
  using _progress = reportProgress(context, 'read', before.bytes)
  // What fails in the chain reaches the store as the failure of its source, and the store then leaves no object.
  const stored = ahead(after.through(compress(before.through(blocks(output)), compression)))
  const { bytes } = await context.store.put(`${handleOf({ volume, backup })}/${data}`, stored, { sizeHint })
  if (bytes !== after.bytes()) throw new Error(`${bytes} bytes are in the store where ${after.bytes()} were made`)
  if (kind === 'tar' && census.result().directories === 0) throw new Error('tar made an archive without even the root folder')
  const counted = kind === 'tar' ? census.result() : { bytes: before.bytes(), files: 1 }
  return {
    data, compression, sha256: before.sha256(), streamBytes: before.bytes(),
    storedSha256: after.sha256(), storedBytes: bytes, bytes: counted.bytes, files: counted.files,
  }
}
