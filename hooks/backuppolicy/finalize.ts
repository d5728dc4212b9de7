import { ANNOTATION, type DeletionRequest } from '../../lib/api.ts'
import { isActive } from '../../lib/phases.ts'
import type { Backup } from '../../schemas/generated/types.ts'
import type { Effect } from '../effects/effect.ts'
import type { Decision } from '../hook.ts'
import type { PolicyView } from './view.ts'

/**
 * Deletion of a policy: its runs are asked to stop, its CronJob and Jobs go, its Backups and their data stay. Effects are
 * carried out before the answer, and the Backups are those of this moment, so one pass is enough.
 */
export const finalize = ({ policy, backups }: PolicyView): Decision => {
  const effects = backups.filter((backup) => isActive(backup) && backup.metadata.annotations?.[ANNOTATION.cancelRequested] === undefined)
    .map((backup) => requestCancel(backup, `BackupPolicy ${policy.metadata.namespace}/${policy.metadata.name} was deleted`))
  return { status: { ...policy.status }, children: [], effects, finalized: true }
}

const requestCancel = ({ metadata }: Backup, reason: string): Effect => {
  const request: DeletionRequest = { requestedBy: 'policy-deleted', reason }
  return {
    type: 'annotateBackup',
    target: { namespace: metadata.namespace, name: metadata.name, uid: metadata.uid ?? '' },
    annotations: { [ANNOTATION.cancelRequested]: JSON.stringify(request) },
  }
}
