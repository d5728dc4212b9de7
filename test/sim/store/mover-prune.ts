import { sweepArchives } from './archive.ts'
import { requireKnown } from './identity.ts'
import { contact, duration, written, type Steps, type Work } from './work.ts'

/** Frees what nothing uses: archives that were never finished. Restic's unused data is not seen from outside. */
export function* prune(work: Work): Steps {
  yield duration(work, 500, 5000)
  contact(work)
  requireKnown(work)
  yield duration(work, 1000, 60_000)
  const removed = sweepArchives(work)
  written(work)
  yield duration(work, 50, 1000)
  return { operation: 'prune', ok: true, message: `${removed} unfinished object${removed === 1 ? '' : 's'} removed.` }
}
