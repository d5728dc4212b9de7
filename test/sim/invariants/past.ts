import { ANNOTATION, LABEL } from '../../../lib/api.ts'
import { labelValue } from '../../../lib/names.ts'
import type { Volume } from '../../../schemas/generated/types.ts'
import type { Actor, ApiServer, Change } from '../api/api.ts'
import type { Watched } from './invariant.ts'
import { hasLost } from './points.ts'
import { witness } from './witness.ts'
import { hasEnded, isUs, keyOf, ownerOf, RESOURCE, uidOf, type StoredBackup, type StoredJob, type StoredPolicy } from './resources.ts'

/** One Backup, as long as the world lasts. */
export interface PastBackup {
  readonly uid: string
  readonly namespace: string
  readonly name: string
  readonly createdAt: number
  readonly creator: Actor
  /** As last seen. */
  latest: StoredBackup
  goneAt?: number
  goneBy?: Actor
  /** When the status first said Deleting, with who asked and why. */
  saidDeletingAt?: number
  deletionAskedAt?: number
  cancelAskedAt?: number
  /** Since when the status says that a snapshot of it is lost; undefined while it does not. */
  lostAt?: number | undefined
  /** The verdict as we first wrote it. */
  ended?: { readonly phase: string; readonly at: number }
  /** Volumes that we wrote down as ended. */
  readonly volumes: Map<string, { readonly volume: Volume; readonly at: number }>
}

/** One BackupPolicy, as long as the world lasts. */
export interface PastPolicy {
  readonly uid: string
  readonly namespace: string
  readonly name: string
  readonly createdAt: number
  /** Every state of its spec and annotations, oldest first. */
  readonly states: { readonly at: number; readonly policy: StoredPolicy }[]
  latest: StoredPolicy
  /** The newest slot that we ever wrote down as run. */
  told: number
  /** When we first wrote down which schedule is in force. */
  knownAt: number
  goneAt?: number
}

/** One Job. */
export interface PastJob {
  readonly uid: string
  readonly key: string
  readonly createdAt: number
  latest: StoredJob
  /** Whose it is, or was before somebody took its owner away. */
  owner?: { readonly kind: string; readonly name: string; readonly uid: string }
  goneAt?: number
  goneBy?: Actor
  /** The newest of its pods. */
  pod?: { readonly uid: string; readonly createdAt: number; startedAt?: number; goneAt?: number }
}

/** What has been, for invariants that need more than the present. */
export interface Past {
  readonly backups: ReadonlyMap<string, PastBackup>
  readonly policies: ReadonlyMap<string, PastPolicy>
  readonly jobs: ReadonlyMap<string, PastJob>
  /** All Backups of a policy's name, oldest first. */
  backupsOf(namespace: string, policy: string): readonly PastBackup[]
}

const pasts = new WeakMap<ApiServer, Past>()

/** The past of a world: one for all its invariants. It hears of a change before they do. */
export function pastOf(watched: Watched): Past {
  const known = pasts.get(watched.api)
  if (known !== undefined) return known
  const past = new Chronicle()
  pasts.set(watched.api, past)
  watched.api.subscribe(change => {
    witness(change, watched.blame)
    past.add(change)
  })
  return past
}

/** What was written down of the volume of a Backup's Job, once that had ended. */
export function endedVolumeOf(past: Past, { job, uid }: { readonly job: StoredJob; readonly uid: string }): { readonly volume: Volume; readonly at: number } | undefined {
  const isOfJob = (pvc: string): boolean => labelValue(pvc) === job.metadata.labels?.[LABEL.volume]
  return [...past.backups.get(uid)?.volumes.values() ?? []].find(({ volume: { pvc } }) => isOfJob(pvc))
}

class Chronicle implements Past {
  readonly backups = new Map<string, PastBackup>()
  readonly policies = new Map<string, PastPolicy>()
  readonly jobs = new Map<string, PastJob>()
  readonly #ofPolicy = new Map<string, PastBackup[]>()

  backupsOf(namespace: string, policy: string): readonly PastBackup[] {
    return this.#ofPolicy.get(`${namespace}/${policy}`) ?? []
  }

  add(change: Change): void {
    if (change.resource === RESOURCE.backups) this.#backup(change)
    else if (change.resource === RESOURCE.policies) this.#policy(change)
    else if (change.resource === RESOURCE.jobs) this.#job(change)
    else if (change.resource === RESOURCE.pods) this.#pod(change)
  }

  #backup(change: Change): void {
    const backup = change.after as unknown as StoredBackup
    const past = this.#pastBackup(change, backup)
    past.latest = backup
    if (change.type === 'DELETED') Object.assign(past, { goneAt: change.at, goneBy: change.actor })
    const { annotations, deletionTimestamp } = backup.metadata
    const { phase, deletion, volumes = [] } = backup.status ?? {}
    if (wellFormed(annotations?.[ANNOTATION.deleteRequested]) || (deletionTimestamp !== undefined && backup.spec.deletionPolicy === 'Delete')) past.deletionAskedAt ??= change.at
    if (annotations?.[ANNOTATION.cancelRequested] !== undefined) past.cancelAskedAt ??= change.at
    if (phase === 'Deleting' && deletion?.requestedBy && deletion.reason !== undefined && isUs(change.actor)) past.saidDeletingAt ??= change.at
    past.lostAt = hasLost(backup) ? past.lostAt ?? change.at : undefined
    if (!isUs(change.actor)) return
    if (hasEnded(phase)) past.ended ??= { phase: phase ?? '', at: change.at }
    for (const volume of volumes) if (hasEnded(volume.phase) && !past.volumes.has(volume.pvc)) past.volumes.set(volume.pvc, { volume, at: change.at })
  }

  #pastBackup(change: Change, backup: StoredBackup): PastBackup {
    const uid = uidOf(backup)
    const known = this.backups.get(uid)
    if (known !== undefined) return known
    const { namespace = '', name } = backup.metadata
    const made: PastBackup = { uid, namespace, name, createdAt: change.at, creator: change.actor, latest: backup, volumes: new Map() }
    this.backups.set(uid, made)
    const { policy } = backup.spec
    if (policy !== undefined) {
      const key = `${namespace}/${policy}`
      this.#ofPolicy.set(key, [...this.#ofPolicy.get(key) ?? [], made])
    }
    return made
  }

  #policy(change: Change): void {
    const policy = change.after as unknown as StoredPolicy
    const uid = uidOf(policy)
    const { namespace = '', name } = policy.metadata
    const past = this.policies.get(uid) ?? { uid, namespace, name, createdAt: change.at, states: [], latest: policy, told: -Infinity, knownAt: Infinity }
    this.policies.set(uid, past)
    if (change.type === 'DELETED') past.goneAt = change.at
    const last = past.states.at(-1)?.policy
    if (last?.spec !== policy.spec || last.metadata.annotations !== policy.metadata.annotations) past.states.push({ at: change.at, policy })
    past.latest = policy
    if (isUs(change.actor) && policy.status?.activeSchedule !== undefined) past.knownAt = Math.min(past.knownAt, change.at)
    const told = Date.parse(policy.status?.lastScheduleTime ?? '')
    if (isUs(change.actor) && told > past.told) past.told = told
  }

  #job(change: Change): void {
    const job = change.after as StoredJob
    const uid = uidOf(job)
    const past = this.jobs.get(uid) ?? { uid, key: keyOf(job), createdAt: change.at, latest: job }
    this.jobs.set(uid, past)
    past.latest = job
    const owner = ownerOf(job)
    if (owner !== undefined) past.owner ??= owner
    const gone = change.type === 'DELETED' || job.metadata.deletionTimestamp !== undefined
    if (gone && past.goneAt === undefined) Object.assign(past, { goneAt: change.at, goneBy: change.actor })
  }

  #pod({ after, type, at }: Change): void {
    const { phase, startTime } = (after.status ?? {}) as { phase?: string; startTime?: string }
    const hasStarted = phase !== undefined && phase !== 'Pending' && !(phase === 'Unknown' && startTime === undefined)
    for (const { uid } of (after.metadata.ownerReferences ?? []) as readonly { uid: string }[]) {
      const job = this.jobs.get(uid)
      if (job === undefined) continue
      if (type === 'ADDED') job.pod = { uid: uidOf(after), createdAt: at }
      if (job.pod?.uid !== uidOf(after)) continue
      if (hasStarted) job.pod.startedAt ??= at
      if (type === 'DELETED') job.pod.goneAt = at
    }
  }
}

/** Whether an annotation asks for a deletion; any other text asks for nothing. */
export function wellFormed(text: string | undefined): boolean {
  if (text === undefined) return false
  try {
    const { requestedBy } = JSON.parse(text) as { requestedBy?: unknown }
    return typeof requestedBy === 'string' && requestedBy !== ''
  } catch {
    return false
  }
}
