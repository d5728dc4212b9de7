import { TransientError, UserError } from '../../../lib/errors.ts'
import { archiveHandle, commitArchive, findArchive, placeData } from './archive.ts'
import { requireKnown } from './identity.ts'
import { addSnapshot, ensureRepository, findNoted } from './restic.ts'
import { backupResult, contact, duration, refuseNamesake, requireAccess, written, type Steps, type Work } from './work.ts'

/** Makes the restore point of one volume, or finds it made already. What was on the volume when it began or when it ended is in it. */
export function* backup(work: Work): Steps {
  const { task: { volume = '', backup: name = '', strategy } } = work
  const identity = { volume, backup: name }
  yield duration(work, 500, 5000)
  contact(work)
  requireKnown(work)
  if (strategy === 'external') ensureRepository(work)
  const existing = strategy === 'external' ? findNoted(work, identity) : findArchive(work, archiveHandle(volume, name))
  refuseNamesake(work, existing)
  if (existing !== undefined) return backupResult(existing)
  const before = readVolume(work)
  yield duration(work, 2000, 300_000)
  const content = work.random.chance(0.5) ? before : readVolume(work)
  requireAccess(work)
  const placed = strategy === 'external' ? addSnapshot(work, { ...identity, content }) : placeData(work, { ...identity, content })
  yield duration(work, 50, 5000)
  requireAccess(work)
  const point = strategy === 'external' ? noted(work, placed) : commitArchive(work, placed)
  written(work)
  yield duration(work, 50, 3000)
  return backupResult(point)
}

/** The note stands beside the repository, so it can be written whatever became of the snapshot. */
function noted(work: Work, placed: ReturnType<typeof addSnapshot>): ReturnType<typeof addSnapshot> {
  if (!work.store.has(placed)) throw new TransientError('MoverFailed', `restic cannot find snapshot ${placed.handle} again.`)
  work.store.setCommitted(placed, true)
  return placed
}

function readVolume({ disks, disk = '', task, unreadable }: Work): string {
  const content = disks.read(disk)
  if (content === undefined) throw new UserError('InvalidTask', `No volume is mounted at ${task.path}.`)
  if (unreadable < 0) throw new UserError('UnreadableFiles', 'No file of the volume could be read (./data: Permission denied). If permissions are the cause, set mover.runAs: root.')
  if (content !== '' || task.allowEmpty === true) return content
  throw new UserError('EmptyVolume', task.strategy === 'custom'
    ? 'The backup command ended well but wrote nothing. If that is right, set allowEmpty: true.'
    : `Volume ${task.volume} holds no file. If that is right, set allowEmpty: true; otherwise check that the right claim is selected and that its data is there.`)
}
