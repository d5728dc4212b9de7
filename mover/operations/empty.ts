import { access, constants, opendir } from 'node:fs/promises'
import { join } from 'node:path'
import { UserError } from '../../lib/errors.ts'
import type { Context } from '../run/context.ts'
import { orRoot } from '../run/root.ts'

/**
 * Throws EmptyVolume when a volume holds no file at all, unless the task allows that, and UnreadableFiles when its root
 * cannot be read. A folder further down that cannot be read may hold files.
 */
export async function requireFiles(context: Context, path: string): Promise<void> {
  await access(path, constants.R_OK | constants.X_OK).catch((cause: NodeJS.ErrnoException) => Promise.reject(unreadable(path, cause)))
  if (context.task.allowEmpty === true || await holdsFile(path, true)) return
  throw new UserError('EmptyVolume', `Volume ${context.task.volume ?? path} holds no file. If that is right, set allowEmpty: true; `
    + 'otherwise check that the right claim is selected and that its data is there.')
}

function unreadable(path: string, cause: NodeJS.ErrnoException): UserError {
  if (cause.code === 'ENOENT') return new UserError('InvalidTask', `No volume is mounted at ${path}.`, { cause })
  return new UserError('UnreadableFiles', `The root folder of the volume cannot be read (${cause.code}). ${orRoot('Set mover.runAs: root.')}`, { cause })
}

async function holdsFile(path: string, root: boolean): Promise<boolean> {
  const folder = await opendir(path).catch(() => undefined)
  if (folder === undefined) return true
  for await (const entry of folder) {
    if (root && entry.name === 'lost+found') continue
    if (!entry.isDirectory() || await holdsFile(join(path, entry.name), false)) return true
  }
  return false
}
