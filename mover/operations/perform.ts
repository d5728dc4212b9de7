import type { Result } from '../../schemas/generated/types.ts'
import type { Context } from '../run/context.ts'
import { requireIdentity } from '../stores/identity.ts'
import { backup } from './backup.ts'
import { check } from './check.ts'
import { deletePoints } from './delete.ts'
import { prune } from './prune.ts'
import { restore } from './restore.ts'

/** Does what the task asks. Throws UserError, TransientError, or what is a bug. */
export async function perform(context: Context): Promise<Result> {
  const { operation, storeId } = context.task
  // A restore is proved by its own data, wherever that is found.
  if (storeId !== undefined && (operation === 'backup' || operation === 'delete' || operation === 'prune')) await requireIdentity(context, storeId)
  switch (context.task.operation) {
    case 'backup': return backup(context)
    case 'restore': return restore(context)
    case 'delete': return deletePoints(context)
    case 'check': return check(context)
    case 'prune': return prune(context)
  }
}
