import { ANNOTATION } from '../../../lib/api.ts'
import { hasEnded, RESOURCE, type Condition, type StoredBackup, type StoredPolicy } from '../invariants/resources.ts'
import { isNamed, newestFirst } from '../invariants/retention-rules.ts'
import type { Goal, GoalParts } from './goal.ts'

/** A policy looks at least once an hour. */
const LATE = 75 * 60_000

/** What the rules name is gone or on its way. */
export const retentionLeft: Goal = parts => parts.api.all<StoredPolicy>(RESOURCE.policies).flatMap(policy => isAtWork(policy) ? leftBy(parts, policy) : [])

function isAtWork({ metadata, spec, status }: StoredPolicy): boolean {
  const conditions = (status?.conditions ?? []) as readonly Condition[]
  const holds = (type: string): boolean => conditions.some(condition => condition.type === type && condition.status === 'True')
  return metadata.deletionTimestamp === undefined && spec.suspend !== true && holds('Ready') && !holds('RetentionHeld')
}

function leftBy({ api, engine }: GoalParts, { metadata: { name, namespace }, spec }: StoredPolicy): readonly string[] {
  const own = api.all<StoredBackup>(RESOURCE.backups, namespace).filter(backup => backup.spec.policy === name && backup.metadata.labels?.['holdfast.dev/policy'] !== undefined)
  const ended = own.filter(({ status, metadata }) => hasEnded(status?.phase) && metadata.deletionTimestamp === undefined && metadata.annotations?.[ANNOTATION.deleteRequested] === undefined).toSorted(newestFirst)
  const newest = ended[0]
  if (newest?.status?.phase !== 'Completed' || Date.parse(newest.status.completionTime ?? '') > engine.now() - 60_000) return []
  const pinned = newestOfEachVolume(ended)
  const left = ended.filter(backup => backup.status?.phase === 'Completed' && !pinned.has(backup) && isNamed({ backup, ended, spec, at: engine.now() - LATE, skew: 0 }))
  return left.map(backup => `policy ${name} still has ${backup.metadata.name}, which its retention names`)
}

function newestOfEachVolume(ended: readonly StoredBackup[]): ReadonlySet<StoredBackup> {
  const holders = new Map<string, StoredBackup>()
  for (const backup of ended) for (const { pvc, phase } of backup.status?.volumes ?? []) if (phase === 'Completed' && backup.status?.phase !== 'Failed' && !holders.has(pvc)) holders.set(pvc, backup)
  return new Set(holders.values())
}
