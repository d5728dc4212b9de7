import { UserError } from '../../lib/errors.ts'
import type { Result } from '../../schemas/generated/types.ts'
import { unreadableMessage } from '../archive/commit.ts'
import type { Point } from '../archive/manifest.ts'
import { requireFiles } from '../operations/empty.ts'
import type { Context } from '../run/context.ts'
import { crossingsOf, withCrossings, type Crossings } from '../run/crossings.ts'
import { refuseNamesake } from '../run/namesake.ts'
import { orRoot } from '../run/root.ts'
import { messages, restic, resticVersion } from './command.ts'
import { ensureRepository } from './initialise.ts'
import { readPoint, wholeId, writePoint } from './point.ts'

/** Some files could not be read; the snapshot holds the others. */
const PARTIAL = 3

/** Backs a volume up with restic. A finished backup of the same Backup and volume that is there already is the answer. */
export async function backupRestic(context: Context, point: Point & { readonly path: string }): Promise<Result> {
  await ensureRepository(context)
  const existing = await readPoint(context.store, point)
  refuseNamesake(context, existing?.run, point)
  if (existing !== undefined) return existing.result
  await requireFiles(context, point.path)
  const crossings = await crossingsOf(context, point.path)
  // By file: restic tells of a folder twice, when it counts and when it reads.
  const errors = new Map<string, string>()
  const { code, stdout } = await restic(context, {
    args: await backupArgs(context, point),
    accept: [0, PARTIAL],
    onErrorLine: line => fileErrors(line).forEach(([file, error]) => errors.set(file, error)),
  })
  if (code === PARTIAL && errors.size === 0) throw new Error('restic says that files could not be read, but names none')
  const unread = code === PARTIAL ? [...errors.values()] : []
  const result = await resultOf(context, stdout, withCrossings({ count: unread.length, samples: unread }, crossings))
  if (unread.length > 0 || context.task.allowEmpty !== true) await requireContent(context, result)
  context.signal.throwIfAborted()
  await writePoint(context.store, { ...point, run: context.task.run }, result)
  return result
}

/** Tag that tells which of several Backups of one name made a snapshot. */
export const RUN_TAG = 'run='

/** Tags that find a point's snapshots even when its id is lost. */
export function tagsOf(point: Point): string {
  return `backup=${point.backup},volume=${point.volume}`
}

async function backupArgs(context: Context, point: Point & { readonly path: string }): Promise<readonly string[]> {
  const { task } = context
  const [major, minor] = await resticVersion(context)
  const noScan = major > 0 || minor >= 15 ? ['--no-scan'] : []
  const policy = task.policy === undefined ? [] : ['--tag', `policy=${task.policy}`]
  const run = task.run === undefined ? [] : ['--tag', `${RUN_TAG}${task.run}`]
  const time = task.time === undefined ? [] : ['--time', task.time.slice(0, 19).replace('T', ' ')]
  return [
    'backup', '--host', task.namespace, '--tag', tagsOf(point), ...policy, ...run, ...time,
    ...noScan, '--one-file-system', '--exclude', `${point.path}/lost+found`, point.path,
  ]
}

/** The file in an error message of restic: JSON in all versions since 0.14. */
function fileErrors(line: string): readonly (readonly [string, string])[] {
  return messages(line).filter(message => message.message_type === 'error').map(message => {
    const file = String(message.item ?? '')
    const error = message.error as { readonly message?: string } | undefined
    return [file, `${file}: ${error?.message ?? 'could not be read'}`]
  })
}

async function resultOf(context: Context, stdout: string, { count, samples }: Crossings): Promise<Result> {
  const summary = messages(stdout).findLast(message => message.message_type === 'summary')
  if (summary === undefined) throw new Error('restic ended well without a summary')
  const number = (name: string) => Number(summary[name] ?? 0)
  return {
    operation: 'backup', ok: true,
    handle: await wholeId(context.store, String(summary.snapshot_id)),
    bytes: number('total_bytes_processed'), bytesStored: number(summary.data_added_packed === undefined ? 'data_added' : 'data_added_packed'),
    files: number('total_files_processed'), errors: count,
    ...(count > 0 && {
      reason: 'UnreadableFiles', message: unreadableMessage(count, samples), errorSamples: samples.map(sample => sample.slice(0, 300)),
    }),
  }
}

/** A snapshot of nothing because nothing could be read is no restore point. */
async function requireContent(context: Context, { files, errors, handle, errorSamples }: Result): Promise<void> {
  if (files !== 0 || errors === 0 || handle === undefined) return
  await restic(context, { args: ['forget', handle] }).catch(error => context.log(`the empty snapshot stays: ${String(error)}`))
  throw new UserError('UnreadableFiles', `No file of the volume could be read (${errorSamples?.[0] ?? ''}). ${orRoot('If permissions are the cause, set mover.runAs: root.')}`)
}
