import type { Task } from '../../schemas/generated/types.ts'
import type { Context } from '../run/context.ts'
import { tagsOf } from './backup.ts'
import { restic, resticVersion } from './command.ts'
import { isThere, sweepClaim } from './initialise.ts'
import { deletePoint, hasSnapshot } from './point.ts'
import { requirePassword } from './repository.ts'

interface Listed {
  readonly id: string
  readonly tags?: readonly string[]
}

/** Forgets the snapshots of the points, by handle and by tags, then frees their data. Gives the volumes. What is absent is no error. */
export async function deleteRestic(context: Context, backup: string, points: NonNullable<Task['points']>): Promise<readonly string[]> {
  if (await isThere(context)) {
    requirePassword(context.env)
    await unlockStale(context)
    const ids = await idsOf(context, backup, points)
    if (ids.length > 0) await restic(context, { args: ['forget', ...await patience(context), ...ids] })
    // Even without a snapshot left: an earlier attempt may have forgotten them and been killed before it freed the data.
    await restic(context, { args: ['prune', ...await patience(context)] })
  }
  for (const { volume } of points) await deletePoint(context.store, { volume, backup })
  return points.map(point => point.volume)
}

/** Frees data that no snapshot uses. Nothing to do when there is no repository. */
export async function pruneRestic(context: Context): Promise<void> {
  if (!await isThere(context)) return
  requirePassword(context.env)
  await sweepClaim(context)
  await unlockStale(context)
  await restic(context, { args: ['prune', ...await patience(context)] })
}

async function idsOf(context: Context, backup: string, points: NonNullable<Task['points']>): Promise<readonly string[]> {
  const { stdout } = await restic(context, { args: ['snapshots', '--host', context.task.namespace, '--tag', `backup=${backup}`] })
  const listed = JSON.parse(stdout || '[]') as readonly Listed[] | null
  const ids = new Set<string>()
  for (const { volume, handle } of points) {
    const tags = tagsOf({ volume, backup }).split(',')
    for (const { id, tags: has } of listed ?? []) if (tags.every(tag => has?.includes(tag))) ids.add(id)
    if (handle !== undefined && await hasSnapshot(context.store, handle)) ids.add(handle)
  }
  return [...ids]
}

/** Only locks that restic itself calls stale: not renewed for 30 minutes. A living mover renews its lock every five. */
async function unlockStale(context: Context): Promise<void> {
  await restic(context, { args: ['unlock'] })
}

/** Waiting for a lock is known since restic 0.16; before, the Job is tried again. */
async function patience(context: Context): Promise<readonly string[]> {
  const [major, minor] = await resticVersion(context)
  return major > 0 || minor >= 16 ? ['--retry-lock', '5m'] : []
}
