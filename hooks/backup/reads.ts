import { LABEL } from '../../lib/api.ts'
import { isTerminal } from '../../lib/phases.ts'
import type { KubeObject, Volume } from '../../schemas/generated/types.ts'
import type { Job } from '../jobs/shapes.ts'
import { jobState } from '../jobs/state.ts'
import type { RequestFacts } from './facts.ts'
import { jobName, reboundName, snapshotName } from './names.ts'
import { contentNameOf, type Claim, type Snapshot } from './objects.ts'
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
    const snapshot = facts.snapshots?.[snapshotName(facts.name, volume.pvc)]
    const isLast = facts.finalizing && snapshot !== undefined && volume.contentName === undefined
    return isDeleting(facts) || isLast || needsContent(volume, snapshot) ? contentNames(facts, volume) : []
  })
}

/** VolumeSnapshots of good volumes that the request does not show. Whether they are gone only a read can tell. */
export function snapshotsToRead(facts: RequestFacts): readonly string[] {
  const { snapshots } = facts
  if (!isSnapshot(facts) || !snapshots || facts.finalizing || isDeleting(facts)) return []
  const good = volumesOf(facts).filter(({ phase }) => phase === 'Completed')
  return good.map(({ pvc }) => snapshotName(facts.name, pvc)).filter((name) => !snapshots[name])
}

/** Every name that a content of this volume may have. */
export function contentNames(facts: RequestFacts, volume: Volume): readonly string[] {
  const name = snapshotName(facts.name, volume.pvc)
  const snapshot = facts.snapshots?.[name]
  const bound = snapshot && contentNameOf(snapshot)
  const known = volume.contentName
  const names = [bound, snapshot?.metadata.uid && `snapcontent-${snapshot.metadata.uid}`, known, known && reboundName(facts.namespace, name, known)]
  return [...new Set(names.filter((candidate): candidate is string => Boolean(candidate)))]
}

function needsContent(volume: Volume, snapshot: Snapshot | undefined): boolean {
  const bound = snapshot?.status?.boundVolumeSnapshotContentName
  if (!isDone(volume)) return bound !== undefined || volume.contentName !== undefined
  if (volume.phase === 'Failed') return bound !== undefined && bound !== volume.contentName
  return volume.phase === 'Completed' && (!snapshot || contentNameOf(snapshot) !== volume.contentName)
}

function isSnapshot({ backup }: RequestFacts): boolean {
  return backup.spec.strategy === 'snapshot'
}

function isGoing({ status, finalizing }: RequestFacts): boolean {
  return !finalizing && !isTerminal(status.phase)
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
