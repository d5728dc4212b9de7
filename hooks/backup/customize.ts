import { API_VERSION } from '../../lib/api.ts'
import type { Backup } from '../../schemas/generated/types.ts'
import type { RelatedRule } from '../hook.ts'
import { repositoryName } from './names.ts'

/** A Backup looks at its repository and its claims. A rule with an empty list of names would mean every object there is. */
export function customize(parent: Backup): readonly RelatedRule[] {
  const namespace = parent.metadata.namespace
  const repository = repositoryName(parent.spec)
  const volumes = parent.spec.volumes
  return [
    ...(repository ? [{ apiVersion: API_VERSION, resource: 'backuprepositories', namespace, names: [repository] }] : []),
    ...(volumes.length > 0 ? [{ apiVersion: 'v1', resource: 'persistentvolumeclaims', namespace, names: volumes }] : []),
  ]
}
