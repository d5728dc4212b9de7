import { TransientError } from '../../lib/errors.ts'
import type { Backup, KubeObject } from '../../schemas/generated/types.ts'
import type { SyncRequest } from '../hook.ts'
import { hasStarted } from '../jobs/diagnose.ts'
import { ownPods } from '../jobs/pods.ts'
import type { Live } from '../live.ts'
import { isForgotten, isOfNamesake } from './content.ts'
import { requestFacts, withClaims, withSnapshots, type ByName, type RequestFacts } from './facts.ts'
import {
  claimsToRead, contentsToRead, jobsToRead, needsActivePods, needsAllContents, needsJobs, needsRestores, needsSnapshotClasses,
  repositoryToRead, snapshotsToRead, storageClassesToRead, unseenJobsToRead, volumesToRead,
} from './reads.ts'

/** What a decision about a Backup needs and no cache gives. Everything by name; what does not exist is not there. */
export interface BackupObserved {
  /** Pods of Jobs that have ended, or whose pod has not started; newest first. */
  readonly podsOfJob: Readonly<Record<string, readonly KubeObject[]>>
  /** Warning events by pod, of pods that have not started. */
  readonly podEvents: Readonly<Record<string, readonly KubeObject[]>>
  /** Warning events by Job, of Jobs without a pod. */
  readonly jobEvents: Readonly<Record<string, readonly KubeObject[]>>
  readonly activePods: readonly KubeObject[]
  /** Jobs of the run as they are now, when its data is being removed. */
  readonly jobs: readonly KubeObject[]
  /** What has the name of a Job that was asked for and that Metacontroller does not show: a mover's, or that which removes the data. */
  readonly unseenJobs: ByName
  readonly snapshotClasses: readonly KubeObject[] | undefined
  readonly contents: ByName
  /** Contents of earlier Backups of this name whose data was kept, while a snapshot is still to be taken. */
  readonly namesakes: readonly KubeObject[]
  /** VolumeSnapshots that Metacontroller did not show although they should be there. */
  readonly snapshots: ByName
  readonly persistentVolumes: ByName
  readonly storageClasses: ByName
  /** Claims that Metacontroller did not show although the run is about them. */
  readonly claims: ByName
  /** Restores of the namespace, when the data is about to be removed. */
  readonly restores: readonly KubeObject[]
}

/** The live reads of a Backup; none at all for one that has settled. */
export async function observe(request: SyncRequest<Backup>, live: Live): Promise<BackupObserved> {
  const sent = requestFacts(request)
  const { namespace } = sent
  const [claims, snapshots] = await Promise.all([
    readAll(claimsToRead(sent), (name) => live.claim(namespace, name)),
    readAll(snapshotsToRead(sent), (name) => live.volumeSnapshot(namespace, name)),
  ])
  const facts = withSnapshots(withClaims(sent, claims), snapshots)
  await requireRepository(facts, live)
  const [activePods, jobs, unseenJobs, snapshotClasses, contents, persistentVolumes, storageClasses, restores, namesakes, pods] = await Promise.all([
    needsActivePods(facts) ? live.activePods(namespace) : [],
    needsJobs(facts) ? live.jobsOfBackup(namespace, facts.name) : [],
    readAll(unseenJobsToRead(facts), (name) => live.job(namespace, name)),
    needsSnapshotClasses(facts) ? live.snapshotClasses() : undefined,
    readContents(facts, live),
    readAll(volumesToRead(facts), (name) => live.persistentVolume(name)),
    readAll(storageClassesToRead(facts), (name) => live.storageClass(name)),
    needsRestores(facts) ? live.restores(namespace) : [],
    needsSnapshotClasses(facts) ? readNamesakes(facts, live) : [],
    observePods(facts, live),
  ])
  return { ...pods, namesakes, claims, activePods, jobs, unseenJobs, snapshotClasses, contents, snapshots, persistentVolumes, storageClasses, restores }
}

/** Throws TransientError while a repository is there that Metacontroller does not show: nothing is shown is no proof that nothing is there. */
async function requireRepository(facts: RequestFacts, live: Live): Promise<void> {
  const name = repositoryToRead(facts)
  if (name === undefined || await live.repository(facts.namespace, name) === undefined) return
  throw new TransientError('ApiConflict', `BackupRepository ${name} is there, and Metacontroller has not seen it yet; it is called again in a second`)
}

async function readNamesakes(facts: RequestFacts, live: Live): Promise<readonly KubeObject[]> {
  return (await live.contentsOfBackup(facts.namespace, facts.name)).filter((content) => isOfNamesake(facts, content))
}

async function readContents(facts: RequestFacts, live: Live): Promise<ByName> {
  const named = await readAll(contentsToRead(facts), (name) => live.snapshotContent(name))
  const all = needsAllContents(facts, named) ? await live.snapshotContents() : []
  const forgotten = all.filter((content) => isForgotten(facts, content)).map((content) => [content.metadata.name, content] as const)
  return { ...Object.fromEntries(forgotten), ...named }
}

async function observePods(facts: RequestFacts, live: Live): Promise<Pick<BackupObserved, 'podsOfJob' | 'podEvents' | 'jobEvents'>> {
  const { namespace } = facts
  const podsOfJob = await readAll(jobsToRead(facts), async (job) => ownPods(facts.jobs[job], await live.podsOfJob(namespace, job)))
  const newest = Object.values(podsOfJob).flatMap((pods) => pods.slice(0, 1))
  const waiting = newest.filter((pod) => !hasStarted(pod)).map((pod) => pod.metadata.name)
  const withoutPod = Object.keys(podsOfJob).filter((job) => podsOfJob[job]?.length === 0)
  const podEvents = await readAll(waiting, (pod) => live.podEvents(namespace, pod))
  const jobEvents = await readAll(withoutPod, (job) => live.jobEvents(namespace, job))
  return { podsOfJob, podEvents, jobEvents }
}

/** How many reads go on at once: a run of 500 volumes must fit in one call without flooding the API server. */
const WIDTH = 20

async function readAll<Item>(names: Iterable<string>, read: (name: string) => Promise<Item | undefined>): Promise<Record<string, Item>> {
  const found: Record<string, Item> = {}
  const queue = [...new Set(names)]
  const worker = async () => {
    for (let name = queue.shift(); name !== undefined; name = queue.shift()) {
      const item = await read(name)
      if (item !== undefined) found[name] = item
    }
  }
  await Promise.all(Array.from({ length: Math.min(WIDTH, queue.length) }, worker))
  return Object.fromEntries(Object.entries(found).toSorted(([a], [b]) => (a < b ? -1 : 1)))
}
