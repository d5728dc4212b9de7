import { ANNOTATION } from '../../../lib/api.ts'
import { goodVolumes, isGood, isOfFuture } from '../invariants/points.ts'
import { wellFormed } from '../invariants/past.ts'
import { hasEnded, RESOURCE, type Condition, type StoredBackup, type StoredPolicy } from '../invariants/resources.ts'
import { isEarlier, isNamed, newestFirst } from '../invariants/retention-rules.ts'
import type { Goal, GoalParts } from './goal.ts'

/** A policy looks at least once an hour. */
const LATE = 75 * 60_000
const MINUTE = 60_000

/** What the rules name is gone or on its way, and the policy says what it keeps because a clock was wrong, or because it is of an earlier policy. */
export const retentionLeft: Goal = parts => parts.api.all<StoredPolicy>(RESOURCE.policies).flatMap(policy => isAtWork(policy) ? leftBy(parts, policy) : [])

function isAtWork({ metadata, spec, status }: StoredPolicy): boolean {
  return metadata.deletionTimestamp === undefined && spec.suspend !== true && trueOf(status, 'Ready') !== undefined && trueOf(status, 'RetentionHeld')?.reason !== 'RetentionHeld'
}

function trueOf(status: StoredPolicy['status'], wanted: string): Condition | undefined {
  return ((status?.conditions ?? []) as readonly Condition[]).find(({ type, status: its }) => type === wanted && its === 'True')
}

function leftBy({ api, engine }: GoalParts, policy: StoredPolicy): readonly string[] {
  const { metadata: { name, namespace }, spec } = policy
  const own = api.all<StoredBackup>(RESOURCE.backups, namespace).filter(backup => backup.spec.policy === name && backup.metadata.labels?.['holdfast.dev/policy'] !== undefined)
  const all = own.filter(({ status, metadata }) => hasEnded(status?.phase) && metadata.deletionTimestamp === undefined && !wellFormed(metadata.annotations?.[ANNOTATION.deleteRequested])).toSorted(newestFirst)
  const ended = all.filter(backup => !isOfFuture(backup, engine.now()))
  const present = ended.filter(backup => !isEarlier(backup, policy))
  const [newest, future] = [ended[0], all.filter(backup => isOfFuture(backup, engine.now()))]
  const wrong = spec.retention && (forgets(policy, all) ?? saysWrongly(policy, all, engine.now()))
  if (wrong !== undefined) return [`policy ${name} ${wrong}`]
  if (newest === undefined || ![newest, ...present.slice(0, 1), ...future].every(isGood) || Date.parse(newest.status?.completionTime ?? '') > engine.now() - MINUTE) return []
  const pinned = newestOfEachVolume(present)
  const left = present.filter(backup => isGood(backup) && !pinned.has(backup) && isNamed({ backup, ended: present, spec, at: engine.now() - LATE, skew: 0 }))
  return left.map(backup => `policy ${name} still has ${backup.metadata.name}, which its retention names`)
}

/** How many points of an earlier policy there are is said, and of none when there are none. */
function forgets(policy: StoredPolicy, all: readonly StoredBackup[]): string | undefined {
  const { length } = all.filter(backup => backup.status?.phase !== 'Failed' && isEarlier(backup, policy))
  const { reason, message = '' } = trueOf(policy.status, 'RetentionHeld') ?? {}
  const said = reason === 'OlderThanPolicy' ? Number.parseInt(message) : 0
  return said === length ? undefined : `says that ${said} restore points are of an earlier policy, and there are ${length}`
}

/** Around the moment in which it becomes known, or ends, both are right. */
function saysWrongly({ status }: StoredPolicy, all: readonly StoredBackup[], now: number): string | undefined {
  const says = trueOf(status, 'RetentionHeld')?.message?.includes('a clock was wrong') === true
  const silent = all.find(backup => isOfFuture(backup, now + 2 * MINUTE))
  if (!says && silent !== undefined) return `does not say that ${silent.metadata.name} is not counted, which ended in the future`
  return says && !all.some(backup => isOfFuture(backup, now - 2 * MINUTE)) ? 'says that a run of the future is not counted, and there is none' : undefined
}

function newestOfEachVolume(ended: readonly StoredBackup[]): ReadonlySet<StoredBackup> {
  const holders = new Map<string, StoredBackup>()
  for (const backup of ended) for (const pvc of goodVolumes(backup)) if (!holders.has(pvc)) holders.set(pvc, backup)
  return new Set(holders.values())
}
