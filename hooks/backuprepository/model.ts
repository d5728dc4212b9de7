import { childName, stableHash } from '../../lib/names.ts'
import { parseTime } from '../../lib/timestamps.ts'
import type { BackupRepository, KubeObject } from '../../schemas/generated/types.ts'
import type { SyncRequest } from '../hook.ts'
import { isSuspended } from '../jobs/state.ts'
import { hangingFinding } from '../jobs/stranded.ts'

/** A check takes seconds. One that hangs must be over and made again while a run still waits for the repository (ten minutes by default). */
export const CHECK_SECONDS = 300

/** How long a check Job may stay suspended, whoever did it. Its own deadline stands still meanwhile, so nothing else would end it. */
const SUSPENDED_SECONDS = 2 * CHECK_SECONDS

/** What live reads found about the check Job that is being looked at. */
export interface Observed {
  /** Pods of that very Job (not of an older one of the same name), newest first. */
  readonly pods: readonly KubeObject[]
  /** Warning events about its newest pod while that has not started. */
  readonly podEvents: readonly KubeObject[]
  /** Warning events about the Job while it has no pod. */
  readonly jobEvents: readonly KubeObject[]
  /** The Job that has the name of the check while no check Job is seen: made just now, or not ours at all. */
  readonly namesake?: KubeObject
  /** Running and pending pods of the namespace, for a destination on a claim whose Job is about to be made. */
  readonly activePods: readonly KubeObject[]
}

/** The namespace of a repository; the server refuses a parent without one. */
export function namespaceOf({ metadata }: BackupRepository): string {
  return metadata.namespace ?? ''
}

/** Identity of what is checked: a Ready repository stays Ready until this changes. */
export function checkKey(repository: BackupRepository): string {
  return stableHash(repository.spec, 16)
}

/** Name of the check Job of the present spec. */
export function checkJobName({ metadata }: BackupRepository): string {
  return childName(metadata.name, 'check', String(metadata.generation ?? 1))
}

/** Whether it has been there for so long that a new one is better: two that look at the same place do no harm. */
export function isGivenUp(job: KubeObject, now: Date): boolean {
  if (hangingFinding(job, [], now) !== undefined) return true
  return isSuspended(job) && now.getTime() - (parseTime(job.metadata.creationTimestamp) ?? 0) > SUSPENDED_SECONDS * 1000
}

/** Every observed Job of a repository, by name. */
export function jobsOf(request: SyncRequest<BackupRepository>): readonly KubeObject[] {
  return Object.values(request.children['Job.batch/v1'] ?? {}).toSorted((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1))
}

/** The check Job of the present spec. One that is being deleted counts as gone. */
export function currentJob(request: SyncRequest<BackupRepository>): KubeObject | undefined {
  const name = checkJobName(request.parent)
  return jobsOf(request).find(({ metadata }) => metadata.name === name && metadata.deletionTimestamp === undefined)
}
