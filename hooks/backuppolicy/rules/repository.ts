import { stableJson } from '../../../lib/names.ts'
import { allowsNamespace } from '../../../lib/repository-record.ts'
import type { PolicyView } from '../view.ts'
import type { Finding, Rule } from './rule.ts'

/** A strategy that moves data needs a repository that is there, that this namespace may use, and that is still the one meant. */
export const repositoryRule: Rule = ({ view }) => {
  if (view.policy.spec.strategy === 'snapshot') return undefined
  if (view.choice === undefined) {
    const message = `strategy ${view.policy.spec.strategy ?? 'tar'} needs a place for its data; set destination or repositoryRef`
    return { reason: 'RepositoryNotFound', message }
  }
  if (view.choice.cluster !== undefined) return clusterFinding(view, view.choice.cluster) ?? changedFinding(view)
  if (view.choice.record !== undefined || view.repository !== undefined) return changedFinding(view)
  const { namespace } = view.policy.metadata
  const message = `there is no BackupRepository ${view.choice.name} in namespace ${namespace}; create it or correct repositoryRef.name`
  return { reason: 'RepositoryNotFound', message }
}

const clusterFinding = ({ cluster, policy }: PolicyView, name: string): Finding | undefined => {
  if (cluster === undefined) {
    return { reason: 'RepositoryNotFound', message: `there is no ClusterBackupRepository ${name}; create it or correct repositoryRef.name` }
  }
  const namespace = policy.metadata.namespace ?? ''
  if (allowsNamespace(cluster, namespace)) return undefined
  const message = `ClusterBackupRepository ${name} may not be used from namespace ${namespace}; add it to spec.allowedNamespaces there`
  return { reason: 'RepositoryNotAllowed', message }
}

// A record that we made is never changed under running Backups, so one that no longer says the same has to be noticed.
const changedFinding = ({ choice, repository }: PolicyView): Finding | undefined => {
  if (choice?.record === undefined || repository === undefined) return undefined
  if (stableJson(choice.record.spec) === stableJson(repository.spec)) return undefined
  const message = `BackupRepository ${choice.name} does not have the destination that the policy asks for (${choice.record.spec.url}); if its store has moved there, `
    + 'give that object the same spec; if another store is meant, delete it, which leaves its data alone, and it is made again'
  return { reason: 'RepositoryNotReady', message }
}
