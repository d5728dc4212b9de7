import { ANNOTATION, LABEL } from '../../../lib/api.ts'
import { labelValue } from '../../../lib/names.ts'
import type { KubeObject, Mover } from '../../../schemas/generated/types.ts'
import type { Change } from '../api/api.ts'
import type { Invariant, Watched } from './invariant.ts'
import { endedVolumeOf, pastOf, type Past, type PastBackup } from './past.ts'
import { hasEnded, isActiveJob, isManaged, isUs, keyOf, ownerOf, RESOURCE, uidOf, type StoredBackup, type StoredJob, type StoredRestore } from './resources.ts'
import { skewOf, STALE } from './staleness.ts'

const NAME = 'S2'
/** As long as a call may take, from what it reads to what follows from it. */
const CALL = 10_000
/** As long as Metacontroller's own write may be on its way then (apiSlow). */
const WRITE = 12_000

/** S2. Who deletes a Job through its owner is the garbage collector, not we. */
export function runningJob(watched: Watched): Invariant {
  const past = pastOf(watched)
  return {
    name: NAME,
    title: 'S2 a running mover Job is never deleted, replaced or altered by us, except by cancel, timeout or an explicit deletion',
    onChange(change) {
      if (!isUs(change.actor) || !isManaged(change.after)) return undefined
      if (change.resource === RESOURCE.cronJobs) return tornAway(past, change)
      if (change.resource !== RESOURCE.jobs) return undefined
      if (change.type === 'ADDED') return madeAnew(watched, past, change)
      const before = change.before as StoredJob | undefined
      if (before === undefined || before.metadata.deletionTimestamp !== undefined) return undefined
      const isDeleted = change.type === 'DELETED' || change.after.metadata.deletionTimestamp !== undefined
      if (!isActiveJob(before)) return isDeleted ? unrecorded(watched, past, change) : undefined
      return isDeleted ? stopped(watched, past, change) : altered(before, change)
    },
  }
}

/** The prunes that run go with their CronJob. */
function tornAway(past: Past, { type, before, after, actor }: Change): string | undefined {
  if (type === 'ADDED' || (type === 'MODIFIED' && (after.metadata.deletionTimestamp === undefined || before?.metadata.deletionTimestamp !== undefined))) return undefined
  const policy = past.policies.get(ownerOf(after)?.uid ?? '')
  const isWanted = policy !== undefined && policy.goneAt === undefined && policy.latest.metadata.deletionTimestamp === undefined && policy.latest.spec.strategy !== 'snapshot'
  return isWanted ? `${actor} deleted CronJob ${keyOf(after)}, though its policy is there` : undefined
}

/** What a mover has told must be written down before its Job goes, else its work is done again or lost. */
function unrecorded(watched: Watched, past: Past, change: Change): string | undefined {
  const { after, actor } = change
  const owner = ownerOf(after)
  const backup = past.backups.get(owner?.uid ?? '')
  if (after.metadata.labels?.[LABEL.role] !== 'backup' || owner === undefined || backup === undefined || backup.saidDeletingAt !== undefined) return undefined
  // In the cache it may be running still; to a clock that is wrong it may never have begun.
  if (skewOf(watched) > 0 || reasonToStop(watched, past, { change, job: after as StoredJob, owner }) !== undefined) return undefined
  const volume = after.metadata.labels[LABEL.volume]
  // Somebody may have changed its labels; the record has its name.
  const isRecorded = [...backup.volumes.values()].some(({ volume: { pvc, jobName } }) => labelValue(pvc) === volume || jobName === after.metadata.name)
  if (isRecorded || watched.blame.excuses(NAME, 'statusEdited', { subject: backup.uid })) return undefined
  return `${actor} deleted finished Job ${keyOf(after)}, and its result is not recorded`
}

function altered(before: StoredJob, { after, actor }: Change): string | undefined {
  const same = JSON.stringify([before.spec, before.metadata.labels]) === JSON.stringify([after.spec, after.metadata.labels])
  return same ? undefined : `${actor} altered running Job ${keyOf(after)}`
}

function stopped(watched: Watched, past: Past, change: Change): string | undefined {
  const job = change.after as StoredJob
  const owner = ownerOf(job) ?? past.jobs.get(uidOf(job))?.owner
  const why = owner === undefined ? undefined : reasonToStop(watched, past, { change, job, owner })
  return why === undefined ? `${change.actor} deleted running Job ${keyOf(job)} of ${owner?.kind ?? 'nobody'} ${owner?.name ?? ''}` : undefined
}

interface Stop {
  readonly change: Change
  readonly job: StoredJob
  readonly owner: { readonly kind: string; readonly name: string; readonly uid: string }
}

/** What made it right to stop a Job; undefined when nothing did. */
function reasonToStop(watched: Watched, past: Past, stop: Stop): string | undefined {
  const { job, change: { at }, owner: { kind, name, uid } } = stop
  const plural = ({ Backup: 'backups', Restore: 'restores', BackupRepository: 'backuprepositories' } as Record<string, string>)[kind]
  if (plural === undefined) return undefined
  const parent = watched.api.read<StoredRestore>(`/apis/holdfast.dev/v1alpha1/namespaces/${job.metadata.namespace}/${plural}/${name}`)
  if (parent === undefined || parent.metadata.uid !== uid || parent.metadata.deletionTimestamp !== undefined) return 'its record is gone'
  const backup = past.backups.get(uid)
  if (backup?.cancelAskedAt !== undefined) return 'cancel was asked for'
  if (backup?.deletionAskedAt !== undefined) return 'deletion was asked for'
  if (kind === 'Restore' && endedUnseen(watched, past, { job, parent })) return counted(watched, 'restore had ended')
  if (kind === 'Restore' && hasLostItsClaim(watched, job)) return 'its claim is gone'
  if (kind === 'Backup' && hasNothingToRead(watched, past, job)) return counted(watched, 'claim is gone')
  if (kind === 'Restore' && begunTooLate(watched, past, { job, parent })) return counted(watched, 'removal had been asked for')
  const mover: Mover | undefined = kind === 'BackupRepository' ? { timeoutSeconds: 3600 } : parent.spec.mover
  if (kind !== 'Backup' && isOverdue(watched, { at, since: endOf(job), seconds: 120 })) return 'it waits for a pod that does not end'
  const patience = { at, since: job.metadata.creationTimestamp, seconds: mover?.startupTimeoutSeconds ?? 600 }
  if ((job as { spec?: { suspend?: boolean } }).spec?.suspend === true && isOverdue(watched, patience)) return 'somebody suspended it'
  if (isOverdue(watched, { at, since: parent.status?.startTime ?? job.metadata.creationTimestamp, seconds: mover?.timeoutSeconds ?? 86_400 })) return 'its time is over'
  if (isOverdue(watched, { at, since: waitingSince(past, stop), seconds: mover?.startupTimeoutSeconds ?? 600 })) return 'it did not start in time'
  if (isOverdue(watched, { at, since: firstRefusal(watched, past, job), seconds: mover?.startupTimeoutSeconds ?? 600 })) return counted(watched, 'a pod had been refused before')
  return givenUp(watched, past, stop)
}

/** When the first pod was refused of a Job that has none. Events tell nothing of those that there were since, and once they are gone nobody does. */
function firstRefusal({ api }: Watched, past: Past, { metadata: { name, namespace, uid = '' } }: StoredJob): string | undefined {
  const pod = past.jobs.get(uid)?.pod
  if (pod !== undefined && pod.goneAt === undefined) return undefined
  const told = api.all<KubeObject & { readonly involvedObject?: { readonly uid?: string }; readonly reason?: string; readonly firstTimestamp?: string }>(RESOURCE.events, namespace)
  const refusals = told.filter(event => event.reason === 'FailedCreate' && event.involvedObject?.uid === uid && event.metadata.name.startsWith(name))
  return refusals.map(({ firstTimestamp }) => firstTimestamp).filter(time => time !== undefined).toSorted()[0]
}

/** When a Job had to be over that knows what has come of it, and has not ended because of its pods. Somebody may have edited its deadline. */
function endOf({ spec, status: { startTime = '', conditions = [] } = {} }: StoredJob): string | undefined {
  const told = (type: string): string | undefined => conditions.find(condition => condition.type === type && condition.status === 'True')?.lastTransitionTime
  if (told('FailureTarget') !== undefined || told('SuccessCriteriaMet') === undefined) return told('FailureTarget')
  const end = Date.parse(startTime) + 1000 * (spec?.activeDeadlineSeconds ?? Infinity)
  return Number.isFinite(end) ? new Date(end).toISOString() : undefined
}

/** A Job that a cache did not show when its Restore ended has nothing to do any more. */
function endedUnseen(watched: Watched, past: Past, { job, parent: { status } }: { readonly job: StoredJob; readonly parent: StoredRestore }): boolean {
  const ended = Date.parse(status?.completionTime ?? '')
  return hasEnded(status?.phase) && (past.jobs.get(uidOf(job))?.createdAt ?? 0) > ended - STALE - skewOf(watched)
}

/** What it writes is nobody's. */
function hasLostItsClaim({ api }: Watched, { metadata: { namespace, annotations } }: StoredJob): boolean {
  const uid = annotations?.[ANNOTATION.claimUid]
  return uid !== undefined && !api.all(RESOURCE.claims, namespace).some(({ metadata }) => metadata.uid === uid)
}

/** A run whose cache still showed a claim begins what no node can ever start. */
function hasNothingToRead({ api }: Watched, past: Past, job: StoredJob): boolean {
  const isRead = ({ metadata: { name } }: KubeObject): boolean => labelValue(name) === job.metadata.labels?.[LABEL.volume]
  return past.jobs.get(uidOf(job))?.pod?.startedAt === undefined && !api.all(RESOURCE.claims, job.metadata.namespace).some(isRead)
}

/** A Restore whose cache did not show that its data is to be removed begins what it has to give up. */
function begunTooLate(watched: Watched, past: Past, { job, parent }: { readonly job: StoredJob; readonly parent: StoredRestore }): boolean {
  const backup = watched.api.read<StoredBackup>(`/apis/holdfast.dev/v1alpha1/namespaces/${parent.metadata.namespace}/backups/${parent.status?.backup ?? '-'}`)
  const asked = past.backups.get(backup?.metadata.uid ?? '')?.deletionAskedAt
  return asked !== undefined && (past.jobs.get(uidOf(job))?.createdAt ?? 0) > asked
}

/** A Job that a cache did not show when its volume was given up, or whose record somebody changed, is of no use to anybody. */
function givenUp(watched: Watched, past: Past, { job, change: { at }, owner: { uid } }: Stop): string | undefined {
  const recorded = endedVolumeOf(past, { job, uid })
  const unseen = recorded !== undefined && recorded.at < at && (past.jobs.get(uidOf(job))?.createdAt ?? 0) > recorded.at - STALE
  if (unseen) return counted(watched, 'volume had ended')
  return watched.blame.excuses(NAME, 'statusEdited', { subject: uid }) ? 'its record was edited' : undefined
}

/** Since when its newest pod had not started when its volume was given up, or since when it had none; undefined when it ran. */
function waitingSince(past: Past, { job, change: { at }, owner: { uid } }: Stop): string | undefined {
  const recorded = endedVolumeOf(past, { job, uid })
  // What was decided may be written down late; of a Restore it is nowhere written when.
  const decidedAt = recorded === undefined ? at - CALL - WRITE : Math.min(recorded.at, Date.parse(recorded.volume.completionTime ?? '') || Infinity)
  const pod = past.jobs.get(uidOf(job))?.pod
  if (pod === undefined || pod.createdAt > decidedAt) return job.metadata.creationTimestamp
  if (pod.goneAt !== undefined && pod.goneAt <= decidedAt) return new Date(pod.goneAt).toISOString()
  return pod.startedAt === undefined || pod.startedAt > decidedAt ? new Date(pod.createdAt).toISOString() : undefined
}

function isOverdue(watched: Watched, { at, since, seconds }: { readonly at: number; readonly since: string | undefined; readonly seconds: number }): boolean {
  return since !== undefined && at + skewOf(watched) + 1000 >= Date.parse(since) + seconds * 1000
}

/** A result that is written down is never asked for again. */
function madeAnew(watched: Watched, past: Past, { after, at, actor }: Change): string | undefined {
  if (after.metadata.labels?.[LABEL.role] !== 'backup') return undefined
  const backup: PastBackup | undefined = past.backups.get(ownerOf(after)?.uid ?? '')
  const recorded = [...backup?.volumes.values() ?? []].find(({ volume: { jobName } }) => jobName === after.metadata.name)
  if (backup === undefined || recorded === undefined || recorded.at >= at) return undefined
  const former = [...past.jobs.values()].filter(({ key, uid }) => key === keyOf(after) && uid !== uidOf(after))
  const byOthers = former.some(({ goneBy, goneAt = -Infinity }) => goneBy === 'user' && goneAt > at - STALE)
  if (byOthers) return void counted(watched, 'somebody deleted the Job')
  if (watched.blame.excuses(NAME, 'statusEdited', { subject: backup.uid })) return undefined
  return `${actor} made Job ${keyOf(after)} anew, although its result was recorded at ${new Date(recorded.at).toISOString()}`
}

function counted({ blame }: Watched, excuse: string): string {
  blame.count(NAME, excuse)
  return excuse
}
