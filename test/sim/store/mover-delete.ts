import { archiveHandle } from './archive.ts'
import { requireKnown } from './identity.ts'
import { requirePassword, snapshotsToForget } from './restic.ts'
import { contact, duration, isNamesake, requireAccess, written, type Steps, type Work } from './work.ts'

/** Removes the data of restore points. What is gone already is no error. */
export function* deletePoints(work: Work): Steps {
  const { task: { strategy, points = [] } } = work
  yield duration(work, 500, 5000)
  contact(work)
  requireKnown(work)
  if (strategy === 'external') yield* forget(work)
  else for (const { volume } of points) yield* deleteArchive(work, volume)
  written(work)
  yield duration(work, 50, 2000)
  return { operation: 'delete', ok: true, deleted: points.map(({ volume }) => volume) }
}

function* forget(work: Work): Generator<number, void> {
  const { store, task: { backup = '' } } = work
  if (store.resticId === undefined) return
  requirePassword(work)
  yield duration(work, 500, 5000)
  requireAccess(work)
  for (const point of snapshotsToForget(work, backup)) store.remove(point)
  yield duration(work, 1000, 60_000)
}

/** The manifest first, so that a half-removed point is no point. */
function* deleteArchive(work: Work, volume: string): Generator<number, void> {
  const { store, task: { backup = '' } } = work
  const handle = archiveHandle(volume, backup)
  requireAccess(work)
  const [point] = store.points().filter(one => one.handle === handle).sort((a, b) => Number(b.committed) - Number(a.committed))
  // Data without a manifest does not say whose it is.
  if (point === undefined || (point.committed && isNamesake(work, point))) return
  store.setCommitted(point, false)
  yield duration(work, 50, 2000)
  requireAccess(work)
  for (const one of store.points()) if (one.handle === handle && !one.committed) store.remove(one)
}
