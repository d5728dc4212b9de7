import { isTerminal } from '../../lib/phases.ts'
import type { Backup, KubeObject, Restore } from '../../schemas/generated/types.ts'
import { hasStarted } from '../jobs/diagnose.ts'
import { ownPods } from '../jobs/pods.ts'
import { jobState } from '../jobs/state.ts'
import type { Live } from '../live.ts'
import { chooseBackup, isOpen } from './choose-backup.ts'
import { jobOf } from './facts.ts'
import { bearsUid } from './found.ts'
import { handoverOf } from './handover.ts'
import { mayComeLate } from './late.ts'
import { namespaceOf, type Observed, type PlannedVolume, type RestoreRequest } from './model.ts'
import { temporaryName } from './names.ts'
import { KIND, objectsOf, type Claim, type VolumeSnapshot } from './objects.ts'
import { planVolumes } from './plan.ts'
import { checkSpec } from './rules/spec.ts'

/**
 * The live reads of one sync. The Backups of a policy are read until one is chosen, claims and PersistentVolumes because publishing
 * is decided on them, for caches lag; only volumes that can take a step are read, so a restore of many volumes costs as much as its parallelism.
 */
export async function observeRestore(request: RestoreRequest, live: Live, now: Date): Promise<Observed> {
  const { parent } = request
  if (!request.finalizing && (hasEnded(parent) ? !mayComeLate(request, now) : checkSpec(parent))) return NOTHING
  const handedOver = (await live.volumesOfRestore(parent.metadata.uid ?? '')).filter(volume => handoverOf(volume))
  if (request.finalizing) return await readLast(request, live, handedOver)
  if (hasEnded(parent)) return { ...NOTHING, persistentVolumes: handedOver, claims: await targetClaims(parent, live, handedOver) }
  const backups = isOpen(request, handedOver) ? await live.backupsOfPolicy(namespaceOf(parent), parent.spec.policy ?? '') : undefined
  const { backup } = chooseBackup(request, handedOver, { now, backups })
  const volumes = readable(request, planVolumes(parent, backup), handedOver)
  return { ...await readVolumes({ request, live, backup, volumes, handedOver }), ...(backups && { backups }) }
}

const NOTHING: Observed = { claims: {}, persistentVolumes: [], unseenJobs: {}, pods: {}, events: {}, snapshots: {}, contents: {}, storageClasses: {} }

function hasEnded({ status }: Restore): boolean {
  return isTerminal(status?.phase ?? 'New')
}

/** What has to be put right before the temporary claims go, also one that no cache shows yet. */
async function readLast(request: RestoreRequest, live: Live, handedOver: readonly KubeObject[]): Promise<Observed> {
  const { metadata, spec, status } = request.parent
  const targets = hasEnded(request.parent) ? [] : [...status?.volumes ?? [], ...spec.volumes ?? []].map(({ target, source }) => target ?? source)
  const names = [...objectsOf(request.children, KIND.claim).map(child => child.metadata.name), ...targets.map(target => temporaryName(metadata.name, target))]
  const temporary = await readAll(names, name => live.claim(namespaceOf(request.parent), name))
  const found = await readAll(Object.values(temporary).map(claim => doubtfulVolume(claim)), name => live.persistentVolume(name))
  const persistentVolumes = [...handedOver, ...Object.values(found).filter(volume => volume !== null)]
  return { ...NOTHING, persistentVolumes, claims: { ...temporary, ...await targetClaims(request.parent, live, handedOver) } }
}

/** The volume of a claim, unless its name says that it was made for it. */
function doubtfulVolume(claim: Claim | null | undefined): string | undefined {
  const name = claim?.spec?.volumeName
  return name !== undefined && bearsUid(name, claim?.metadata.uid) ? undefined : name
}

async function targetClaims(restore: RestoreRequest['parent'], live: Live, handedOver: readonly KubeObject[]): Promise<Observed['claims']> {
  const names = handedOver.map(volume => handoverOf(volume)?.target).filter(name => name !== undefined)
  return await readAll(names, name => live.claim(namespaceOf(restore), name))
}

/** Volumes that are under way, that may start next, or whose target seems to be taken. */
function readable(request: RestoreRequest, plan: readonly PlannedVolume[], handedOver: readonly KubeObject[]): readonly PlannedVolume[] {
  const { parent } = request
  const phases = new Map(parent.status?.volumes?.map(({ target, phase }) => [target, phase]))
  const made = new Set([...objectsOf(request.children, KIND.claim), ...objectsOf(request.related, KIND.claim)].map(({ metadata }) => metadata.name))
  const held = new Set(handedOver.map(volume => handoverOf(volume)?.target))
  const open = plan.filter(({ target }) => !['Completed', 'Failed'].includes(phases.get(target) ?? ''))
  const isUnderWay = (volume: PlannedVolume) => ['Running', 'Publishing'].includes(phases.get(volume.target) ?? '') || held.has(volume.target)
    || made.has(volume.target) || made.has(temporaryName(parent.metadata.name, volume.target)) || jobOf(request, volume) !== undefined
  const next = open.filter(volume => !isUnderWay(volume)).slice(0, parent.spec.mover?.parallelism ?? 5)
  return open.filter(volume => isUnderWay(volume) || next.includes(volume))
}

interface Reading {
  readonly request: RestoreRequest
  readonly live: Live
  readonly backup: Backup | undefined
  readonly volumes: readonly PlannedVolume[]
  readonly handedOver: readonly KubeObject[]
}

async function readVolumes(reading: Reading): Promise<Observed> {
  const { request, live, backup, volumes } = reading
  const namespace = namespaceOf(request.parent)
  const starting = volumes.filter(volume => jobOf(request, volume) === undefined)
  const made = volumes.filter(volume => hasJobEnded(jobOf(request, volume)))
  const snapshotNames = backup?.spec.strategy === 'snapshot' ? [...starting, ...made].map(({ point }) => point?.snapshotName) : []
  const claimNames = volumes.flatMap(({ target }) => [target, temporaryName(request.parent.metadata.name, target)])
  const [claims, snapshots, storageClasses, unseenJobs, pods] = await Promise.all([
    readAll(claimNames, name => live.claim(namespace, name)),
    readAll(snapshotNames, name => live.volumeSnapshot(namespace, name)),
    readAll(starting.map(({ storageClassName }) => storageClassName), name => live.storageClass(name)),
    readAll(starting.map(volume => askedJob(request, volume)), name => live.job(namespace, name)),
    podsOf(reading),
  ])
  const contentNames = Object.values(snapshots).map(snapshot => (snapshot as VolumeSnapshot | null)?.status?.boundVolumeSnapshotContentName)
  const [events, filled, contents] = await Promise.all([
    eventsOf(live, namespace, pods), filledVolumes(reading, claims), readAll(contentNames, name => live.snapshotContent(name)),
  ])
  return { claims, snapshots, contents, storageClasses, unseenJobs, pods, events, persistentVolumes: [...reading.handedOver, ...filled] }
}

function askedJob({ parent }: RestoreRequest, { target }: PlannedVolume): string | undefined {
  return parent.status?.volumes?.find(volume => volume.target === target)?.jobName
}

async function podsOf({ request, live, volumes }: Reading): Promise<Observed['pods']> {
  const namespace = namespaceOf(request.parent)
  const jobs = volumes.map(volume => jobOf(request, volume)).filter(job => job !== undefined)
  const found = await Promise.all(jobs.map(async (job) => {
    const { name } = job.metadata
    return [name, ownPods(job, await live.podsOfJob(namespace, name))] as const
  }))
  return Object.fromEntries(found)
}

/** Why a pod does not start is told by its events, or by those of the Job that cannot make it. */
async function eventsOf(live: Live, namespace: string, pods: Observed['pods']): Promise<Observed['events']> {
  const found = await Promise.all(Object.entries(pods).map(async ([job, [newest]]) => {
    if (newest === undefined) return [[job, await live.jobEvents(namespace, job)] as const]
    return hasStarted(newest) ? [] : [[newest.metadata.name, await live.podEvents(namespace, newest.metadata.name)] as const]
  }))
  return Object.fromEntries(found.flat())
}

/** PersistentVolumes of temporary claims whose Job has ended, which come to be handed over, and those that may have been there before. */
async function filledVolumes({ request, live, volumes, handedOver }: Reading, claims: Observed['claims']): Promise<readonly KubeObject[]> {
  const held = new Set(handedOver.map(({ metadata }) => metadata.name))
  const names = volumes.map((volume) => {
    const claim = claims[temporaryName(request.parent.metadata.name, volume.target)] as Claim | null
    return hasJobEnded(jobOf(request, volume)) ? claim?.spec?.volumeName : doubtfulVolume(claim)
  })
  const found = await readAll(names.filter(name => name !== undefined && !held.has(name)), name => live.persistentVolume(name))
  return Object.values(found).filter(volume => volume !== null)
}

function hasJobEnded(job: KubeObject | undefined): boolean {
  return job !== undefined && jobState(job) !== 'active'
}

/** Reads each name once; an absent object is null. */
async function readAll(
  names: readonly (string | undefined)[], read: (name: string) => Promise<KubeObject | undefined>,
): Promise<Record<string, KubeObject | null>> {
  const wanted = [...new Set(names.filter(name => name !== undefined && name !== ''))] as readonly string[]
  return Object.fromEntries(await Promise.all(wanted.map(async name => [name, await read(name) ?? null] as const)))
}
