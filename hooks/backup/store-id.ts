import { IDENTITY_LIMIT } from '../jobs/result.ts'
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

/** Movers alone: what removes the data was told what this says. Anybody's Job may have been adopted. Read until one tells: a run may have hundreds. */
function storeIdIn(jobs: RequestFacts['jobs']): string | undefined {
  for (const job of Object.values(jobs)) {
    const { operation, storeId } = taskIn(job) ?? {}
    if (operation === 'backup' && isIdentity(storeId)) return storeId
  }
  return undefined
}

function isIdentity(storeId: unknown): storeId is string {
  return typeof storeId === 'string' && storeId !== '' && storeId.length <= IDENTITY_LIMIT
}
