import type { Result } from '../../schemas/generated/types.ts'
import { backupArchive } from '../archive/backup.ts'
import { backupStream } from '../custom/backup.ts'
import { backupRestic } from '../restic/backup.ts'
import type { Context } from '../run/context.ts'
import { needed } from './needed.ts'

/** Makes the restore point of one volume, or finds it made already. */
export async function backup(context: Context): Promise<Result> {
  const { task } = context
  const point = { volume: needed(task, 'volume'), backup: needed(task, 'backup') }
  switch (task.strategy) {
    case 'external': return backupRestic(context, { ...point, path: needed(task, 'path') })
    case 'tar': return backupArchive(context, { ...point, path: needed(task, 'path') })
    case 'custom': return backupStream(context, point)
  }
}
