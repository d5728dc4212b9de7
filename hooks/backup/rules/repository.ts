import { isUsable } from '../../../lib/repository-record.ts'
import type { Finding } from '../../jobs/finding.ts'
import type { Facts } from '../facts.ts'
import { repositoryName } from '../names.ts'

/** Why the repository cannot be written to now; undefined when it can, or when none is needed. */
export function checkRepository(facts: Facts): Finding | undefined {
  const name = repositoryName(facts.backup.spec)
  if (facts.backup.spec.strategy === 'snapshot' || !name) return undefined
  for (const rule of repositoryRules) {
    const found = rule(facts, name)
    if (found) return found
  }
  return undefined
}

/** In this order; the first that holds decides. */
export const repositoryRules: readonly ((facts: Facts, name: string) => Finding | undefined)[] = [absent, notReady]

function absent({ repository, namespace }: Facts, name: string): Finding | undefined {
  if (repository && !repository.metadata.deletionTimestamp) return undefined
  const what = repository ? 'is being deleted' : 'does not exist'
  return { reason: 'RepositoryNotFound', message: `BackupRepository "${name}" ${what} in namespace ${namespace}; create it or correct the reference` }
}

function notReady({ repository }: Facts, name: string): Finding | undefined {
  if (repository && isUsable(repository)) return undefined
  const { phase, reason, message } = repository?.status ?? {}
  const words = (phase !== 'Ready' && [reason, message].filter(Boolean).join(': ')) || 'it has not been checked yet'
  return { reason: 'RepositoryNotReady', message: `BackupRepository "${name}" is not ready: ${words}` }
}
