import type { BackupPolicy } from '../schemas/generated/types.ts'
import { ANNOTATION } from './api.ts'
import { parseTime } from './timestamps.ts'

/**
 * Since when Backups of a policy's name are its own, in milliseconds. Those made before are of an earlier policy, maybe of other
 * claims: they stay until somebody says that this policy, which the UID tells from any later one, may have them.
 */
export const ownSince = ({ metadata: { annotations, uid, creationTimestamp } }: BackupPolicy): number =>
  annotations?.[ANNOTATION.adoptBackups] === uid && uid !== undefined ? -Infinity : parseTime(creationTimestamp) ?? -Infinity

/** Why the word that was given is not honoured; undefined when none was. */
export const adoptionRefusal = ({ metadata: { annotations } }: BackupPolicy): string | undefined =>
  annotations?.[ANNOTATION.adoptBackups] === undefined ? undefined : `annotation ${ANNOTATION.adoptBackups} is not honoured, it has to be the UID of this policy`
