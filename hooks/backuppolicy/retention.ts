import { ANNOTATION, type DeletionRequest } from '../../lib/api.ts'
import { isLeaving } from '../../lib/phases.ts'
import { planRetention, type Expired } from '../../lib/retention.ts'
import type { BackupPolicy } from '../../schemas/generated/types.ts'
import type { Effect } from '../effects/effect.ts'
import type { PolicyView } from './view.ts'

/** So many deletions need no one's consent. */
export const MAX_DELETIONS = 10

/** What retention does in one pass. */
export interface RetentionDecision {
  readonly effects: readonly Effect[]
  /** Why it does nothing although it would, with the command that lets it go on. */
  readonly held: string | undefined
}

/**
 * Asks for the deletion of what has expired; the Backups themselves carry it out. Nothing while the policy is suspended, and
 * nothing when more restore points would go at once than a person would expect. Failed runs hold no data worth a question:
 * of them as many go as leave at most ten on their way, so that a store that is down is not asked for all of them over and over.
 */
export const applyRetention = ({ policy, backups }: PolicyView, now: Date): RetentionDecision => {
  const { suspend, retention, failedHistoryLimit = 5 } = policy.spec
  if (suspend === true) return { effects: [], held: undefined }
  const { points, failed } = planRetention({ backups, retention, failedHistoryLimit, now })
  if (points.length > allowedDeletions(policy)) return { effects: [], held: heldMessage(policy, points.length) }
  const leaving = backups.filter(isLeaving).length
  const expired = [...points, ...failed.slice(0, Math.max(0, MAX_DELETIONS - points.length - leaving))]
  return { effects: expired.map(requestDeletion), held: undefined }
}

const requestDeletion = ({ backup: { metadata }, reason }: Expired): Effect => {
  const request: DeletionRequest = { requestedBy: 'retention', reason }
  return {
    type: 'annotateBackup',
    target: { namespace: metadata.namespace, name: metadata.name, uid: metadata.uid ?? '' },
    annotations: { [ANNOTATION.deleteRequested]: JSON.stringify(request) },
  }
}

const allowedDeletions = ({ metadata }: BackupPolicy): number => {
  const allowed = metadata.annotations?.[ANNOTATION.allowDeletions] ?? ''
  return /^[0-9]{1,6}$/.test(allowed) ? Math.max(MAX_DELETIONS, Number(allowed)) : MAX_DELETIONS
}

const heldMessage = ({ metadata: { name, namespace } }: BackupPolicy, count: number): string =>
  `retention would delete ${count} restore points at once, more than ${MAX_DELETIONS}, so it deletes none; if that is meant: `
  + `kubectl annotate backuppolicy ${name} -n ${namespace} ${ANNOTATION.allowDeletions}=${count} --overwrite`
