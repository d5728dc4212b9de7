import type { Result } from '../../schemas/generated/types.ts'
import type { Context } from '../run/context.ts'
import { refuseNamesake } from '../run/namesake.ts'
import { isCold } from '../stores/cold.ts'
import { holds, resultOf } from './commit.ts'
import { handleOf, readManifest, type Manifest, type Point } from './manifest.ts'

/** What an earlier attempt at a point has left. */
export interface Earlier {
  /** The point is there, and this is the answer. */
  readonly result?: Result
  /** A manifest of other data than there is: the point is to be made anew, and this to be replaced. */
  readonly stale?: Manifest
}

/**
 * Finds a point that was made already. Of two movers the first may have been killed when its manifest was in place and the data the
 * other's; nobody could restore that, so the data is read. That takes less than to make it, and only a second attempt comes here.
 */
export async function earlierPoint(context: Context, point: Point): Promise<Earlier> {
  const manifest = await readManifest(context.store, handleOf(point))
  refuseNamesake(context, manifest?.run, point)
  if (manifest === undefined) return {}
  context.log('the restore point is there already; its data is compared with its manifest')
  if (await hasData(context, manifest)) return { result: resultOf(manifest) }
  context.log('its data is gone or that of another attempt; the restore point is made anew')
  return { stale: manifest }
}

async function hasData({ store, task }: Context, manifest: Manifest): Promise<boolean> {
  const key = `${handleOf(manifest)}/${manifest.data}`
  if ((await store.head(key))?.bytes !== manifest.storedBytes) return false
  // Twice: one bad read shall not make us replace what is good.
  return isCold(task.store) || await holds(store, key, manifest.storedSha256) || holds(store, key, manifest.storedSha256)
}
