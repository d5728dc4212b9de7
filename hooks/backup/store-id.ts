import type { RequestFacts } from './facts.ts'

/**
 * Identity of the store that this run's data is in: the one that it began with, else (of a version before, or while it begins) the one
 * that its repository is known to be. Undefined for snapshots, and before a first check.
 */
export function storeIdOf({ status, repository, backup }: Pick<RequestFacts, 'status' | 'repository' | 'backup'>): string | undefined {
  return backup.spec.strategy === 'snapshot' ? undefined : status.storeId ?? repository?.status?.storeId
}
