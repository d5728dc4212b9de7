import { UserError } from '../../lib/errors.ts'
import type { Context } from '../run/context.ts'
import { reportProgress } from '../run/progress.ts'
import { CensusError, censusTaker, type Census } from './census.ts'
import { decompress } from './compression.ts'
import { readManifest, type Manifest } from './manifest.ts'
import { meter } from './meter.ts'

/**
 * The manifest of a point that must exist, and be the one that the Backup's record speaks of: whoever may write the store can put
 * another point there whose hashes fit together, but not change the record.
 */
export async function requireManifest(context: Context, handle: string): Promise<Manifest> {
  const manifest = await readManifest(context.store, handle)
  const { sha256 = manifest?.sha256 } = context.task
  if (manifest !== undefined && manifest.sha256 !== sha256) {
    throw damaged(handle, `its manifest says sha256 ${manifest.sha256} where the Backup's record says ${sha256}, so it was replaced`)
  }
  if (manifest !== undefined) return manifest
  throw new UserError('PointNotFound', `There is no restore point ${handle} in ${context.store.description}. \`kubectl backup list\` shows those there are.`)
}

/**
 * The stream of a point, decompressed, with the hash checked. It throws PointDamaged, in place of its end, when the bytes
 * are not those that were stored; so only a reader that saw the end may trust what it read.
 */
export async function* readData(context: Context, manifest: Manifest, found?: (census: Census) => void): AsyncGenerator<Uint8Array> {
  const handle = `archive/${manifest.volume}/${manifest.backup}`
  const stored = await context.store.get(`${handle}/${manifest.data}`)
  if (stored === undefined) throw damaged(handle, `its data object ${manifest.data} is gone`)
  const census = censusTaker({ ours: true })
  let bytes = 0
  const after = meter(chunk => {
    bytes += chunk.length
    // A small object may unpack to more than any volume holds.
    if (bytes > manifest.streamBytes) throw damaged(handle, `its stream is longer than the ${manifest.streamBytes} bytes that the manifest says`)
    if (manifest.kind === 'tar') census.feed(chunk)
  })
  using _progress = reportProgress(context, 'restored', after.bytes)
  try {
    yield* after.through(decompress(stored, manifest.compression))
  } catch (error) {
    if (error instanceof CensusError) throw damaged(handle, error.message, error)
    throw isCorruption(error) ? damaged(handle, `it cannot be decompressed (${(error as Error).message})`, error) : error
  }
  const hash = after.sha256()
  if (hash !== manifest.sha256) throw damaged(handle, `its stream has sha256 ${hash} where the manifest says ${manifest.sha256}`)
  if (bytes !== manifest.streamBytes) throw damaged(handle, `its stream has ${bytes} bytes where the manifest says ${manifest.streamBytes}`)
  found?.(census.result())
}

function damaged(handle: string, detail: string, cause?: unknown): UserError {
  return new UserError('PointDamaged', `The restore point ${handle} is damaged: ${detail}. Restore from another backup.`, { cause })
}

function isCorruption(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException).code ?? ''
  return /^(Z_|ZSTD_|ERR_ZLIB)/.test(code) || /unexpected end of file/.test((error as Error).message)
}
