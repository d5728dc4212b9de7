import { TransientError } from '../../../lib/errors.ts'
import type { Point } from './stores.ts'
import type { Work } from './work.ts'

/** Place of an archive in its store. */
export function archiveHandle(volume: string, backup: string): string {
  return `archive/${volume}/${backup}`
}

/** An archive whose manifest is there. */
export function findArchive({ store }: Work, handle: string): Point | undefined {
  return store.find(point => point.committed && point.handle === handle)
}

/** Puts an archive's data in place of what was there without a manifest. Data that has one is not replaced. */
export function placeData(work: Work, { volume, backup, content }: { readonly volume: string; readonly backup: string; readonly content: string }): Point {
  const { store, task: { namespace, run, strategy }, engine, unreadable } = work
  const handle = archiveHandle(volume, backup)
  const old = store.find(point => point.handle === handle)
  if (old?.committed === true) throw new TransientError('MoverFailed', `Another mover, of an earlier attempt, has made ${handle} meanwhile. The next attempt gives its result.`)
  if (old !== undefined) store.remove(old)
  return store.add({ namespace, volume, backup, run, strategy, handle, content, errors: unreadable, at: engine.now() })
}

/** Writes the manifest that makes data a point: of two movers at work on one, that of whose data is in place. Gives the point that there is. */
export function commitArchive(work: Work, placed: Point): Point {
  if (work.store.has(placed)) {
    work.store.setCommitted(placed, true)
    return placed
  }
  const other = findArchive(work, placed.handle)
  if (other !== undefined) return other
  throw new TransientError('MoverFailed', `The data of ${placed.handle} was replaced or removed before its manifest was written. The backup will be tried again.`)
}

/** Longer than any run may take. */
const ABANDONED = 8 * 24 * 3_600_000

/** Removes data without a manifest that is older than eight days, as told by the newest archive. Gives how many. */
export function sweepArchives({ store, engine }: Work): number {
  const archives = store.listed(engine.now()).filter(({ strategy }) => strategy !== 'external')
  const before = Math.min(engine.now(), Math.max(...archives.map(({ at }) => at))) - ABANDONED
  const abandoned = archives.filter(({ committed, at }) => !committed && at < before)
  for (const point of abandoned) store.remove(point)
  return abandoned.length
}
