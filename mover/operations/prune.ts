import type { Result } from '../../schemas/generated/types.ts'
import { sweepArchives } from '../archive/delete.ts'
import { pruneRestic } from '../restic/delete.ts'
import type { Context } from '../run/context.ts'

/** Frees what nothing uses: data of forgotten snapshots, archives that were never finished, uploads that were cut off. */
export async function prune(context: Context): Promise<Result> {
  // First what frees most: a store that refuses the one may allow the other.
  if (context.task.restic === true && context.env.RESTIC_PASSWORD) await pruneRestic(context)
  const removed = await sweepArchives(context.store, context.now(), context.log)
  return { operation: 'prune', ok: true, message: `${removed} unfinished object${removed === 1 ? '' : 's'} removed.` }
}
