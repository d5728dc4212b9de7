import type { Backup } from '../schemas/generated/types.ts'
import { parseTime } from './timestamps.ts'

/** Backups by their end, newest first. Those of the future come last: nobody knows when they really ended. */
export const newestFirst = (backups: readonly Backup[], now: Date): readonly Backup[] =>
  backups.toSorted((a, b) => Number(isOfFuture(a, now)) - Number(isOfFuture(b, now)) || endOf(b) - endOf(a) || (a.metadata.name < b.metadata.name ? 1 : -1))

/** Whether a run says that it ended at a time that is still to come: a clock was ahead. Once that time has passed it is a run like any other. */
export const isOfFuture = ({ status }: Backup, now: Date): boolean => (parseTime(status?.completionTime) ?? 0) > now.getTime()

/** When a run ended, in milliseconds (one that goes on: was made). All of its data is from before that time. */
export const endOf = ({ status, metadata }: Backup): number => parseTime(status?.completionTime) ?? parseTime(metadata.creationTimestamp) ?? 0
