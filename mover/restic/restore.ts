import { chmod, readdir, rename, stat } from 'node:fs/promises'
import { join, normalize } from 'node:path'
import { TransientError, UserError } from '../../lib/errors.ts'
import type { Result } from '../../schemas/generated/types.ts'
import { readAttributes, writeAttributes } from '../archive/attributes.ts'
import { attributesMessage } from '../archive/restore.ts'
import type { Context } from '../run/context.ts'
import { orRoot } from '../run/root.ts'
import { MARKER, withTarget } from '../run/target.ts'
import { messages, restic, resticVersion, type Outcome } from './command.ts'
import { isUnreachable } from './errors.ts'
import { isThere } from './initialise.ts'
import { NO_LABELS, watchLabels } from './labels.ts'
import { hasSnapshot, readPoint } from './point.ts'
import { requirePassword } from './repository.ts'
import { sameTree } from './same.ts'
import { treeCounts, type Counts } from './counts.ts'

interface Snapshot {
  readonly paths: readonly string[]
  /** As restic counted; in snapshots since 0.17. */
  readonly summary?: { readonly total_files_processed?: number; readonly total_bytes_processed?: number }
}

/**
 * Restores a snapshot into an empty volume. restic puts the tree under a folder of the volume, with the attributes of its
 * root folder; then the files are moved up, which costs nothing.
 */
export async function restoreRestic(context: Context, handle: string, path: string): Promise<Result> {
  requirePassword(context.env)
  await requireSnapshot(context, handle)
  const snapshot = await rememberedSnapshot(context, handle) ?? await readSnapshot(context, handle)
  const root = snapshot.paths[0] ?? ''
  return withTarget<Result>(context, path, {
    fill: async () => {
      const inner = join(path, MARKER)
      const lost = await restoreTree(context, { handle, root, target: inner })
      const counts = await checkedCounts(handle, snapshot, join(inner, root))
      const attributes = await readAttributes(context, join(inner, root))
      await moveUp(join(inner, root), path)
      await writeAttributes(context, path, attributes)
      return { operation: 'restore', ok: true, handle, ...counts, errors: lost, ...(lost > 0 && { reason: 'UnreadableFiles', message: attributesMessage(lost) }) }
    },
    filled: async () => {
      const counts = await sameTree(context, { handle, root, target: path })
      return counts !== undefined ? { operation: 'restore', ok: true, handle, ...counts, errors: 0 } : undefined
    },
  })
}

async function requireSnapshot(context: Context, handle: string): Promise<void> {
  if (!await isThere(context)) {
    throw new UserError('RepositoryMissing', `There is no restic repository at ${context.store.description}. Check the url of the destination.`)
  }
  if (await hasSnapshot(context.store, handle)) return
  throw new UserError('PointNotFound', `Snapshot ${handle} is not in the repository at ${context.store.description}. \`kubectl backup list\` shows those there are.`)
}

/** What the backup wrote down beside the repository. Asking restic costs half a second or more: each call derives the key anew. */
async function rememberedSnapshot({ store, task: { volume, backup } }: Context, handle: string): Promise<Snapshot | undefined> {
  const known = volume === undefined || backup === undefined ? undefined : await readPoint(store, { volume, backup })
  if (known?.path === undefined || known.result.handle !== handle) return undefined
  if (!known.path.startsWith('/') || normalize(known.path) !== known.path) return undefined
  return { paths: [known.path], summary: { total_files_processed: known.result.files, total_bytes_processed: known.result.bytes } }
}

async function readSnapshot(context: Context, handle: string): Promise<Snapshot> {
  const { stdout } = await restic(context, { args: ['cat', 'snapshot', handle], readsOnly: true })
  return JSON.parse(stdout) as Snapshot
}

interface Order {
  readonly handle: string
  /** Path in the snapshot. */
  readonly root: string
  readonly target: string
}

/** Gives of how many files not all attributes could be set. */
async function restoreTree(context: Context, { handle, root, target }: Order): Promise<number> {
  const [major, minor] = await resticVersion(context)
  const since = (version: number, options: readonly string[]) => major > 0 || minor >= version ? options : []
  const labels = watchLabels()
  const { code, stdout, stderr } = await restic(context, {
    args: ['restore', handle, ...since(15, ['--sparse']), ...since(18, NO_LABELS), '--include', escapeGlob(root), '--target', target],
    readsOnly: true,
    onErrorLine: labels.line,
    forgiven: labels.forgiven,
    failure: failed => restoreFailure(context, failed),
  })
  if (code !== 0) return labels.lost()
  const failed = [...messages(stdout), ...messages(stderr)].filter(message => message.message_type === 'error')
  if (failed.length === 0 && !/ignoring error|There were \d+ errors/i.test(stderr)) return 0
  throw restoreFailure(context, { stdout, stderr }) ?? new TransientError('MoverFailed', 'restic restore said that there were errors.')
}

/** Undefined for what keeps restic from beginning at all, and for what is the store's fault: those are alike for all commands. */
function restoreFailure(context: Context, { stdout, stderr }: Pick<Outcome, 'stdout' | 'stderr'>): Error | undefined {
  const text = `${stderr}\n${stdout.slice(-2000)}`
  if (/unable to (open|create lock)|wrong password|no key found|already locked/i.test(text)) return undefined
  const said = text.split('\n').filter(line => /error|denied|space|quota|not permitted/i.test(line)).slice(0, 3).join('; ').slice(0, 600)
  if (/no space left on device|disk quota exceeded/i.test(text)) {
    return new UserError('VolumeFull', 'The new volume is too small for the data. Restore into a larger one.')
  }
  // A download that was given up; what restic tried again, and not in vain, does not say so.
  if (isUnreachable(text.replace(/^.*retrying after.*$/gm, ''))) {
    return new TransientError('StoreUnreachable', `${context.store.description} could not be read to the end: ${said}. Check the endpoint, DNS and network policies.`)
  }
  if (/not permitted|permission denied/i.test(text)) {
    return new UserError('AccessDenied', `The mover may not write files as they were: ${said}. ${orRoot('Restore with mover.runAs: root.')}`)
  }
  if (/ciphertext verification failed|hash mismatch|wrong hash|not found in (index|repository)|invalid data returned|decrypting blob/i.test(text)) {
    return new UserError('PointDamaged', `The repository at ${context.store.description} is damaged: ${said}. Restore from another backup, and run \`restic check --read-data\`.`)
  }
  return undefined
}

/** What is on disk, compared with what restic counted when it made the snapshot. */
async function checkedCounts(handle: string, { summary }: Snapshot, tree: string): Promise<Counts> {
  const counts = await treeCounts(tree).catch(error => unreadableTree(error, summary))
  const files = summary?.total_files_processed
  const bytes = summary?.total_bytes_processed
  if ((files === undefined || files === counts.files) && (bytes === undefined || bytes === counts.bytes)) return counts
  throw new UserError('PointDamaged', `Snapshot ${handle} promised ${files} files and ${bytes} bytes, but ${counts.files} and ${counts.bytes} were restored. Restore from another backup.`)
}

/** A user who is not root cannot look into every folder that he restored; then restic's own word must do. */
function unreadableTree(error: NodeJS.ErrnoException, summary: Snapshot['summary']): Counts {
  if (error.code !== 'EACCES') throw error
  return { files: summary?.total_files_processed ?? 0, bytes: summary?.total_bytes_processed ?? 0 }
}

async function moveUp(from: string, to: string): Promise<void> {
  for (const name of await readdir(from, { encoding: 'buffer' })) {
    const source = Buffer.concat([Buffer.from(`${from}/`), name])
    const target = Buffer.concat([Buffer.from(`${to}/`), name])
    await rename(source, target).catch(error => renameLocked(source, target, error))
  }
}

/** A folder that its owner may not write to cannot be moved by that owner. */
async function renameLocked(source: Buffer, target: Buffer, error: NodeJS.ErrnoException): Promise<void> {
  if (error.code !== 'EACCES') throw error
  const { mode } = await stat(source)
  await chmod(source, mode | 0o200)
  await rename(source, target)
  await chmod(target, mode)
}

function escapeGlob(path: string): string {
  return path.replace(/[\\*?[\]]/g, '\\$&')
}
