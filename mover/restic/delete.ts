import type { Task } from '../../schemas/generated/types.ts'
import type { Context } from '../run/context.ts'
import { isNamesake } from '../run/namesake.ts'
import { isCold } from '../stores/cold.ts'
import { RUN_TAG, tagsOf } from './backup.ts'
import { restic } from './command.ts'
import { isThere, sweepClaim } from './initialise.ts'
import { deletePoint, hasSnapshot, readPoint } from './point.ts'
import { requirePassword } from './repository.ts'

interface Listed {
  readonly id: string
  readonly tags?: readonly string[]
}

/** Forgets the snapshots of the points, by handle and by tags, then frees their data. Gives the volumes. What is absent is no error. */
export async function deleteRestic(context: Context, backup: string, points: NonNullable<Task['points']>): Promise<readonly string[]> {
  if (await isThere(context)) {
    requirePassword(context.env)
    const ids = await idsOf(context, backup, points)
    if (ids.length > 0) await restic(context, { args: ['forget', ...ids] })
    // Even without a snapshot left: an earlier attempt may have forgotten them and been killed before it freed the data.
    await restic(context, { args: pruneArgs(context) })
  }
  for (const { volume } of points) {
    if (!isNamesake(context, (await readPoint(context.store, { volume, backup }))?.run)) await deletePoint(context.store, { volume, backup })
  }
  return points.map(point => point.volume)
}

/** Frees data that no snapshot uses. Nothing to do when there is no repository. */
export async function pruneRestic(context: Context): Promise<void> {
  if (!await isThere(context)) return
  requirePassword(context.env)
  await sweepClaim(context)
  await restic(context, { args: pruneArgs(context) })
}

/** A pack that is used in part is read and written anew, which one that must be thawed cannot be: of those only what nothing uses goes. */
function pruneArgs({ task: { store } }: Context): readonly string[] {
  return isCold(store) ? ['prune', '--repack-cacheable-only'] : ['prune']
}

async function idsOf(context: Context, backup: string, points: NonNullable<Task['points']>): Promise<readonly string[]> {
  const { stdout } = await restic(context, { args: ['snapshots', '--host', context.task.namespace, '--tag', `backup=${backup}`] })
  const listed = JSON.parse(stdout || '[]') as readonly Listed[] | null
  const ids = new Set<string>()
  for (const { volume, handle } of points) {
    const tags = tagsOf({ volume, backup }).split(',')
    for (const { id, tags: has } of listed ?? []) if (tags.every(tag => has?.includes(tag)) && !isNamesake(context, runOf(has))) ids.add(id)
    if (handle !== undefined && await hasSnapshot(context.store, handle)) ids.add(handle)
  }
  return [...ids]
}

function runOf(tags: readonly string[] = []): string | undefined {
  return tags.find(tag => tag.startsWith(RUN_TAG))?.slice(RUN_TAG.length)
}
