import { timestamp } from '../../lib/timestamps.ts'
import type { Backup, BackupRepository, BackupStatus, KubeObject } from '../../schemas/generated/types.ts'
import type { DecideInput, ObjectsByKind, Settings, SyncRequest } from '../hook.ts'
import { repositoryName } from './names.ts'
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
    claims: group(related, 'PersistentVolumeClaim.v1') ?? {},
    repository: repositories[repositoryName(backup.spec) ?? ''] as BackupRepository | undefined,
  }
}

/** The facts of a decision. */
export function factsOf(input: DecideInput<Backup, BackupObserved>): Facts {
  const { observed, settings, now } = input
  const facts = requestFacts(input.request)
  return { ...facts, observed, settings, now, startTime: facts.status.startTime ?? timestamp(now) }
}

/** Seconds from now until `seconds` after `since`; not positive when that is over. */
export function secondsLeft(facts: Facts, since: string | undefined, seconds: number): number {
  return Math.ceil((Date.parse(since ?? facts.startTime) - facts.now.getTime()) / 1000) + seconds
}

function groupOf(namespace: string): (objects: ObjectsByKind, key: string) => ByName | undefined {
  return (objects, key) => {
    const found = objects[key]
    if (!found) return undefined
    const own = Object.values(found).filter((object) => object.metadata.namespace === namespace)
    return Object.fromEntries(own.map((object) => [object.metadata.name, object]))
  }
}
