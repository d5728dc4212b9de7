import { childName } from '../../../lib/names.ts'
import { RESOURCE, type StoredRepository } from '../invariants/resources.ts'
import type { Goal } from './goal.ts'

/** Every repository can be written to: people have made anew those whose store the world has lost. */
export const repositoriesLeft: Goal = ({ api }) => api.all<StoredRepository>(RESOURCE.repositories).flatMap(({ metadata: { name, deletionTimestamp }, status: { phase, reason, message } = {} }) =>
  phase === 'Ready' || deletionTimestamp !== undefined ? [] : [`BackupRepository ${name} is ${phase ?? 'New'}: ${reason} ${message}`])

/** The BackupRepository of the namespace that a reference leads to. */
export function repositoryNameOf({ kind, name }: { readonly kind?: string; readonly name: string }): string {
  return kind === 'ClusterBackupRepository' ? childName('cluster', name) : name
}
