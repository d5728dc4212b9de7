import { ANNOTATION, type DeletionRequest } from '../../lib/api.ts'
import { isActive } from '../../lib/phases.ts'
import { parseTime } from '../../lib/timestamps.ts'
import type { Backup } from '../../schemas/generated/types.ts'
import type { Effect } from '../effects/effect.ts'
import type { Decision } from '../hook.ts'
import { jitterOf } from './schedule.ts'
import type { PolicyView } from './view.ts'

// A Backup made a moment ago may not be visible yet; it has to be waited for, else its run would go on.
const SETTLING = 60_000

/**
 * Deletion of a policy: its runs are asked to stop, its CronJob and Jobs go, its Backups and their data stay. Effects are
 * carried out before the answer, so one pass is enough unless the newest run cannot be seen yet.
 */
export const finalize = ({ policy, backups }: PolicyView, now: Date): Decision => {
  const effects = backups.filter((backup) => isActive(backup) && backup.metadata.annotations?.[ANNOTATION.cancelRequested] === undefined)
    .map((backup) => requestCancel(backup, `BackupPolicy ${policy.metadata.namespace}/${policy.metadata.name} was deleted`))
  const status = { ...policy.status }
  const last = parseTime(policy.status?.lastScheduleTime)
  const isSeen = backups.some(({ spec }) => parseTime(spec.slot) === last)
  const unseen = last !== undefined && !isSeen && now.getTime() - last - jitterOf(policy) < SETTLING
  if (unseen) return { status, children: [], effects, finalized: false, resyncAfterSeconds: 2 }
  return { status, children: [], effects, finalized: true }
}

const requestCancel = ({ metadata }: Backup, reason: string): Effect => {
  const request: DeletionRequest = { requestedBy: 'policy-deleted', reason }
  return {
    type: 'annotateBackup',
    target: { namespace: metadata.namespace, name: metadata.name, uid: metadata.uid ?? '' },
    annotations: { [ANNOTATION.cancelRequested]: JSON.stringify(request) },
  }
}
