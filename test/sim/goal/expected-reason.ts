import { LABEL, MANAGED_BY } from '../../../lib/api.ts'
import { Cron } from 'croner'
import type { ClusterBackupRepository } from '../../../schemas/generated/types.ts'
import { RESOURCE, type StoredClaim, type StoredPolicy } from '../invariants/resources.ts'
import type { GoalParts } from './goal.ts'
import { repositoryNameOf } from './repositories.ts'

/** Why a policy with this spec can do nothing in this cluster; undefined when it can. Found without the product's rules. */
export function expectedReason(parts: GoalParts, policy: StoredPolicy): string | undefined {
  const { spec } = policy
  if (!isZone(spec.timeZone ?? 'Etc/UTC') && (spec.schedule === undefined || occurs(spec.schedule))) return 'InvalidTimeZone'
  if (spec.schedule !== undefined && !occurs(spec.schedule)) return 'InvalidSchedule'
  if (spec.strategy !== 'snapshot' && spec.pruneSchedule !== undefined && (!occurs(spec.pruneSchedule) || spec.pruneSchedule.endsWith('7'))) return 'InvalidSchedule'
  if (spec.retention?.maxAge !== undefined && !/[1-9]/.test(spec.retention.maxAge)) return 'InvalidSpec'
  if ((spec.selector.matchExpressions ?? []).some(({ operator, values }) => (operator === 'In' || operator === 'NotIn') !== ((values?.length ?? 0) > 0))) return 'InvalidSpec'
  return repositoryReason(parts, policy) ?? (selectedClaims(parts, policy).length === 0 ? 'NoVolumesMatched' : snapshotReason(parts, policy))
}

/** Claims with data that the policy's selector matches: neither temporary ones nor the destination. */
export function selectedClaims({ api }: Pick<GoalParts, 'api'>, { spec, metadata: { namespace } }: StoredPolicy): readonly StoredClaim[] {
  const { matchLabels = {}, matchExpressions = [] } = spec.selector
  const selects = ({ metadata: { labels = {} } }: StoredClaim): boolean => Object.entries(matchLabels).every(([key, value]) => labels[key] === value)
    && matchExpressions.every(({ key, operator }) => operator === 'Exists' ? labels[key] !== undefined : false)
  return api.all<StoredClaim>(RESOURCE.claims, namespace).filter(claim => selects(claim) && isSuitable(claim))
}

function isSuitable({ metadata: { name, labels, annotations, deletionTimestamp }, status }: StoredClaim): boolean {
  const isTemporary = labels?.[LABEL.role] !== undefined || (labels?.[LABEL.managedBy] === MANAGED_BY && annotations?.['holdfast.dev/restored-by'] === undefined)
  return deletionTimestamp === undefined && !isTemporary && name !== 'vault' && (status?.phase === 'Bound' || status?.phase === 'Lost')
}

function repositoryReason({ api }: GoalParts, { spec, metadata: { namespace = '' } }: StoredPolicy): string | undefined {
  const ref = spec.repositoryRef
  if (spec.strategy === 'snapshot' || ref === undefined) return undefined
  if (ref.kind === 'ClusterBackupRepository') {
    const cluster = api.read<ClusterBackupRepository>(`/apis/holdfast.dev/v1alpha1/clusterbackuprepositories/${ref.name}`)
    if (cluster === undefined) return 'RepositoryNotFound'
    return (cluster.spec.allowedNamespaces ?? []).some(allowed => allowed === '*' || allowed === namespace) ? undefined : 'RepositoryNotAllowed'
  }
  return api.read(`/apis/holdfast.dev/v1alpha1/namespaces/${namespace}/backuprepositories/${repositoryNameOf(ref)}`) === undefined ? 'RepositoryNotFound' : undefined
}

function snapshotReason({ api }: GoalParts, { spec }: StoredPolicy): string | undefined {
  if (spec.strategy !== 'snapshot') return undefined
  const classes = api.all(RESOURCE.snapshotClasses).filter(({ metadata }) => metadata.labels?.[LABEL.managedBy] !== MANAGED_BY).map(({ metadata }) => metadata.name)
  return (spec.snapshotClassName === undefined ? classes.length > 0 : classes.includes(spec.snapshotClassName)) ? undefined : 'NoSnapshotClass'
}

function occurs(schedule: string): boolean {
  try {
    return new Cron(schedule, { timezone: 'UTC', mode: '5-part', paused: true }).nextRun(new Date(Date.UTC(2026, 0, 1))) !== null
  } catch {
    return false
  }
}

function isZone(zone: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }) !== undefined && /^[A-Za-z]/.test(zone)
  } catch {
    return false
  }
}
