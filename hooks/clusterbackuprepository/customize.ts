import { API_VERSION, LABEL } from '../../lib/api.ts'
import { labelValue } from '../../lib/names.ts'
import type { ClusterBackupRepository } from '../../schemas/generated/types.ts'
import type { RelatedRule } from '../hook.ts'

/** The BackupRepositories that policies made from it, in every namespace. */
export function customizeClusterRepository({ metadata }: ClusterBackupRepository): readonly RelatedRule[] {
  const matchLabels = { [LABEL.repository]: labelValue(metadata.name) }
  return [{ apiVersion: API_VERSION, resource: 'backuprepositories', labelSelector: { matchLabels } }]
}
