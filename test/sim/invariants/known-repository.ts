import { LABEL } from '../../../lib/api.ts'
import type { BackupRepository, KubeObject, Task } from '../../../schemas/generated/types.ts'
import type { Change } from '../api/api.ts'
import type { Invariant, Watched } from './invariant.ts'
import { pastOf } from './past.ts'
import { isUs, ownerOf, RESOURCE, uidOf, type StoredBackup } from './resources.ts'
import { STALE } from './staleness.ts'
import { childName } from '../../../lib/names.ts'

const NAME = 'D7'

/** D7. */
export function knownRepository(watched: Watched): Invariant {
  const past = pastOf(watched)
  return {
    name: NAME,
    title: 'D7 a mover that stores or removes is told which store and which restic repository were found there, so that nothing is done to another',
    onChange(change) {
      if (change.resource !== RESOURCE.jobs || change.type !== 'ADDED' || !isUs(change.actor)) return undefined
      const backup = past.backups.get(ownerOf(change.after)?.uid ?? '')?.latest
      return backup && (otherStore(watched, backup, change) ?? untold(watched, backup, change))
    },
  }
}

/** The store that the record speaks of: what may be removed is there and nowhere else. */
function otherStore({ blame }: Watched, backup: StoredBackup, { after, at }: Change): string | undefined {
  const { storeId } = backup.status ?? {}
  const told = taskOf(after)?.storeId
  if (storeId === undefined || told === storeId || blame.excuses(NAME, 'statusEdited', { subject: uidOf(backup as unknown as KubeObject), since: at - STALE })) return undefined
  return `Job ${after.metadata.name} is told store ${told}, and ${storeId} is where the data of Backup ${backup.metadata.name} is`
}

function untold({ api, blame }: Watched, { spec, metadata: { namespace } }: StoredBackup, { after, at }: Change): string | undefined {
  const { kind, name = '' } = spec.repositoryRef ?? {}
  const repository = api.read<BackupRepository>(`/apis/holdfast.dev/v1alpha1/namespaces/${namespace}/backuprepositories/${kind === 'ClusterBackupRepository' ? childName('cluster', name) : name}`)
  // What was found out a moment ago may not have been seen.
  if (repository === undefined || Date.parse(repository.status?.lastCheckTime ?? '') > at - STALE) return undefined
  const missing = untoldOf(repository, spec.strategy, after)
  const subject = uidOf(repository as KubeObject)
  if (missing === undefined || blame.excuses(NAME, 'statusEdited', { subject }) || blame.excuses(NAME, 'specEdited', { subject, since: at - STALE })) return undefined
  return `Job ${after.metadata.name} of ${name} is not told that ${missing} is there`
}

/** Of the restic repository only backups are told, and only while the repository is known as it is now. */
function untoldOf({ status = {}, metadata: { generation } }: BackupRepository, strategy: StoredBackup['spec']['strategy'], job: KubeObject): string | undefined {
  const task = taskOf(job)
  if (status.storeId !== undefined && task?.storeId === undefined) return `store ${status.storeId}`
  const isBackup = job.metadata.labels?.[LABEL.role] === 'backup' && strategy === 'external'
  return isBackup && status.resticId !== undefined && status.observedGeneration === generation && task?.resticId === undefined ? `restic repository ${status.resticId}` : undefined
}

function taskOf({ spec }: KubeObject): Task | undefined {
  const { containers = [] } = (spec as { template?: { spec?: { containers?: readonly { env?: readonly { name: string; value?: string }[] }[] } } } | undefined)?.template?.spec ?? {}
  const text = containers.flatMap(({ env = [] }) => env).find(({ name }) => name === 'HOLDFAST_TASK')?.value
  return text === undefined ? undefined : JSON.parse(text.replaceAll('$$', '$')) as Task
}
