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
    title: 'D7 a mover that backs up to a known restic repository is told which one, so that none is made in the place of one that is gone',
    onChange(change) {
      if (change.resource !== RESOURCE.jobs || change.type !== 'ADDED' || !isUs(change.actor)) return undefined
      const backup = past.backups.get(ownerOf(change.after)?.uid ?? '')?.latest
      return change.after.metadata.labels?.[LABEL.role] === 'backup' && backup?.spec.strategy === 'external' ? untold(watched, backup, change) : undefined
    },
  }
}

function untold({ api, blame }: Watched, { spec, metadata: { namespace } }: StoredBackup, { after, at }: Change): string | undefined {
  const { kind, name = '' } = spec.repositoryRef ?? {}
  const repository = api.read<BackupRepository>(`/apis/holdfast.dev/v1alpha1/namespaces/${namespace}/backuprepositories/${kind === 'ClusterBackupRepository' ? childName('cluster', name) : name}`)
  const { resticId, lastCheckTime = '', observedGeneration } = repository?.status ?? {}
  if (repository === undefined || resticId === undefined || taskOf(after)?.resticId !== undefined) return undefined
  // What was found out a moment ago may not have been seen; what is out of date is not known any more.
  if (Date.parse(lastCheckTime) > at - STALE || observedGeneration !== repository.metadata.generation) return undefined
  const subject = uidOf(repository as KubeObject)
  if (blame.excuses(NAME, 'statusEdited', { subject }) || blame.excuses(NAME, 'specEdited', { subject, since: at - STALE })) return undefined
  return `Job ${after.metadata.name} backs up to ${name} and is not told that restic repository ${resticId} is there`
}

function taskOf({ spec }: KubeObject): Task | undefined {
  const { containers = [] } = (spec as { template?: { spec?: { containers?: readonly { env?: readonly { name: string; value?: string }[] }[] } } } | undefined)?.template?.spec ?? {}
  const text = containers.flatMap(({ env = [] }) => env).find(({ name }) => name === 'HOLDFAST_TASK')?.value
  return text === undefined ? undefined : JSON.parse(text.replaceAll('$$', '$')) as Task
}
