import { ANNOTATION } from '../../../lib/api.ts'
import { hasEnded, RESOURCE, type StoredBackup, type StoredRepository, type StoredRestore } from '../invariants/resources.ts'
import type { Goal, GoalParts } from './goal.ts'
import { healedAt } from './healed.ts'
import { repositoryNameOf } from './repositories.ts'

const MINUTE = 60_000

/** Every run and every restore has ended, and what was to be removed is gone. */
export const runsLeft: Goal = parts => [...backups(parts), ...restores(parts)]

/** Of a policy that runs often there may be one on its way at any time: one that was made since all is well gets half an hour. */
function backups({ api, engine, blame }: GoalParts): readonly string[] {
  const isYoung = ({ metadata: { creationTimestamp = '' } }: StoredBackup, since: number): boolean => Date.parse(creationTimestamp) > Math.max(engine.now() - 30 * MINUTE, since)
  return api.all<StoredBackup>(RESOURCE.backups).flatMap(backup => {
    const { metadata: { name, creationTimestamp = '' }, status: { phase, message } = {} } = backup
    if (phase === 'Deleting') return isRemovable(api, backup) && !isYoung(backup, healedAt({ blame })) ? [`Backup ${name} is still Deleting: ${message}`] : []
    if (isAskedFor(backup)) return [`Backup ${name} is ${phase}, though its deletion was asked for`]
    return hasEnded(phase) || isYoung(backup, 0) ? [] : [`Backup ${name} is ${phase ?? 'New'} since ${creationTimestamp}: ${message}`]
  })
}

/** Without its repository nobody can remove the data; the record says so until somebody brings the repository back. */
function isRemovable(api: GoalParts['api'], { metadata: { namespace }, spec }: StoredBackup): boolean {
  if (spec.strategy === 'snapshot') return true
  const name = spec.repositoryRef && repositoryNameOf(spec.repositoryRef)
  return name !== undefined && api.read<StoredRepository>(`/apis/holdfast.dev/v1alpha1/namespaces/${namespace}/backuprepositories/${name}`) !== undefined
}

function isAskedFor({ metadata: { annotations } }: StoredBackup): boolean {
  try {
    const { requestedBy } = JSON.parse(annotations?.[ANNOTATION.deleteRequested] ?? '{}') as { requestedBy?: unknown }
    return typeof requestedBy === 'string' && requestedBy !== ''
  } catch {
    return false
  }
}

function restores({ api }: GoalParts): readonly string[] {
  return api.all<StoredRestore>(RESOURCE.restores).flatMap(({ metadata: { name }, status: { phase, message } = {} }) => hasEnded(phase) ? [] : [`Restore ${name} is ${phase ?? 'New'}: ${message}`])
}
