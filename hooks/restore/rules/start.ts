import type { Obstacle, VolumeInput } from '../model.ts'
import { firstVerdict, type Rule } from './first.ts'
import { backupDeleting, backupGone, sizeTooSmall, sizeUnknown, volumeNotInBackup, volumeNotUsable } from './point.ts'
import { repositoryMissing, repositoryNotReady } from './repository.ts'
import { anotherSnapshot, snapshotMissing, snapshotNotReady, storageClassMissing, storageClassUnknown, wrongDriver } from './snapshot.ts'
import { jobNameTaken, targetExists, temporaryNameTaken } from './target.ts'

/** What must hold before a volume's Job is made, in the order in which it is told. */
export const START_RULES: readonly Rule<VolumeInput, Obstacle>[] = [
  targetExists,
  backupGone,
  volumeNotInBackup,
  backupDeleting,
  volumeNotUsable,
  snapshotMissing,
  snapshotNotReady,
  anotherSnapshot,
  sizeUnknown,
  sizeTooSmall,
  wrongDriver,
  repositoryMissing,
  repositoryNotReady,
  storageClassMissing,
  temporaryNameTaken,
  jobNameTaken,
  storageClassUnknown,
]

/** The first thing in the way of a volume's Job. */
export function checkStart(input: VolumeInput): Obstacle | undefined {
  return firstVerdict(START_RULES, input)
}
