import { LABEL } from '../../lib/api.ts'
import { isTerminal } from '../../lib/phases.ts'
import type { KubeObject, Volume } from '../../schemas/generated/types.ts'
import type { Job } from '../jobs/shapes.ts'
import { jobState } from '../jobs/state.ts'
import { snapshotFor, type ByName, type RequestFacts } from './facts.ts'
import { deleteJobName, jobName, reboundName, repositoryName, snapshotName } from './names.ts'
import { contentNameOf, isUnwell, type Claim, type Snapshot } from './objects.ts'
import { deletionRequest } from './requests.ts'
import { isDone, volumesOf } from './volume.ts'

/** Whether this sync is about removing data. */
export function isDeleting(facts: RequestFacts): boolean {
  return facts.status.phase === 'Deleting' || deletionRequest(facts) !== undefined
}

/** Jobs whose pods have to be looked at: they ended and nobody noted how, or they have not started. */
export function jobsToRead(facts: RequestFacts): readonly string[] {
  if (isDeleting(facts)) return namesOf(facts.jobs, (job) => job.metadata.labels?.[LABEL.role] === 'delete' && isUnclear(job))
  if (!isGoing(facts)) return []
  const open = volumesOf(facts).filter((volume) => !isDone(volume))
  const names = open.flatMap(({ pvc }) => [jobName(facts.name, pvc, 2), jobName(facts.name, pvc)].filter((name) => facts.jobs[name]).slice(0, 1))
  return names.filter((name) => isUnclear(facts.jobs[name]))
}

/** The pods of the namespace tell where a volume is in use, and whether a mover is still there before its data is removed. */
export function needsActivePods(facts: RequestFacts): boolean {
  if (isSnapshot(facts)) return false
  if (facts.status.phase === 'Deleting') return true
  return isGoing(facts) && !isDeleting(facts) && toStart(facts).some(({ accessModes = [] }) => accessModes.some((mode) => mode.startsWith('ReadWriteOnce')))
}

/** A Job that no cache shows may make another pod at any time, and store again what has just been removed. */
export function needsJobs(facts: RequestFacts): boolean {
  return !isSnapshot(facts) && facts.status.phase === 'Deleting'
}

/** The repository of a record that is going and is to take its data along, where no cache shows it: only its absence lets the data stay. */
export function repositoryToRead(facts: RequestFacts): string | undefined {
  const isLeaving = facts.finalizing && needsJobs(facts) && facts.repository === undefined
  return isLeaving ? repositoryName(facts.backup.spec) : undefined
}

/** Jobs that were asked for and that no cache shows: they may not be made yet, or their name may be taken. */
export function unseenJobsToRead(facts: RequestFacts): readonly string[] {
  const asked = needsJobs(facts) ? [deleteJobName(facts.name, facts.status.deletion?.failures ?? 0)] : isDeleting(facts) ? [] : movers(facts)
  return asked.filter((name) => !facts.jobs[name])
}

function movers(facts: RequestFacts): readonly string[] {
  if (isSnapshot(facts) || !isGoing(facts)) return []
  return volumesOf(facts).flatMap((volume) => (isDone(volume) ? [] : volume.jobName ?? []))
}

/** Claims of open volumes that the request does not show. Whether they exist only a read can tell. */
export function claimsToRead(facts: RequestFacts): readonly string[] {
  if (!isGoing(facts) || isDeleting(facts)) return []
  return volumesOf(facts).filter((volume) => !isDone(volume) && !facts.claims[volume.pvc]).map(({ pvc }) => pvc)
}

/** Who reads the restore point matters before its removal is announced; then it begins. */
export function needsRestores(facts: RequestFacts): boolean {
  return isDeleting(facts) && facts.status.phase !== 'Deleting'
}

/** Classes are needed while a VolumeSnapshot is still to be made. */
export function needsSnapshotClasses(facts: RequestFacts): boolean {
  return isSnapshot(facts) && isGoing(facts) && !isDeleting(facts) && unsnapped(facts).length > 0
}

/** PersistentVolumes whose driver has to be known. */
export function volumesToRead(facts: RequestFacts): readonly string[] {
  if (!needsSnapshotClasses(facts)) return []
  return unsnapped(facts).flatMap(({ pvc }) => (facts.claims[pvc] as Claim | undefined)?.spec?.volumeName ?? [])
}

/** Storage classes of claims that have no volume: they tell whether one will come by itself. */
export function storageClassesToRead(facts: RequestFacts): readonly string[] {
  if (!isGoing(facts) || isDeleting(facts)) return []
  const claims = volumesOf(facts).filter((volume) => !isDone(volume)).map(({ pvc }) => facts.claims[pvc] as Claim | undefined)
  return claims.flatMap((claim) => (claim?.status?.phase === 'Pending' ? (claim.spec?.storageClassName ?? []) : []))
}

/** Contents that have to be marked, read or removed. None for a run whose snapshots are all bound and noted. */
export function contentsToRead(facts: RequestFacts): readonly string[] {
  if (!isSnapshot(facts)) return []
  return volumesOf(facts).flatMap((volume) => {
    const snapshot = snapshotFor(facts, volume.pvc)
    const isLast = facts.finalizing && volume.phase !== 'Completed'
    if (!isDeleting(facts) && !isLast && !needsContent(volume, snapshot)) return []
    return [...contentNames(facts, volume), ...strangersContent(facts, volume)]
  })
}

/**
 * VolumeSnapshots that the request does not show although they were made; when the record is to go those whose content is not
 * known, and when the data is to go all of them. Whether they are gone only a read can tell.
 */
export function snapshotsToRead(facts: RequestFacts): readonly string[] {
  const { snapshots } = facts
  if (!isSnapshot(facts) || !snapshots) return []
  const isLeaving = facts.finalizing || isDeleting(facts)
  const isUnclear = ({ contentName, phase }: Volume): boolean => contentName === undefined || (facts.status.phase === 'Deleting' && phase !== 'Deleted')
  const concerned = volumesOf(facts).filter((volume) => isLeaving ? isUnclear(volume) : volume.phase === 'Completed' || isBegun(volume))
  return concerned.map(({ pvc }) => snapshotName(facts.name, pvc)).filter((name) => !snapshots[name])
}

/**
 * All contents are looked through for those that no VolumeSnapshot names any more: when somebody has removed one that was not
 * ready yet, when the record or the data is to go and the status does not tell, and once more before the data counts as removed.
 */
export function needsAllContents(facts: RequestFacts, known: ByName): boolean {
  if (!isSnapshot(facts) || !facts.snapshots) return false
  const isUnknown = ({ contentName, phase }: Volume): boolean => contentName === undefined && phase !== 'Deleted'
  const isLast = facts.status.phase === 'Deleting' && Object.keys(known).length === 0 && !volumesOf(facts).some(({ pvc }) => snapshotFor(facts, pvc))
  if (facts.finalizing || isDeleting(facts)) return isLast || volumesOf(facts).some(isUnknown)
  return isGoing(facts) && volumesOf(facts).some((volume) => isBegun(volume) && !snapshotFor(facts, volume.pvc))
}

/** Every name that a content of this volume may have. */
export function contentNames(facts: RequestFacts, volume: Volume): readonly string[] {
  const name = snapshotName(facts.name, volume.pvc)
  const snapshot = snapshotFor(facts, volume.pvc)
  const bound = snapshot && contentNameOf(snapshot)
  const known = volume.contentName
  const names = [bound, snapshot?.metadata.uid && `snapcontent-${snapshot.metadata.uid}`, known, known && reboundName(facts.namespace, name, known)]
  return [...new Set(names.filter((candidate): candidate is string => Boolean(candidate)))]
}

/** What leads from a good volume's name now. When data is removed nobody looks there: what is not ours is not removed along. */
function strangersContent(facts: RequestFacts, { pvc, phase }: Volume): readonly string[] {
  const theirs = facts.strangers[snapshotName(facts.name, pvc)] as Snapshot | undefined
  if (!theirs || phase !== 'Completed' || facts.finalizing || isDeleting(facts)) return []
  return [contentNameOf(theirs) ?? []].flat()
}

function needsContent(volume: Volume, snapshot: Snapshot | undefined): boolean {
  const bound = snapshot?.status?.boundVolumeSnapshotContentName
  if (!isDone(volume)) return bound !== undefined || volume.contentName !== undefined
  if (volume.phase === 'Failed') return bound !== undefined && bound !== volume.contentName
  return volume.phase === 'Completed' && (!snapshot || contentNameOf(snapshot) !== volume.contentName || isUnwell(snapshot))
}

function isSnapshot({ backup }: RequestFacts): boolean {
  return backup.spec.strategy === 'snapshot'
}

function isGoing({ status, finalizing }: RequestFacts): boolean {
  return !finalizing && !isTerminal(status.phase)
}

/** Its VolumeSnapshot was made, as the status says, and has not come to anything yet. */
function isBegun(volume: Volume): boolean {
  return !isDone(volume) && volume.snapshotName !== undefined
}

function toStart(facts: RequestFacts): readonly Volume[] {
  return volumesOf(facts).filter((volume) => !isDone(volume) && !isActiveJob(facts.jobs[jobName(facts.name, volume.pvc)]))
}

function unsnapped(facts: RequestFacts): readonly Volume[] {
  return volumesOf(facts).filter(({ pvc, phase }) => !isTerminal(phase) && !facts.snapshots?.[snapshotName(facts.name, pvc)])
}

function isActiveJob(job: KubeObject | undefined): boolean {
  return job !== undefined && jobState(job) === 'active'
}

/** A Job with a ready pod is under way; of any other only its pods say what it is about. */
function isUnclear(job: KubeObject | undefined): boolean {
  return job !== undefined && (jobState(job) !== 'active' || ((job as Job).status?.ready ?? 0) === 0)
}

function namesOf(jobs: RequestFacts['jobs'], holds: (job: KubeObject) => boolean): readonly string[] {
  return Object.values(jobs).filter(holds).map((job) => job.metadata.name)
}
