import { taskIn } from '../jobs/task.ts'
import type { RequestFacts } from './facts.ts'

/**
 * Identity of the store that this run's data is in: the one that its Jobs were told of, which are there before any status is written; else the
 * one that its status says that it began with, or (of a version before, or while it begins) the one that its repository is known to be.
 * Undefined for snapshots, and before a first check.
 */
export function storeIdOf({ status, jobs, repository, backup }: Pick<RequestFacts, 'status' | 'jobs' | 'repository' | 'backup'>): string | undefined {
  if (backup.spec.strategy === 'snapshot') return undefined
  return storeIdIn(jobs) ?? status.storeId ?? repository?.status?.storeId
}

/** Movers alone: what removes the data was told what this says. */
function storeIdIn(jobs: RequestFacts['jobs']): string | undefined {
  const told = Object.values(jobs).map(job => taskIn(job)).filter(task => task?.operation === 'backup').map(task => task?.storeId)
  return told.find(storeId => typeof storeId === 'string' && storeId !== '' && storeId.length <= LIMIT)
}

/** What a status takes. Anybody's Job may have been adopted. */
const LIMIT = 64
