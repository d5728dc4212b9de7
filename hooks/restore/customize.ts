import { API_VERSION, LABEL } from '../../lib/api.ts'
import { isSubdomain } from '../../lib/label-syntax.ts'
import { labelValue } from '../../lib/names.ts'
import type { Restore } from '../../schemas/generated/types.ts'
import type { RelatedRule } from '../hook.ts'
import { namespaceOf } from './model.ts'

/**
 * The Backup (or all of the policy), every BackupRepository of the namespace (which one follows from the Backup), and the claims that
 * this restore makes or collides with: their events wake it up, decisions about them are made on live reads. A policy's name that is none
 * is left out: Metacontroller would refuse the selector before every call, also the last, and nobody would learn why.
 */
export function customizeRestore(restore: Restore): readonly RelatedRule[] {
  const namespace = namespaceOf(restore)
  return [
    ...backups(restore, namespace),
    { apiVersion: API_VERSION, resource: 'backuprepositories', namespace },
    claims(namespace, { labelSelector: { matchLabels: { [LABEL.restore]: labelValue(restore.metadata.name) } } }),
    ...targetClaims(restore, namespace),
  ]
}

function backups({ spec: { backup, policy = '' } }: Restore, namespace: string): readonly RelatedRule[] {
  const rule = { apiVersion: API_VERSION, resource: 'backups', namespace }
  if (backup !== undefined) return [{ ...rule, names: [backup] }]
  return isSubdomain(policy) ? [{ ...rule, labelSelector: { matchLabels: { [LABEL.policy]: labelValue(policy) } } }] : []
}

function targetClaims({ spec }: Restore, namespace: string): readonly RelatedRule[] {
  const names = [...new Set((spec.volumes ?? []).map(volume => volume.target ?? volume.source))]
  return names.length === 0 ? [] : [claims(namespace, { names })]
}

function claims(namespace: string, choice: Pick<RelatedRule, 'names' | 'labelSelector'>): RelatedRule {
  return { apiVersion: 'v1', resource: 'persistentvolumeclaims', namespace, ...choice }
}
