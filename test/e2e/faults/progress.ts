import type { Backup } from '../../../schemas/generated/types.ts'

/** What was done while things were killed. */
export interface Done {
  readonly backups: readonly Backup[]
  /** When everything served again, in milliseconds. */
  readonly healedAt: number
  /** Restored volumes that were compared until then. */
  readonly compared: number
}

/** What the faults did not meet: where nothing came to its end under fire, that nothing is wrong says nothing. Each lane has its first point, `…-g0`, from before. */
export function idleness({ backups, healedAt, compared }: Done): readonly string[] {
  const made = backups.filter(({ metadata, status }) => status?.phase === 'Completed' && !metadata.name.endsWith('-g0') && Date.parse(status.completionTime ?? '') <= healedAt)
  return [
    ...(made.length === 0 ? ['no Backup was completed between the faults'] : []),
    ...(compared === 0 ? ['no volume was restored and compared between the faults'] : []),
  ]
}
