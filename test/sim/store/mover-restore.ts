import { TransientError, UserError } from '../../../lib/errors.ts'
import { findArchive } from './archive.ts'
import { PART } from './disks.ts'
import { findSnapshot, requirePassword } from './restic.ts'
import type { Point } from './stores.ts'
import { contact, duration, requireAccess, restoreResult, type Steps, type Work } from './work.ts'

/** Fills one empty volume from a restore point. What an earlier attempt of it left is removed first. */
export function* restore(work: Work): Steps {
  const { disks, disk = '', store, faults, engine, command } = work
  yield duration(work, 500, 5000)
  contact(work)
  const point = pointOf(work)
  if (faults.strikes('pointDamaged')) store.damage(point, engine.now())
  const present = disks.read(disk)
  if (present === undefined) throw new UserError('InvalidTask', `No volume is mounted at ${work.task.path}.`)
  // A command gets no byte before the whole stream was read once.
  if (command) yield* check(work, { point, present })
  else if (present !== '' && !present.endsWith(PART)) return filledBefore(point, present)
  disks.write(disk, `${point.content}${PART}`)
  yield duration(work, 2000, 300_000)
  requireAccess(work)
  requireSound(work, point)
  disks.write(disk, point.content)
  yield duration(work, 50, 5000)
  return restoreResult(point, work.unreadable)
}

function pointOf(work: Work): Point {
  const { store, task: { strategy, handle = '' } } = work
  if (strategy === 'external') {
    requirePassword(work)
    if (store.resticId === undefined) throw new UserError('RepositoryMissing', `There is no restic repository at ${store.location}. Check the url of the destination.`)
  }
  const point = strategy === 'external' ? findSnapshot(work, handle) : findArchive(work, handle)
  if (point !== undefined) return point
  throw new UserError('PointNotFound', `There is no restore point ${handle} in ${store.location}. \`kubectl backup list\` shows those there are.`)
}

function* check(work: Work, { point, present }: { readonly point: Point; readonly present: string }): Generator<number, void> {
  if (present !== '') {
    throw new UserError('ConsumerFailed', 'The volume already holds files (data), of an earlier attempt of the restore command that was cut off, or of somebody else. '
      + 'It runs on an empty volume only: start a new Restore.')
  }
  yield duration(work, 1000, 60_000)
  requireSound(work, point)
}

function filledBefore(point: Point, present: string): ReturnType<typeof restoreResult> {
  if (present === point.content) return restoreResult(point)
  throw new UserError('TargetExists', 'The volume already holds files (data). A restore only fills an empty volume.')
}

/** An archive that was opened can be read to its end even when it is deleted meanwhile; of restic's data that is not certain. */
function requireSound({ store, task: { strategy } }: Work, point: Point): void {
  if (point.damaged) throw new UserError('PointDamaged', `The restore point ${point.handle} is damaged: its stream has another sha256 than the manifest says. Restore from another backup.`)
  if (strategy === 'external' && !store.has(point)) throw new TransientError('MoverFailed', 'restic restore ended with code 1: the file does not exist.')
}
