import type { Result } from '../../schemas/generated/types.ts'
import { deleteArchive } from '../archive/delete.ts'
import { handleOf, readRun } from '../archive/manifest.ts'
import { deleteRestic } from '../restic/delete.ts'
import type { Context } from '../run/context.ts'
import { isNamesake } from '../run/namesake.ts'
import { needed } from './needed.ts'

/** Removes the data of restore points and frees their room. May be repeated: what is gone already is no error. */
export async function deletePoints(context: Context): Promise<Result> {
  const backup = needed(context.task, 'backup')
  const points = needed(context.task, 'points')
  if (context.task.strategy === 'external') {
    return { operation: 'delete', ok: true, deleted: [...await deleteRestic(context, backup, points)] }
  }
  for (const { volume } of points) {
    context.signal.throwIfAborted()
    if (isNamesake(context, await readRun(context.store, handleOf({ volume, backup }), context.task.run))) {
      context.log(`volume ${volume}: what there is belongs to an earlier Backup of this name and stays`)
      continue
    }
    await deleteArchive(context.store, { volume, backup })
    context.log(`volume ${volume}: gone`)
  }
  return { operation: 'delete', ok: true, deleted: points.map(point => point.volume) }
}
