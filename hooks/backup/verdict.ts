import type { Reason } from '../../lib/reasons.ts'
import type { BackupStatus, Volume } from '../../schemas/generated/types.ts'
import { shorten } from '../jobs/finding.ts'

/** What a run has come to. */
export interface Verdict {
  readonly phase: NonNullable<BackupStatus['phase']>
  readonly reason: Reason
  readonly message: string
}

/** The verdict on a run all of whose volumes have ended. There is at least one. */
export function verdictOf(volumes: readonly Volume[]): Verdict {
  const failed = volumes.filter(({ phase }) => phase === 'Failed')
  const partial = volumes.filter(({ phase }) => phase === 'PartiallyFailed')
  if (failed.length === volumes.length) return allFailed(failed)
  if (failed.length > 0) return someFailed(volumes, failed)
  if (partial.length > 0) return somePartial(volumes, partial)
  return { phase: 'Completed', reason: 'Completed', message: `${count(volumes.length)} backed up` }
}

function allFailed(failed: readonly Volume[]): Verdict {
  const same = failed.every(({ reason }) => reason === failed[0]?.reason)
  return { phase: 'Failed', reason: same ? reasonOf(failed[0]) : 'AllVolumesFailed', message: shorten(first(failed), 1024) }
}

function someFailed(volumes: readonly Volume[], failed: readonly Volume[]): Verdict {
  const message = `${failed.length} of ${count(volumes.length)} failed; ${first(failed)}`
  return { phase: 'PartiallyFailed', reason: 'SomeVolumesFailed', message: shorten(message, 1024) }
}

function somePartial(volumes: readonly Volume[], partial: readonly Volume[]): Verdict {
  const message = `${partial.length} of ${count(volumes.length)} not whole; ${first(partial)}`
  return { phase: 'PartiallyFailed', reason: reasonOf(partial[0]), message: shorten(message, 1024) }
}

function first([volume]: readonly Volume[]): string {
  return `${volume?.pvc}: ${volume?.message ?? volume?.reason ?? ''}`
}

function reasonOf(volume: Volume | undefined): Reason {
  return (volume?.reason ?? 'MoverFailed') as Reason
}

function count(volumes: number): string {
  return volumes === 1 ? '1 volume' : `${volumes} volumes`
}
