import { isTerminal } from '../../lib/phases.ts'
import type { Restore, RestoreStatus } from '../../schemas/generated/types.ts'
import { took } from '../output/columns.ts'
import { fields, section } from '../output/fields.ts'
import { size } from '../output/size.ts'
import { table, type Column } from '../output/table.ts'
import { PROGRAM } from '../cli/program.ts'
import { messages } from './messages.ts'

type Target = NonNullable<RestoreStatus['volumes']>[number]

const TARGETS: readonly Column<Target>[] = [
  { title: 'SOURCE', cell: volume => volume.source },
  { title: 'TARGET', cell: volume => volume.target },
  { title: 'PHASE', cell: volume => volume.phase },
  { title: 'SIZE', cell: volume => size(volume.bytes) },
  { title: 'FILES', cell: volume => volume.files },
  { title: 'TIME', cell: took },
]

/** Sections about a Restore. */
export const describeRestore = ({ metadata, spec, status }: Restore): readonly string[] => {
  const asked = (spec.volumes ?? []).map((volume): Target => ({ source: volume.source, target: volume.target ?? volume.source, phase: 'Pending' }))
  const volumes = status?.volumes ?? asked
  return [
    fields([
      ['Name', metadata.name], ['Namespace', metadata.namespace], ['Backup', status?.backup ?? spec.backup ?? '<not chosen yet>'],
      ['Policy', spec.policy], ['As of', spec.asOf], ['Phase', status?.phase ?? 'New'], ['Reason', status?.reason], ['Message', status?.message],
      ['Started', status?.startTime], ['Completed', status?.completionTime], ['Took', took(status)],
      ['Size', size(status?.bytes)], ['Files', status?.files],
    ]),
    ...volumes.length > 0 ? [section('Volumes', table(TARGETS, volumes))] : [],
    ...messages(volumes.map(volume => ({ name: volume.target, message: volume.message }))),
  ]
}

/** What a person would type next. A Restore that has failed is not tried again, and its logs have gone with its Jobs: a new one needs a point. */
export const nextForRestore = ({ metadata: { name, namespace }, status }: Restore): string | undefined => {
  if (!isTerminal(status?.phase)) return `${PROGRAM} wait restore/${name} -n ${namespace}`
  if (status?.phase === 'Completed') return `kubectl get pvc -n ${namespace}`
  const failed = status?.volumes?.find(volume => volume.phase === 'Failed')
  return `${PROGRAM} list ${failed === undefined ? '' : `--pvc ${failed.source} `}-n ${namespace}`
}
