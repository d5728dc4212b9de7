import { taskIn } from '../jobs/task.ts'
import type { RequestFacts } from './facts.ts'

/**
 * Identity of the store that this run's data is in: the one that it began with, as its status says, or its Jobs, which are there before any
 * status is written; else (of a version before, or while it begins) the one that its repository is known to be. Undefined for snapshots, and
 * before a first check.
 */
export function storeIdOf({ status, jobs, repository, backup }: Pick<RequestFacts, 'status' | 'jobs' | 'repository' | 'backup'>): string | undefined {
  if (backup.spec.strategy === 'snapshot') return undefined
  return status.storeId ?? storeIdIn(jobs) ?? repository?.status?.storeId
}

/** A repository that was made anew since is another store: nothing of this run is in it. */
function storeIdIn(jobs: RequestFacts['jobs']): string | undefined {
  return Object.values(jobs).map(job => taskIn(job)?.storeId).find(storeId => storeId !== undefined)
}
