import { adoptionRefusal, ownSince } from '../../lib/adoption.ts'
import { ANNOTATION, type DeletionRequest } from '../../lib/api.ts'
import { consentIn, consentTo } from '../../lib/consent.ts'
import { endOf } from '../../lib/newest.ts'
import { isGood, isLeaving } from '../../lib/phases.ts'
import { planRetention, type Expired } from '../../lib/retention.ts'
import type { Backup, BackupPolicy } from '../../schemas/generated/types.ts'
import type { Effect } from '../effects/effect.ts'
import type { Finding } from './rules/rule.ts'
import type { PolicyView } from './view.ts'

/** So many deletions need no one's consent. */
export const MAX_DELETIONS = 10

/** The clocks of a cluster are never quite the same; so little is not worth a word. */
const USUAL_SKEW_MS = 60_000
const MAX_NAMED = 3

/** What retention does in one pass. */
export interface RetentionDecision {
  readonly effects: readonly Effect[]
  /** Why it does nothing although it would, with the command that lets it go on; else what it keeps: of an earlier policy, or because a clock was wrong. */
  readonly held: Finding | undefined
}

/**
 * Asks for the deletion of what has expired; the Backups themselves carry it out. Nothing while the policy is suspended, and
 * nothing when more restore points would go at once than a person would expect. Failed runs hold no data worth a question:
 * of them as many go as leave at most ten on their way, so that a store that is down is not asked for all of them over and over.
 */
export const applyRetention = ({ policy, backups }: PolicyView, now: Date): RetentionDecision => {
  const { suspend, retention, failedHistoryLimit = 5 } = policy.spec
  if (suspend === true) return { effects: [], held: undefined }
  const { points, failed, ofFuture, earlier } = planRetention({ backups, retention, failedHistoryLimit, since: ownSince(policy), now })
  const { count, refusal } = consentIn(policy)
  if (points.length > Math.max(MAX_DELETIONS, count)) return { effects: [], held: tooMany(policy, points.length, refusal) }
  const leaving = backups.filter(isLeaving).length
  const expired = [...points, ...failed.slice(0, Math.max(0, MAX_DELETIONS - points.length - leaving))]
  return { effects: expired.map(requestDeletion), held: retention && together(ofEarlier(policy, earlier), notCounted(ofFuture, now)) }
}

const requestDeletion = ({ backup: { metadata }, reason }: Expired): Effect => {
  const request: DeletionRequest = { requestedBy: 'retention', reason }
  return {
    type: 'annotateBackup',
    target: { namespace: metadata.namespace, name: metadata.name, uid: metadata.uid ?? '' },
    annotations: { [ANNOTATION.deleteRequested]: JSON.stringify(request) },
  }
}

const together = (...findings: readonly (Finding | undefined)[]): Finding | undefined => {
  const told = findings.filter((finding) => finding !== undefined)
  return told[0] && { reason: told[0].reason, message: told.map(({ message }) => message).join('; ') }
}

const tooMany = (policy: BackupPolicy, count: number, refusal: string | undefined): Finding => {
  const what = `retention would delete ${count} restore points at once, more than ${MAX_DELETIONS}, so it deletes none${refusal === undefined ? '' : `; ${refusal}`}`
  return { reason: 'RetentionHeld', message: `${what}; if that is meant: ${commandTo(policy, `${ANNOTATION.allowDeletions}=${consentTo(count, policy)}`)}` }
}

const ofEarlier = (policy: BackupPolicy, { length }: readonly Backup[]): Finding | undefined => {
  if (length === 0) return undefined
  const [refusal, uid] = [adoptionRefusal(policy), policy.metadata.uid ?? '']
  const what = `${length} restore point${length === 1 ? ' is' : 's are'} older than this policy, of an earlier one of its name or made by a clock that was wrong, and kept${refusal === undefined ? '' : `; ${refusal}`}`
  return { reason: 'OlderThanPolicy', message: `${what}; to let its retention have them: ${commandTo(policy, `${ANNOTATION.adoptBackups}=${uid}`)}` }
}

const commandTo = ({ metadata: { name, namespace } }: BackupPolicy, annotation: string): string =>
  `kubectl annotate backuppolicies.holdfast.dev ${name} -n ${namespace} ${annotation} --overwrite`

// It names no time but the runs' own, so it stays the same until one of them has passed.
const notCounted = (ofFuture: readonly Backup[], now: Date): Finding | undefined => {
  const told = ofFuture.filter((backup) => endOf(backup) > now.getTime() + USUAL_SKEW_MS)
  if (told.length === 0) return undefined
  const names = told.slice(0, MAX_NAMED).map(({ metadata, status }) => `Backup ${metadata.name} (${status?.completionTime})`)
  const more = told.length > MAX_NAMED ? ` and ${told.length - MAX_NAMED} more` : ''
  const bad = told.find((backup) => !isGood(backup))
  const none = bad === undefined ? '' : `; no restore point is deleted meanwhile, because ${bad.metadata.name} may be the newest run and is not good`
  return { reason: 'CompletedInFuture', message: `a clock was wrong: kept and not counted until the time at which it says it ended: ${names.join(', ')}${more}${none}` }
}
