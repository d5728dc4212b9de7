import { rmSync, utimesSync } from 'node:fs'
import { lstat, mkdir, readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { TransientError, UserError } from '../../lib/errors.ts'
import { run } from './child.ts'
import type { Context } from './context.ts'

/** Folder in a volume from before its first restored file until its last: what is beside it is unfinished and ours. */
export const MARKER = '.holdfast-restore'

/** What a file system itself puts into its root. */
const FOUND = 'lost+found'
/** What is not removed with the files of an earlier attempt. The marker goes last, for without it they are somebody's. */
const KEPT = [FOUND, MARKER]

export interface Filling<T> {
  /** Writes the files. */
  readonly fill: () => Promise<T>
  /** The result, if the volume holds exactly what `fill` would write: asked of one with files that is not marked as unfinished. */
  readonly filled: () => Promise<T | undefined>
}

/**
 * Fills an empty volume. What an earlier attempt left is removed first; a volume with files of anybody else is refused. One that an
 * earlier attempt filled, and was killed before it could say so, is the result.
 * When `fill` has resolved, everything is on disk before this resolves.
 */
export async function withTarget<T>(context: Context, path: string, { fill, filled }: Filling<T>): Promise<T> {
  const present = await entries(path)
  if (present.length > 0 && !present.includes(MARKER)) return earlier(context, path, { present, filled })
  if (present.length > 0) await clear(context, path)
  await prepare(path)
  const result = await fill().catch(error => Promise.reject(volumeError(error)))
  context.signal.throwIfAborted()
  await flush(context, path)
  await finish(context, path)
  return result
}

type Found<T> = Pick<Filling<T>, 'filled'> & { readonly present: readonly string[] }

async function earlier<T>(context: Context, path: string, { present, filled }: Found<T>): Promise<T> {
  context.log('the volume holds files; they are compared with the restore point')
  const result = await filled()
  if (result === undefined) {
    throw new UserError('TargetExists', `The volume at ${path} already holds files (${present.slice(0, 3).join(', ')}). A restore only fills an empty volume.`)
  }
  context.log('they are the same: an earlier attempt was done, and was killed before it could say so')
  await flush(context, path)
  return result
}

/** Names are bytes: one that is no UTF-8, taken as text, would be that of no file, and what is under it would stay. */
async function clear(context: Context, path: string): Promise<void> {
  context.log('an earlier attempt left files; they are removed')
  for (const name of await readdir(path, { encoding: 'buffer' })) {
    if (KEPT.includes(name.toString('latin1'))) continue
    await rm(Buffer.concat([Buffer.from(`${path}/`), name]), { recursive: true, force: true })
  }
}

async function prepare(path: string): Promise<void> {
  await rm(join(path, MARKER), { recursive: true, force: true })
  await mkdir(join(path, MARKER), { mode: 0o700 }).catch(error => Promise.reject(volumeError(error)))
}

/** Removes the marker and sets the folder's time back: at once, lest a kill comes between, and then to the nanosecond, which only touch can. */
async function finish(context: Context, path: string): Promise<void> {
  const { mtimeNs } = await stat(path, { bigint: true })
  rmSync(join(path, MARKER), { recursive: true, force: true })
  if (process.getuid?.() === 0) utimesSync(path, new Date(), Number(mtimeNs) / 1e9)
  const time = `@${mtimeNs / 1_000_000_000n}.${String(mtimeNs % 1_000_000_000n).padStart(9, '0')}`
  // A user who does not own the folder may not do this; its time is then that of the restore.
  if (process.getuid?.() === 0) await command(context, 'touch', ['--no-create', '--date', time, path])
  await flush(context, path)
}

/** Everything that was written to a volume is on disk when this resolves. */
export async function flush(context: Context, path: string): Promise<void> {
  await command(context, 'sync', ['--file-system', path])
}

async function command(context: Context, name: string, args: readonly string[]): Promise<void> {
  const { code, stderr } = await run({ command: name, args, env: { ...context.env, LC_ALL: 'C' }, signal: context.signal })
  if (code !== 0) throw new TransientError('MoverFailed', `${name} failed on the new volume: ${stderr}`)
}

/** Names in the root folder of a volume, without what the file system itself puts there. */
export async function entries(path: string): Promise<readonly string[]> {
  const found = await lstat(path).catch(() => undefined)
  if (!found?.isDirectory()) throw new UserError('InvalidTask', `No volume is mounted at ${path}.`)
  return (await readdir(path)).filter(name => name !== FOUND)
}

function volumeError(error: unknown): unknown {
  const { code, syscall } = error as NodeJS.ErrnoException
  if (syscall === undefined || !(code === 'ENOSPC' || code === 'EDQUOT')) return error
  return new UserError('VolumeFull', 'The new volume is too small for the data. Restore into a larger one.', { cause: error })
}
