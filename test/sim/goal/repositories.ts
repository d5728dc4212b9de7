import { childName } from '../../../lib/names.ts'
import { RESOURCE, type StoredRepository } from '../invariants/resources.ts'
import type { Goal, GoalParts } from './goal.ts'

/** Every repository can be written to, unless the world has lost what was in it. */
export const repositoriesLeft: Goal = ({ api, cluster }) => api.all<StoredRepository>(RESOURCE.repositories).flatMap(({ metadata: { name, deletionTimestamp }, status: { phase, reason, message } = {} }) => {
  if (phase === 'Ready' || deletionTimestamp !== undefined) return []
  const isLost = phase === 'Failed' && reason === 'RepositoryMissing' && isEmptied(cluster)
  return isLost ? [] : [`BackupRepository ${name} is ${phase ?? 'New'}: ${reason} ${message}`]
})

function isEmptied({ stores }: GoalParts['cluster']): boolean {
  return stores.losses.some(({ kind }) => kind === 'emptied')
}

/** The BackupRepository of the namespace that a reference leads to. */
export function repositoryNameOf({ kind, name }: { readonly kind?: string; readonly name: string }): string {
  return kind === 'ClusterBackupRepository' ? childName('cluster', name) : name
}
