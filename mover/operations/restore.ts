import type { Result } from '../../schemas/generated/types.ts'
import { restoreArchive } from '../archive/restore.ts'
import { restoreStream } from '../custom/restore.ts'
import { restoreRestic } from '../restic/restore.ts'
import type { Context } from '../run/context.ts'
import { needed } from './needed.ts'

/** Fills one new volume from a restore point. */
export async function restore(context: Context): Promise<Result> {
  const { task } = context
  const handle = needed(task, 'handle')
  switch (task.strategy) {
    case 'external': return restoreRestic(context, handle, needed(task, 'path'))
    case 'tar': return restoreArchive(context, handle, needed(task, 'path'))
    case 'custom': return restoreStream(context, handle, task.path)
  }
}
