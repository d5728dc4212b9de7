import type { DeletionRequest } from '../../lib/api.ts'
import type { BackupStatus, KubeObject, Volume } from '../../schemas/generated/types.ts'
import type { Decision } from '../hook.ts'
import type { Effect } from '../effects/effect.ts'
import { deleteData } from './deletion-data.ts'
import { deleteSnapshots } from './deletion-snapshots.ts'
import { requireDescribed } from './described.ts'
import { dataKeptEvent, transitionEvent } from './events.ts'
import { snapshotFor, type Facts } from './facts.ts'
import { contentNameOf, mention } from './objects.ts'
import { awaitReaders } from './readers.ts'
import { releaseRecord } from './release.ts'
import { deletionRequest } from './requests.ts'
import { isDeleting } from './reads.ts'
import { statusOf } from './status.ts'
import { volumesOf, withJob } from './volume.ts'

/** What one pass of removing data came to. */
export interface Removal {
  readonly state: 'going' | 'done' | 'impossible'
  readonly message: string
  /** Something went wrong; it is tried again. */
  readonly failed?: boolean
  readonly children: readonly KubeObject[]
  readonly effects: readonly Effect[]
  readonly failures?: number
  readonly resyncAfterSeconds?: number
}

/**
 * Removal of a Backup's data; undefined when nobody asked for it. First the status says Deleting, who asked and why; only when
 * that is seen in the observed status is anything dropped or destroyed.
 */
export function deletion(facts: Facts): Decision | undefined {
  if (!isDeleting(facts)) return undefined
  const request = deletionRequest(facts)
  if (facts.finalizing && isForeground(facts)) return keepData(facts, 'foreground deletion leaves no time to remove it')
  if (facts.finalizing && !request) return keepData(facts, 'the request to remove it was withdrawn')
  if (facts.status.phase !== 'Deleting') return awaitReaders(facts) ?? announce(facts, request as DeletionRequest)
  return remove(facts)
}

/** Garbage collection takes the children at once then, whatever we answer: a delete Job would not live to its end. */
function isForeground({ backup }: Facts): boolean {
  return backup.metadata.finalizers?.includes('foregroundDeletion') === true
}

function keepData(facts: Facts, why: string): Decision {
  const released = releaseRecord(facts)
  const message = `the record goes, but its data stays: ${why}; docs/format.md tells where it is`
  return { ...released, status: { ...facts.status }, effects: [...released.effects, dataKeptEvent(facts.backup, message)] }
}

function announce(facts: Facts, { requestedBy, reason }: DeletionRequest): Decision {
  // The volumes are about to be noted as the spec has them: one that it does not name would be forgotten here.
  requireDescribed(facts)
  const priorPhase = facts.status.phase
  const message = `data is being removed, as ${requestedBy} asked${reason ? `: ${reason}` : ''}`
  const marked = { requestedBy, reason, ...(priorPhase && { priorPhase }) }
  const volumes = volumesOf(facts).map((volume) => withContent(facts, withJob(facts, volume)))
  const status = statusOf(facts, { phase: 'Deleting', reason: 'Deleting', message, volumes, deletion: marked })
  const effects = [transitionEvent(facts.backup, status)]
  return { status, children: observedChildren(facts), effects, resyncAfterSeconds: 1, finalized: false }
}

/** Likewise the content that a VolumeSnapshot has or is about to get: it is to go even if it is made when the VolumeSnapshot is no more. */
function withContent(facts: Facts, volume: Volume): Volume {
  const contentName = volume.contentName ?? contentNameFor(facts, volume.pvc)
  return contentName ? { ...volume, contentName } : volume
}

function contentNameFor(facts: Facts, pvc: string): string | undefined {
  const snapshot = snapshotFor(facts, pvc)
  return snapshot && contentNameOf(snapshot)
}

function remove(facts: Facts): Decision {
  requireDescribed(facts)
  const removal = facts.backup.spec.strategy === 'snapshot' ? deleteSnapshots(facts) : deleteData(facts)
  if (removal.state === 'impossible' && facts.finalizing) return keepData(facts, removal.message)
  return removal.state === 'done' ? removed(facts, removal) : removing(facts, removal)
}

function removing(facts: Facts, removal: Removal): Decision {
  const { children, effects, resyncAfterSeconds } = removal
  return { status: deletingStatus(facts, removal), children, effects, resyncAfterSeconds, finalized: false }
}

/** The record goes last. While it is being finalized that is the API server's part. */
function removed(facts: Facts, removal: Removal): Decision {
  const { name, namespace, metadata } = { ...facts, metadata: facts.backup.metadata }
  const drop: readonly Effect[] = facts.finalizing ? [] : [{ type: 'deleteRecord', target: { name, namespace, uid: metadata.uid ?? '' } }]
  const effects = [...removal.effects, ...drop]
  // The delete Job is the evidence that nothing is left: without it finalizing would run another one.
  const children = Object.values(facts.jobs).map(mention)
  return { status: deletingStatus(facts, removal), children, effects, resyncAfterSeconds: 5, finalized: facts.finalizing }
}

function deletingStatus(facts: Facts, { state, message, failed, failures }: Removal): BackupStatus {
  const { failures: before, ...known } = facts.status.deletion ?? {}
  const count = failures ?? before
  const deletion = { ...known, ...(count !== undefined && { failures: count }) }
  const volumes = volumesOf(facts).map((volume) => (state === 'done' ? { ...volume, phase: 'Deleted' as const } : volume))
  return statusOf(facts, { phase: 'Deleting', reason: failed ? 'DeletionFailed' : 'Deleting', message, volumes, deletion })
}

function observedChildren({ jobs, snapshots }: Facts): readonly KubeObject[] {
  return [...Object.values(jobs), ...Object.values(snapshots ?? {})].map(mention)
}
