import { hasEnded, ownerOf, RESOURCE, type Condition, type StoredBackup, type StoredClaim, type StoredPolicy, type StoredRepository, type StoredVolume } from '../invariants/resources.ts'
import { newestSlot } from '../invariants/cron.ts'
import { expectedReason, selectedClaims } from './expected-reason.ts'
import type { Goal, GoalParts } from './goal.ts'
import { healedAt } from './healed.ts'
import { boundedName, stableHash } from '../../../lib/names.ts'
import { repositoryNameOf } from './repositories.ts'

const MINUTE = 60_000
/** Kubernetes appends eleven characters for each Job. */
const CRON_JOB_NAME = 52

/** Every policy says what its spec deserves, runs its slots, and has a new good restore point when nothing is in the way. */
export const policiesLeft: Goal = parts => parts.api.all<StoredPolicy>(RESOURCE.policies).flatMap(policy =>
  policy.metadata.deletionTimestamp === undefined ? [...condition(parts, policy), ...slot(parts, policy), ...point(parts, policy), ...pruning(parts, policy)] : [])

function ready({ status }: StoredPolicy): Condition | undefined {
  return (status?.conditions as readonly Condition[] | undefined)?.find(({ type }) => type === 'Ready')
}

function condition(parts: GoalParts, policy: StoredPolicy): readonly string[] {
  const expected = expectedReason(parts, policy)
  const { status, reason } = ready(policy) ?? {}
  const { spec, metadata: { name } } = policy
  const good = spec.suspend === true ? 'Suspended' : spec.schedule === undefined ? 'OnDemand' : 'Scheduled'
  const [wantedStatus, wantedReason] = expected === undefined ? ['True', good] : ['False', expected]
  return status === wantedStatus && reason === wantedReason ? [] : [`policy ${name} is Ready=${status} ${reason}, a new one with its spec would be ${wantedStatus} ${wantedReason}`]
}

/** The newest slot that has long been due is run, unless a run is in the way or it came too late. */
function slot({ api, engine, blame }: GoalParts, policy: StoredPolicy): readonly string[] {
  const { spec: { schedule, timeZone = 'Etc/UTC', suspend, jitterSeconds = 0, startingDeadlineSeconds }, metadata: { name, namespace }, status } = policy
  if (schedule === undefined || suspend === true || ready(policy)?.status !== 'True' || startingDeadlineSeconds !== undefined) return []
  const since = Math.max(healedAt({ blame }), Date.parse(status?.activeSchedule?.since ?? '') || 0, Date.parse(policy.metadata.creationTimestamp ?? ''))
  const due = newestSlot({ schedule, timeZone }, since, engine.now() - 10 * MINUTE - jitterSeconds * 1000)
  const busy = api.all<StoredBackup>(RESOURCE.backups, namespace).some(backup => backup.spec.policy === name && !hasEnded(backup.status?.phase) && backup.status?.phase !== 'Deleting')
  if (due === undefined || busy || Date.parse(status?.lastScheduleTime ?? '') >= due) return []
  return [`policy ${name} has not run slot ${new Date(due).toISOString()}, its newest is ${status?.lastScheduleTime}`]
}

function point(parts: GoalParts, policy: StoredPolicy): readonly string[] {
  const { api, blame } = parts
  const { name, namespace } = policy.metadata
  if (ready(policy)?.status !== 'True') return []
  const since = healedAt({ blame })
  const all = api.all<StoredBackup>(RESOURCE.backups, namespace).filter(({ spec, status }) => spec.policy === name && hasEnded(status?.phase))
  const begun = all.filter(({ metadata }) => Date.parse(metadata.creationTimestamp ?? '') >= since - 1000)
  // Retention goes by the end of a run: what ended last may have been made before, and be all that it leaves.
  const ended = begun.length > 0 ? begun : all.filter(({ status }) => Date.parse(status?.completionTime ?? '') >= since)
  if (ended.length === 0) return ranAhead(parts, policy) || cameTooLate(parts, policy) ? [] : [`policy ${name} has had no run since everything is well`]
  const good = isUnhindered(parts, policy) && !isMadeSince(parts, policy, ended) ? ended.filter(({ status }) => status?.phase === 'Completed') : ended
  if (good.length > 0) return []
  const { metadata, status } = ended.at(-1) as StoredBackup
  return [`policy ${name} has no good restore point since everything is well: ${metadata.name} is ${status?.phase} (${status?.reason}: ${status?.message})`]
}

/** Its repository was deleted and made anew, and every run had ended by then, or begun before anybody looked at the new one. */
function isMadeSince(parts: GoalParts, policy: StoredPolicy, runs: readonly StoredBackup[]): boolean {
  const { metadata, status } = (policy.spec.strategy === 'snapshot' ? undefined : repositoryOf(parts, policy)) ?? {}
  const lookedAt = Math.min(...(status?.conditions ?? []).map(({ lastTransitionTime }) => Date.parse(lastTransitionTime)))
  return runs.every(({ status: { startTime = '', completionTime = '', storeId } = {} }) =>
    Date.parse(completionTime) < Date.parse(metadata?.creationTimestamp ?? '') || (storeId !== status?.storeId && Date.parse(startTime) <= lookedAt))
}

/** Its newest slot was run before its time, or lies before its schedule came into force, by a clock that was ahead; no other has come since. */
function ranAhead({ engine, blame, faults: { counts } }: GoalParts, { spec: { schedule, timeZone = 'Etc/UTC' }, status }: StoredPolicy): boolean {
  const since = counts.has('clockJump') || counts.has('hookClockSkew') ? status?.activeSchedule?.since : undefined
  const told = Math.max(...[status?.lastScheduleTime, since].map(time => Date.parse(time ?? '') || 0))
  return schedule !== undefined && told > healedAt({ blame }) && newestSlot({ schedule, timeZone }, told, engine.now()) === undefined
}

/** Something was in the way of its newest slot until that was too late, as its deadline says. */
function cameTooLate({ engine, blame }: GoalParts, policy: StoredPolicy): boolean {
  const { schedule, timeZone = 'Etc/UTC', startingDeadlineSeconds } = policy.spec
  if (schedule === undefined || startingDeadlineSeconds === undefined) return false
  const newest = newestSlot({ schedule, timeZone }, healedAt({ blame }), engine.now())
  return newest !== undefined && Date.parse(ready(policy)?.lastTransitionTime ?? '') > newest + 1000 * startingDeadlineSeconds
}

/** Nothing of the people's own making is in the way of a good run. */
function isUnhindered(parts: GoalParts, policy: StoredPolicy): boolean {
  const { spec: { mover = {}, allowEmpty = false } } = policy
  const { timeoutSeconds = 86_400, startupTimeoutSeconds = 600, runAs = 'root' } = mover
  if (timeoutSeconds < 3600 || startupTimeoutSeconds < 120 || runAs !== 'root') return false
  const repository = repositoryOf(parts, policy)
  if (policy.spec.strategy !== 'snapshot' && (repository?.status?.phase !== 'Ready' || isForOne(parts, repository))) return false
  return selectedClaims(parts, policy).every(claim => isSound(parts, policy, claim) && (allowEmpty || policy.spec.strategy === 'snapshot' || contentOf(parts, claim) !== ''))
}

/** A destination that one pod may use at a time: movers of other volumes and other policies may be at it until this one has waited too long. */
function isForOne({ api }: GoalParts, { spec: { url }, metadata: { namespace } }: StoredRepository): boolean {
  const claim = /^pvc:\/\/([^/]+)/.exec(url)?.[1]
  return claim !== undefined && modesOf(api.read<StoredClaim>(`/api/v1/namespaces/${namespace}/persistentvolumeclaims/${claim}`)).includes('ReadWriteOncePod')
}

function modesOf(claim: StoredClaim | undefined): readonly string[] {
  return (claim?.spec as { accessModes?: readonly string[] } | undefined)?.accessModes ?? []
}

/** Other drivers have no snapshots; a claim that one pod may use at a time may be in use. */
function isSound({ api }: GoalParts, policy: StoredPolicy, claim: StoredClaim): boolean {
  const { spec, status } = claim
  const volume = api.read<StoredVolume>(`/api/v1/persistentvolumes/${spec?.volumeName}`)
  return status?.phase === 'Bound' && !modesOf(claim).includes('ReadWriteOncePod') && (policy.spec.strategy !== 'snapshot' || volume?.spec?.csi?.driver === 'csi.sim')
}

function contentOf({ api, cluster }: GoalParts, { spec }: StoredClaim): string | undefined {
  const handle = api.read<StoredVolume>(`/api/v1/persistentvolumes/${spec?.volumeName}`)?.spec?.csi?.volumeHandle
  return handle === undefined ? undefined : cluster.disks.read(handle)
}

function repositoryOf({ api }: GoalParts, { spec, metadata: { namespace } }: StoredPolicy): StoredRepository | undefined {
  const name = spec.repositoryRef === undefined ? `dest-${stableHash(spec.destination)}` : repositoryNameOf(spec.repositoryRef)
  return api.read<StoredRepository>(`/apis/holdfast.dev/v1alpha1/namespaces/${namespace}/backuprepositories/${name}`)
}

/** What prunes the repository is there and says the same as the policy; a stranger's of that name is left alone. */
function pruning({ api }: GoalParts, policy: StoredPolicy): readonly string[] {
  const { spec: { strategy, pruneSchedule = '0 5 * * 0', suspend = false }, metadata: { name, namespace, uid } } = policy
  if (ready(policy)?.status !== 'True') return []
  const own = api.all(RESOURCE.cronJobs, namespace).filter(cronJob => ownerOf(cronJob)?.uid === uid)
  if (strategy === 'snapshot') return own.length === 0 ? [] : [`policy ${name} takes snapshots and has a CronJob`]
  const isTaken = own.length === 0 && api.all(RESOURCE.cronJobs, namespace).some(cronJob => cronJob.metadata.name === boundedName(CRON_JOB_NAME, name, 'prune'))
  const right = own.filter(({ spec }) => (spec as { schedule?: string }).schedule === pruneSchedule && (spec as { suspend?: boolean }).suspend === suspend)
  return right.length === 1 || isTaken ? [] : [`policy ${name} has ${own.length} CronJobs that prune, and ${right.length} as it says`]
}
