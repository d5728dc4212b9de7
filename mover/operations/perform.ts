import type { Result } from '../../schemas/generated/types.ts'
import type { Context } from '../run/context.ts'
import { backup } from './backup.ts'
import { check } from './check.ts'
import { deletePoints } from './delete.ts'
import { prune } from './prune.ts'
import { restore } from './restore.ts'

/** Does what the task asks. Throws UserError, TransientError, or what is a bug. */
export async function perform(context: Context): Promise<Result> {
  switch (context.task.operation) {
    case 'backup': return backup(context)
    case 'restore': return restore(context)
    case 'delete': return deletePoints(context)
    case 'check': return check(context)
    case 'prune': return prune(context)
  }
}
