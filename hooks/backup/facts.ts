import { LABEL } from '../../lib/api.ts'
import { labelValue } from '../../lib/names.ts'
import { parseTime, timestamp } from '../../lib/timestamps.ts'
import type { Backup, BackupRepository, BackupStatus, KubeObject } from '../../schemas/generated/types.ts'
import type { DecideInput, ObjectsByKind, Settings, SyncRequest } from '../hook.ts'
import { repositoryName, snapshotName } from './names.ts'
import type { Snapshot } from './objects.ts'
import type { BackupObserved } from './observe.ts'

/** Objects of one kind and namespace by their names. */
export type ByName = Readonly<Record<string, KubeObject>>

/** What a request says, put in the words of this kind. */
export interface RequestFacts {
  readonly backup: Backup
  readonly name: string
  readonly namespace: string
  readonly finalizing: boolean
  /** As last written; empty for a new Backup. */
  readonly status: BackupStatus
  readonly jobs: ByName
  /** Undefined when the cluster has no snapshot API: then absence says nothing. */
  readonly snapshots: ByName | undefined
  /** VolumeSnapshots of this Backup that the request does not show: read live before it or its data goes. */
  readonly unseen: ByName
  /** What else has the name of one of this Backup's VolumeSnapshots. */
  readonly strangers: ByName
  readonly claims: ByName
  readonly repository: BackupRepository | undefined
}

/** Everything that decisions about a Backup start from. */
export interface Facts extends RequestFacts {
  readonly observed: BackupObserved
  readonly settings: Settings
  readonly now: Date
  /** When the run left the queue: now, if it does so now. */
  readonly startTime: string
}

/** The facts of a request alone. */
export function requestFacts(request: SyncRequest<Backup>): RequestFacts {
  const { parent: backup, children, related, finalizing } = request
  const namespace = backup.metadata.namespace ?? ''
  const group = groupOf(namespace)
  const repositories = group(related, 'BackupRepository.holdfast.dev/v1alpha1') ?? {}
  return {
    backup,
    name: backup.metadata.name,
    namespace,
    finalizing,
    status: backup.status ?? {},
    jobs: group(children, 'Job.batch/v1') ?? {},
    snapshots: group(children, 'VolumeSnapshot.snapshot.storage.k8s.io/v1'),
    unseen: {},
    strangers: {},
    claims: group(related, 'PersistentVolumeClaim.v1') ?? {},
    repository: repositories[repositoryName(backup.spec) ?? ''] as BackupRepository | undefined,
  }
}

/** The facts of a decision. */
export function factsOf(input: DecideInput<Backup, BackupObserved>): Facts {
  const { observed, settings, now } = input
  const facts = withSnapshots(withClaims(requestFacts(input.request), observed.claims), observed.snapshots)
  return { ...facts, observed, settings, now, startTime: facts.status.startTime ?? timestamp(now) }
}

/** The same with claims that were read live: a claim that was just made is in no cache yet, and is not lost for that. */
export function withClaims<Some extends RequestFacts>(facts: Some, claims: ByName): Some {
  const all = Object.assign(Object.create(null) as Record<string, KubeObject>, claims, facts.claims)
  return { ...facts, claims: all }
}

/** The same with VolumeSnapshots that were read live. One that only has the name is not this Backup's. */
export function withSnapshots<Some extends RequestFacts>(facts: Some, found: ByName): Some {
  const { uid } = facts.backup.metadata
  const isOwn = ({ metadata }: KubeObject): boolean => metadata.ownerReferences?.some(owner => owner.uid === uid) === true
  const all = Object.entries(found)
  return {
    ...facts,
    unseen: Object.fromEntries(all.filter(([, object]) => isOwn(object))),
    strangers: Object.fromEntries(all.filter(([, object]) => !isOwn(object))),
  }
}

/** The VolumeSnapshot of a volume, whoever has shown it. */
export function snapshotFor({ snapshots, unseen, name }: RequestFacts, pvc: string): Snapshot | undefined {
  const key = snapshotName(name, pvc)
  return (snapshots?.[key] ?? unseen[key]) as Snapshot | undefined
}

/** Whether a pod is a mover of this run. */
export function isMoverOf({ metadata: { labels, namespace } }: KubeObject, run: RequestFacts): boolean {
  return namespace === run.namespace && labels?.[LABEL.backup] === labelValue(run.name) && labels[LABEL.role] === 'backup'
}

/** Seconds from now until `seconds` after `since`; not positive when that is over. A time to come, or that cannot be read, counts as now. */
export function secondsLeft(facts: Facts, since: string | undefined, seconds: number): number {
  const now = facts.now.getTime()
  const begin = parseTime(since ?? facts.startTime) ?? now
  return Math.ceil((Math.min(begin, now) - now) / 1000) + seconds
}

function groupOf(namespace: string): (objects: ObjectsByKind, key: string) => ByName | undefined {
  return (objects, key) => {
    const found = objects[key]
    if (!found) return undefined
    const own = Object.values(found).filter((object) => object.metadata.namespace === namespace)
    // No prototype: a claim may be called `constructor`.
    return Object.assign(Object.create(null) as Record<string, KubeObject>, Object.fromEntries(own.map((object) => [object.metadata.name, object])))
  }
}
