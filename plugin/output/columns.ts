import type { Backup, BackupPolicy, BackupRepository, KubeObject, Restore } from '../../schemas/generated/types.ts'
import { age, humanDuration } from './age.ts'
import { size } from './size.ts'
import type { Column } from './table.ts'

/** Columns of `list`: what a person asks first, at most 80 characters for usual names; the rest with `-o wide`. */
export const backupColumns = (view: View): readonly Column<Backup>[] => [
  ...identity<Backup>(view),
  { title: 'POLICY', cell: backup => backup.spec.policy },
  { title: 'STRATEGY', cell: backup => backup.spec.strategy },
  { title: 'PHASE', cell: backup => backup.status?.phase ?? 'New' },
  { title: 'VOLUMES', cell: backup => backup.status?.volumesSummary ?? `0/${backup.spec.volumes.length}` },
  { title: 'SIZE', cell: backup => size(backup.status?.bytes) },
  { title: 'FILES', wide: true, cell: backup => backup.status?.files },
  { title: 'ERRORS', wide: true, cell: backup => backup.status?.errors },
  { title: 'DURATION', wide: true, cell: backup => took(backup.status) },
  { title: 'REPOSITORY', wide: true, cell: backup => backup.spec.repositoryRef?.name },
  { title: 'REASON', wide: true, cell: backup => backup.status?.reason },
  ...last<Backup>(view),
]

/** Columns of `list restores`. */
export const restoreColumns = (view: View): readonly Column<Restore>[] => [
  ...identity<Restore>(view),
  { title: 'BACKUP', cell: restore => restore.status?.backup ?? restore.spec.backup },
  { title: 'PHASE', cell: restore => restore.status?.phase ?? 'New' },
  { title: 'VOLUMES', cell: restore => restore.status?.volumesSummary },
  { title: 'SIZE', cell: restore => size(restore.status?.bytes) },
  { title: 'DURATION', wide: true, cell: restore => took(restore.status) },
  { title: 'POLICY', wide: true, cell: restore => restore.spec.policy },
  { title: 'REASON', wide: true, cell: restore => restore.status?.reason },
  ...last<Restore>(view),
]

/** Columns of `policy list`. */
export const policyColumns = (view: View): readonly Column<BackupPolicy>[] => [
  ...identity<BackupPolicy>(view),
  { title: 'STRATEGY', cell: policy => policy.spec.strategy ?? 'tar' },
  { title: 'SCHEDULE', cell: policy => policy.spec.schedule },
  { title: 'READY', cell: policy => policy.spec.suspend ? 'Paused' : ready(policy)?.status ?? 'Unknown' },
  { title: 'LAST-GOOD', cell: policy => policy.status?.lastSuccessfulTime && age(policy.status.lastSuccessfulTime, view.now) },
  { title: 'STORED', cell: policy => policy.status?.storedBackupCount },
  { title: 'NEXT-RUN', wide: true, cell: policy => policy.status?.nextScheduleTime },
  { title: 'TIMEZONE', wide: true, cell: policy => policy.spec.timeZone },
  { title: 'CLAIMS', wide: true, cell: policy => policy.status?.selectedVolumes },
  { title: 'REASON', wide: true, cell: policy => ready(policy)?.reason },
  ...last<BackupPolicy>(view),
]

/** Columns of `repository list`. */
export const repositoryColumns = (view: View): readonly Column<BackupRepository>[] => [
  ...identity<BackupRepository>(view),
  { title: 'TYPE', cell: repository => repository.spec.type },
  { title: 'URL', cell: repository => repository.spec.url },
  { title: 'PHASE', cell: repository => repository.status?.phase ?? 'New' },
  { title: 'CHECKED', cell: repository => repository.status?.lastCheckTime && age(repository.status.lastCheckTime, view.now) },
  { title: 'REASON', wide: true, cell: repository => repository.status?.reason },
  ...last<BackupRepository>(view),
]

export interface View {
  readonly now: Date
  /** Whether objects of several namespaces are shown. */
  readonly allNamespaces: boolean
}

/** The Ready condition. */
export const ready = (policy: BackupPolicy): { readonly status: string, readonly reason: string, readonly message: string } | undefined =>
  policy.status?.conditions?.find(condition => condition.type === 'Ready')

const identity = <T extends KubeObject>({ allNamespaces }: View): readonly Column<T>[] => [
  ...allNamespaces ? [{ title: 'NAMESPACE', cell: (object: T) => object.metadata.namespace }] : [],
  { title: 'NAME', cell: object => object.metadata.name },
]

const last = <T extends KubeObject>({ now }: View): readonly Column<T>[] => [
  { title: 'AGE', cell: object => age(object.metadata.creationTimestamp, now) },
]

/** Time from start to end; undefined while it is not over. */
export const took = (status: { readonly startTime?: string, readonly completionTime?: string } | undefined): string | undefined => {
  const seconds = (Date.parse(status?.completionTime ?? '') - Date.parse(status?.startTime ?? '')) / 1000
  return Number.isNaN(seconds) ? undefined : humanDuration(seconds)
}
