import { isTerminal } from '../../lib/phases.ts'
import type { BackupStatus, Volume } from '../../schemas/generated/types.ts'
import type { Decision } from '../hook.ts'
import { secondsLeft, snapshotFor, type Facts } from './facts.ts'
import { contentNameOf } from './objects.ts'
import { POLL_SECONDS } from './progress.ts'
import { farewells } from './rebind.ts'
import { markAll } from './snapshots.ts'
import { volumesOf } from './volume.ts'

/** How long a VolumeSnapshot that is being deleted may take before the record goes without it. */
const PATIENCE_SECONDS = 60

/**
 * The record is being deleted and nobody asked for its data: what runs is stopped, what is stored stays, and says whose it is.
 * A VolumeSnapshot may get its content at any moment, and once the record is gone nobody marks it: so the record goes last.
 */
export function releaseRecord(facts: Facts): Decision {
  const decision = { status: keptStatus(facts), children: [], effects: [...markAll(facts), ...farewells(facts)] }
  const isOpen = volumesOf(facts).some((volume) => mayGetContent(facts, volume))
  return isOpen ? { ...decision, finalized: false, resyncAfterSeconds: POLL_SECONDS } : { ...decision, finalized: true }
}

/** Whether its VolumeSnapshot is there and has no content yet. */
function mayGetContent(facts: Facts, { phase, pvc }: Volume): boolean {
  const snapshot = phase === 'Completed' ? undefined : snapshotFor(facts, pvc)
  if (!snapshot || facts.observed.contents[contentNameOf(snapshot) ?? '']) return false
  const { deletionTimestamp } = snapshot.metadata
  return deletionTimestamp === undefined || secondsLeft(facts, deletionTimestamp, PATIENCE_SECONDS) > 0
}

function keptStatus({ status, backup }: Facts): BackupStatus {
  const phase = isTerminal(status.phase) ? {} : { phase: status.phase ?? ('New' as const) }
  return { ...status, ...phase, ...(backup.metadata.generation !== undefined && { observedGeneration: backup.metadata.generation }) }
}
