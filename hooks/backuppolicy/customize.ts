import { API_VERSION, LABEL } from '../../lib/api.ts'
import { labelValue } from '../../lib/names.ts'
import { repositoryOf } from '../../lib/repository-record.ts'
import type { BackupPolicy } from '../../schemas/generated/types.ts'
import type { RelatedRule } from '../hook.ts'
import { selectorProblem } from './selector.ts'

/**
 * What a policy sees: its Backups, the claims that it selects, its repository and the cluster repository behind it. A selector
 * that Kubernetes would refuse is left out, else Metacontroller could never sync the policy and nobody would learn why.
 */
export const customize = (policy: BackupPolicy): readonly RelatedRule[] => {
  const { name, namespace } = policy.metadata
  const repository = repositoryOf(policy)
  const ownBackups = { matchLabels: { [LABEL.policy]: labelValue(name) } }
  const rules: RelatedRule[] = [{ apiVersion: API_VERSION, resource: 'backups', namespace, labelSelector: ownBackups }]
  if (selectorProblem(policy.spec.selector) === undefined) {
    rules.push({ apiVersion: 'v1', resource: 'persistentvolumeclaims', namespace, labelSelector: policy.spec.selector })
  }
  if (repository !== undefined) {
    rules.push({ apiVersion: API_VERSION, resource: 'backuprepositories', namespace, names: [repository.name] })
  }
  if (repository?.cluster !== undefined) {
    rules.push({ apiVersion: API_VERSION, resource: 'clusterbackuprepositories', names: [repository.cluster] })
  }
  return rules
}
