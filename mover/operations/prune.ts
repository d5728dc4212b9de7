import type { Result } from '../../schemas/generated/types.ts'
import { sweepArchives } from '../archive/delete.ts'
import { pruneRestic } from '../restic/delete.ts'
import type { Context } from '../run/context.ts'

/** Frees what nothing uses: data of forgotten snapshots, archives that were never finished, uploads that were cut off. */
export async function prune(context: Context): Promise<Result> {
  const removed = await sweepArchives(context.store, context.now())
  if (context.task.restic === true && context.env.RESTIC_PASSWORD) await pruneRestic(context)
  return { operation: 'prune', ok: true, message: `${removed} unfinished object${removed === 1 ? '' : 's'} removed.` }
}
