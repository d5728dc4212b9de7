import { ANNOTATION } from '../../../lib/api.ts'
import type { Effect } from '../../../hooks/effects/effect.ts'
import type { Change } from '../api/api.ts'
import type { HookCall, Invariant, Watched } from './invariant.ts'
import { clockOf, policyIn } from './fresh-policy.ts'
import { pastOf, wellFormed, type Past, type PastBackup } from './past.ts'
import { goodVolumes, heldVolumes, isGood, isOfFuture } from './points.ts'
import { hasEnded, RESOURCE, uidOf, type StoredBackup, type StoredPolicy } from './resources.ts'
import { isEarlier, isNamed, newestFirst } from './retention-rules.ts'
import { skewOf } from './staleness.ts'

const NAME = 'S6'
/** As long as a call may take, and what it has sent may be on its way. */
const MOMENT = 30_000

/**
 * S6. The rules are judged by what the hook was shown, and by what it has read since. That the newest good point of a volume stays is
 * judged by what the API server holds: a stale cache excuses nothing there, only that the newer point was removed by somebody, or lost,
 * just now.
 */
export function retention(watched: Watched): Invariant {
  const past = pastOf(watched)
  return {
    name: NAME,
    title: 'S6 retention never takes the newest good point of a volume, nothing that its rules do not name, nothing of an earlier policy, and nothing while suspended or after a run that was not good; runs of the future are not counted',
    onCall: call => call.kind === 'backuppolicy' && call.effects.length > 0 ? unlawful(watched, call) : undefined,
    onChange(change) {
      if (change.resource !== RESOURCE.backups || change.actor !== 'hooks' || change.type !== 'MODIFIED') return undefined
      const requester = requesterOf(change.after)
      if (requester === undefined || requesterOf(change.before) !== undefined) return undefined
      if (requester !== 'retention') return `the deletion of Backup ${change.after.metadata.name} was asked for in the name of ${requester}`
      return goingOn(watched, change) ?? lastCopy(watched, past, change)
    },
  }
}

interface Request {
  readonly parent: StoredPolicy
  readonly related: Readonly<Record<string, Readonly<Record<string, StoredBackup>>>>
}

function unlawful(watched: Watched, call: HookCall): string | undefined {
  const { effects, at } = call
  const parent = policyIn(call)
  const doomed = effects.filter(isRetention).map(({ target }) => target.name)
  if (doomed.length === 0) return undefined
  if (parent.spec.suspend === true) return `retention takes ${doomed.join(', ')} while policy ${parent.metadata.name} is suspended`
  const own = backupsIn(call).filter(({ spec }) => spec.policy === parent.metadata.name)
  const clock = clockOf(call)
  const all = own.filter(backup => hasEnded(backup.status?.phase) && !isLeaving(backup)).toSorted(newestFirst)
  const ended = all.filter(backup => !isOfFuture(backup, clock))
  const present = ended.filter(backup => !isEarlier(backup, parent))
  const newest = [...ended.slice(0, 1), ...present.slice(0, 1)]
  const holding = [...newest, ...all.filter(backup => isOfFuture(backup, clock))].find(backup => !isGood(backup))
  const skew = skewOf(watched)
  for (const name of doomed) {
    const backup = ended.find(({ metadata }) => metadata.name === name)
    if (backup === undefined) return `retention takes Backup ${name}, which has not ended, says that it ended in the future, is leaving already, or is none of the policy's`
    if (holding !== undefined && (newest.includes(backup) || !isBarren(backup))) return `retention takes Backup ${name} while ${newest.includes(holding) ? 'the newest run' : 'a run of the future,'} ${holding.metadata.name} is ${holding.status?.phase}, and not good`
    if (!present.includes(backup) && !isBarren(backup)) return `retention takes Backup ${name}, which is older than policy ${parent.metadata.name}, and nobody let it have that`
    if (!isNamed({ backup, ended: backup.status?.phase === 'Failed' ? ended : present, spec: parent.spec, at, skew })) return `retention takes Backup ${name} (${backup.status?.phase}), which no rule of policy ${parent.metadata.name} names`
  }
  return undefined
}

/** Those of the first list that it has asked for, else of the request. */
function backupsIn({ request, heard = [] }: HookCall): readonly StoredBackup[] {
  const listed = heard.find(({ call: { method, path } }) => method === 'GET' && path.endsWith('/backups'))
  if (listed !== undefined) return (JSON.parse(listed.received.text) as { items: readonly StoredBackup[] }).items
  return Object.values((request as Request).related['Backup.holdfast.dev/v1alpha1'] ?? {})
}

function isRetention(effect: Effect): effect is Extract<Effect, { readonly type: 'annotateBackup' }> {
  return effect.type === 'annotateBackup' && effect.annotations[ANNOTATION.deleteRequested] !== undefined
}

/** A failed run of which nothing can be stored. */
function isBarren({ status }: StoredBackup): boolean {
  return status?.phase === 'Failed' && (status.volumes ?? []).every(({ handle, snapshotName }) => handle === undefined && snapshotName === undefined)
}

/** The hook was shown one that had ended; this is another of its name. */
function goingOn({ blame }: Watched, { after }: Change): string | undefined {
  const { metadata: { name }, status } = after as unknown as StoredBackup
  if (hasEnded(status?.phase) || status?.phase === 'Deleting' || blame.excuses(NAME, 'statusEdited', { subject: uidOf(after) })) return undefined
  return `retention takes Backup ${name}, which is ${status?.phase ?? 'New'}`
}

function lastCopy(watched: Watched, past: Past, { after, at }: Change): string | undefined {
  const doomed = past.backups.get(uidOf(after)) as PastBackup
  const { namespace, name, latest } = doomed
  const clock = watched.api.now()
  const newer = past.backupsOf(namespace, latest.spec.policy ?? '')
    .filter(other => other !== doomed && !isOfFuture(other.latest, clock) && newestFirst(other.latest, latest) < 0)
  const there = newer.filter(({ goneAt, latest: other }) => goneAt === undefined && !isLeaving(other))
  const lost = goodVolumes(latest).find(pvc => !there.some(other => goodVolumes(other.latest).includes(pvc)))
  if (lost === undefined) return undefined
  const removed = newer.some(other => heldVolumes(other.latest).includes(lost) && isOthersDoing(watched, other, at))
  return removed ? undefined : `retention takes Backup ${name}, which holds the newest good point of volume ${lost}`
}

/** Somebody removed the newer point, or asked for that, or it was found to be lost, and the hook could not know it yet. */
function isOthersDoing({ blame }: Watched, { uid, latest, lostAt = -Infinity }: PastBackup, at: number): boolean {
  if (lostAt >= at - MOMENT) return true
  if (requesterOf(latest) === 'retention') return false
  return (['deleted', 'metadataEdited', 'statusEdited'] as const).some(deed => blame.excuses(NAME, deed, { subject: uid, since: at - MOMENT }))
}

function isLeaving({ metadata, status }: StoredBackup): boolean {
  return status?.phase === 'Deleting' || metadata.deletionTimestamp !== undefined || wellFormed(metadata.annotations?.[ANNOTATION.deleteRequested])
}

function requesterOf(object: { readonly metadata: StoredBackup['metadata'] } | undefined): string | undefined {
  const text = object?.metadata.annotations?.[ANNOTATION.deleteRequested]
  try {
    return text === undefined ? undefined : (JSON.parse(text) as { requestedBy?: string }).requestedBy ?? ''
  } catch {
    return ''
  }
}
