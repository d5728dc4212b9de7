import type { BackupPolicy, BackupPolicyStatus } from '../../schemas/generated/types.ts'
import { selectorText } from '../actions/claims.ts'
import { fields, section } from '../output/fields.ts'
import { table, type Column } from '../output/table.ts'
import { PROGRAM } from '../cli/program.ts'
import { conditionLines } from './conditions.ts'

type Run = NonNullable<BackupPolicyStatus['history']>[number]

const RUNS: readonly Column<Run>[] = [
  { title: 'BACKUP', cell: run => run.backup },
  { title: 'STATUS', cell: run => run.status },
  { title: 'STARTED', cell: run => run.startTime },
  { title: 'COMPLETED', cell: run => run.completionTime },
  { title: 'MESSAGE', cell: run => run.message },
]

/** Sections about a BackupPolicy. */
export const describePolicy = ({ metadata, spec, status }: BackupPolicy): readonly string[] => [
  fields([
    ['Name', metadata.name], ['Namespace', metadata.namespace],
    ['Selector', selectorText(spec.selector) || '<every claim of the namespace>'], ['Claims now', status?.selectedVolumes],
    ['Strategy', spec.strategy ?? 'tar'], ['Repository', repositoryOf(spec)],
    ['Schedule', spec.schedule === undefined ? '<none> (on demand)' : `${spec.schedule} (${spec.timeZone ?? 'Etc/UTC'})`],
    ['Paused', spec.suspend ? 'yes: no scheduled run, no deletion' : undefined],
    ['Keep', retentionOf(spec)], ['Last slot', status?.lastScheduleTime], ['Last good run', status?.lastSuccessfulTime ?? '<none>'],
    ['Next run', spec.suspend ? undefined : status?.nextScheduleTime], ['Missed slots', status?.missedSlots || undefined], ['Restore points', status?.storedBackupCount],
  ]),
  ...conditionLines(status?.conditions),
  ...(status?.history ?? []).length > 0 ? [section('Runs', table(RUNS, status?.history ?? []))] : [],
]

/** What a person would type next. */
export const nextForPolicy = ({ metadata: { name, namespace }, spec }: BackupPolicy): string =>
  spec.suspend ? `${PROGRAM} policy resume ${name} -n ${namespace}` : `${PROGRAM} run ${name} --wait -n ${namespace}`

const repositoryOf = ({ repositoryRef, destination }: BackupPolicy['spec']): string | undefined => {
  if (destination !== undefined) return destination.url
  if (repositoryRef === undefined) return undefined
  return repositoryRef.kind === 'ClusterBackupRepository' ? `${repositoryRef.name} (of the cluster)` : repositoryRef.name
}

const retentionOf = ({ retention }: BackupPolicy['spec']): string => {
  const limits = [
    ...retention?.maxBackups === undefined ? [] : [`${retention.maxBackups} restore points`],
    ...retention?.maxAge === undefined ? [] : [`those younger than ${retention.maxAge}`],
  ]
  return limits.length === 0 ? 'everything' : `${limits.join(' and ')}, and always the last good one`
}
