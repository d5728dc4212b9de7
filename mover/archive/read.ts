import { UserError } from '../../lib/errors.ts'
import type { Context } from '../run/context.ts'
import { reportProgress } from '../run/progress.ts'
import { censusTaker, type Census } from './census.ts'
import { decompress } from './compression.ts'
import { readManifest, type Manifest } from './manifest.ts'
import { meter } from './meter.ts'

/** The manifest of a point that must exist. */
export async function requireManifest(context: Context, handle: string): Promise<Manifest> {
  const manifest = await readManifest(context.store, handle)
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
  const census = censusTaker()
  const after = meter(manifest.kind === 'tar' ? census.feed : undefined)
  using _progress = reportProgress(context, 'restored', after.bytes)
  try {
    yield* after.through(decompress(stored, manifest.compression))
  } catch (error) {
    throw isCorruption(error) ? damaged(handle, `it cannot be decompressed (${(error as Error).message})`, error) : error
  }
  const hash = after.sha256()
  if (hash !== manifest.sha256) throw damaged(handle, `its stream has sha256 ${hash} where the manifest says ${manifest.sha256}`)
  found?.(census.result())
}

function damaged(handle: string, detail: string, cause?: unknown): UserError {
  return new UserError('PointDamaged', `The restore point ${handle} is damaged: ${detail}. Restore from another backup.`, { cause })
}

function isCorruption(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException).code ?? ''
  return /^(Z_|ZSTD_|ERR_ZLIB)/.test(code) || /unexpected end of file/.test((error as Error).message)
}
