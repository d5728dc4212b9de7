import { createHash } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { lstat } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { TransientError, UserError } from '../../lib/errors.ts'
import type { Result } from '../../schemas/generated/types.ts'
import type { Manifest } from '../archive/manifest.ts'
import { readData, requireManifest } from '../archive/read.ts'
import type { Context } from '../run/context.ts'
import { countNames } from '../run/folder.ts'
import { entries, flush, withTarget } from '../run/target.ts'
import { exchangeOf, hasFifo, openForWriting, requireZero, waitForExit } from './exchange.ts'

/**
 * Gives a stored stream to the user's restore command through the FIFO, or, without one, writes it into the volume as the
 * file `stream`. A command sees no byte before the whole stream was read once and its hash found right.
 */
export async function restoreStream(context: Context, handle: string, path: string | undefined): Promise<Result> {
  const manifest = await requireManifest(context, handle)
  if (await hasFifo(exchangeOf(context))) await throughCommand(context, manifest, path)
  else await asFile(context, manifest, path)
  return { operation: 'restore', ok: true, handle, bytes: manifest.bytes, files: manifest.files, errors: 0, sha256: manifest.sha256 }
}

async function throughCommand(context: Context, manifest: Manifest, path: string | undefined): Promise<void> {
  const left = await filesOf(path)
  if (left.length > 0) throw new UserError('ConsumerFailed', `The volume already holds files (${left.slice(0, 3).join(', ')}), ${NOT_AGAIN}`)
  context.log('checking the stored stream before the restore command gets it')
  for await (const _ of readData(context, manifest)) context.signal.throwIfAborted()
  const exchange = exchangeOf(context)
  const consumer = await openForWriting(context, exchange)
  const closedEarly = await pipeline(readData(context, manifest), consumer).then(() => false, brokenPipe)
  const code = await waitForExit(context, exchange)
  const Failure = (await filesOf(path)).length > 0 ? UserError : TransientError
  requireZero(code, detail => new Failure('ConsumerFailed', `The restore command ${detail}. \`kubectl backup logs\` shows what it said.`))
  if (path !== undefined) await flush(context, path)
  // Some readers stop at the mark that ends their format; their exit code is the judge.
  if (closedEarly) context.log('the restore command ended well without reading the stream to its last byte')
}

/** A command that was cut off and is run again over its own files may append, or stumble: nobody could tell a whole volume from a mixed one. */
const NOT_AGAIN = 'of an earlier attempt of the restore command that was cut off, or of somebody else. It runs on an empty volume only: start a new Restore.'

async function filesOf(path: string | undefined): Promise<readonly string[]> {
  return path === undefined ? [] : await entries(path).catch(locked)
}

/** A command of another user may have shut the folder, which an empty volume is not. */
function locked(error: NodeJS.ErrnoException): readonly string[] {
  if (error.code === 'EACCES') return ['a folder that the mover may not read']
  throw error
}

function brokenPipe(error: NodeJS.ErrnoException): true {
  if (['EPIPE', 'ECONNRESET', 'ERR_STREAM_PREMATURE_CLOSE'].includes(error.code ?? '')) return true
  throw error
}

async function asFile(context: Context, manifest: Manifest, path: string | undefined): Promise<void> {
  if (path === undefined) throw new UserError('InvalidTask', 'The task has no path, and there is no FIFO to a restore command.')
  const file = join(path, 'stream')
  await withTarget(context, path, {
    fill: async () => {
      await pipeline(readData(context, manifest), createWriteStream(file, { mode: 0o600, highWaterMark: 1 << 20 }))
      return true
    },
    filled: async () => await hashOf(file) === manifest.sha256 && await countNames(path) === 1 ? true : undefined,
  })
}

async function hashOf(file: string): Promise<string | undefined> {
  if (!await lstat(file).then(found => found.isFile(), () => false)) return undefined
  const hash = createHash('sha256')
  await pipeline(createReadStream(file), hash)
  return hash.digest('hex')
}
