import { deletionAsked, misunderstood } from '../../lib/deletion-request.ts'
import { isActive, isLeaving, usableVolumes } from '../../lib/phases.ts'
import type { Backup, BackupStatus, Volume } from '../../schemas/generated/types.ts'
import { took } from '../output/columns.ts'
import { fields, section } from '../output/fields.ts'
import { size } from '../output/size.ts'
import { table, type Column } from '../output/table.ts'
import { PROGRAM } from '../cli/program.ts'
import { messages } from './messages.ts'

const VOLUMES: readonly Column<Volume>[] = [
  { title: 'CLAIM', cell: volume => volume.pvc },
  { title: 'PHASE', cell: volume => volume.phase },
  { title: 'SIZE', cell: volume => size(volume.bytes) },
  { title: 'STORED', cell: volume => size(volume.bytesStored) },
  { title: 'FILES', cell: volume => volume.files },
  { title: 'ERRORS', cell: volume => volume.errors },
  { title: 'TIME', cell: took },
  { title: 'HANDLE', cell: volume => volume.handle },
]

/** Sections about a Backup. */
export const describeBackup = (backup: Backup): readonly string[] => {
  const { metadata, spec, status } = backup
  const volumes = status?.volumes ?? spec.volumes.map((pvc): Volume => ({ pvc, phase: 'Pending' }))
  return [
    fields([
      ['Name', metadata.name], ['Namespace', metadata.namespace], ['Policy', spec.policy ?? '<none> (made by hand)'], ['Slot', spec.slot],
      ['Strategy', spec.strategy], ['Repository', spec.repositoryRef?.name], ['Store id', status?.storeId], ['Snapshot class', spec.snapshotClassName],
      ['Phase', status?.phase ?? 'New'], ['Reason', status?.reason], ['Message', status?.message],
      ['Started', status?.startTime], ['Completed', status?.completionTime], ['Took', took(status)],
      ['Size', size(status?.bytes)], ['Files', status?.files], ['Unreadable files', status?.errors],
      ['Deletion', deletionOf(backup)], ['On kubectl delete', spec.deletionPolicy === 'Delete' ? 'the data goes too' : 'the data stays'],
    ]),
    section('Volumes', table(VOLUMES, volumes)),
    ...messages(volumes.map(volume => ({ name: volume.pvc, message: volume.message }))),
  ]
}

/** What a person would type next. */
export const nextForBackup = (backup: Backup): string | undefined => {
  const { name, namespace } = backup.metadata
  if (isLeaving(backup)) return undefined
  if (isActive(backup)) return `${PROGRAM} wait ${name} -n ${namespace}`
  const pvc = usableVolumes(backup)[0]
  if (pvc !== undefined) return `${PROGRAM} restore ${name} --volume ${pvc}=${pvc}-restored --wait -n ${namespace}`
  return backup.spec.strategy === 'snapshot' ? undefined : `${PROGRAM} logs ${name} -n ${namespace}`
}

const deletionOf = (backup: Backup): string | undefined => {
  const text = misunderstood(backup)
  const known = backup.status?.deletion ?? deletionAsked(backup)
  if (known === undefined) return text && `not understood, so nothing is removed: ${text.slice(0, 100)}`
  const { requestedBy, reason, failures }: NonNullable<BackupStatus['deletion']> = known
  return `asked for by ${requestedBy ?? '<unknown>'}${reason ? `: ${reason}` : ''}${failures ? ` (${failures} attempts failed)` : ''}`
}
