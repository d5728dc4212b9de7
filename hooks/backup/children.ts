import { LABEL, MANAGED_BY } from '../../lib/api.ts'
import { labelValue } from '../../lib/names.ts'
import { isUsable } from '../../lib/repository-record.ts'
import type { BackupRepository, KubeObject, Task, Volume } from '../../schemas/generated/types.ts'
import { moverJob, type MoverJobOptions } from '../jobs/mover-job.ts'
import { nodeOf } from '../jobs/node.ts'
import { storeOf } from '../jobs/store.ts'
import type { Facts, RequestFacts } from './facts.ts'
import { deleteJobName, jobName, snapshotName } from './names.ts'
import { storeIdOf } from './store-id.ts'

/** Labels of what belongs to a Backup, and to one of its volumes when that is given. */
export function labelsOf({ backup }: RequestFacts, pvc?: string): Readonly<Record<string, string>> {
  const { policy } = backup.spec
  return {
    [LABEL.managedBy]: MANAGED_BY,
    [LABEL.backup]: labelValue(backup.metadata.name),
    ...(policy && { [LABEL.policy]: labelValue(policy) }),
    ...(pvc && { [LABEL.volume]: labelValue(pvc) }),
  }
}

/** The Job that backs a volume up. */
export function backupJob(facts: Facts, repository: BackupRepository, about: { volume: Volume; attempt: 1 | 2 }): KubeObject {
  const { spec } = facts.backup
  const { pvc } = about.volume
  const path = `/volumes/${pvc}`
  const resticId = isUsable(repository) ? repository.status?.resticId : undefined
  const custom = spec.strategy === 'custom' && spec.image && spec.custom ? { custom: { image: spec.image, spec: spec.custom } } : {}
  return moverJob({
    ...common(facts, repository),
    ...custom,
    name: jobName(facts.name, pvc, about.attempt),
    labels: labelsOf(facts, pvc),
    claim: { name: pvc, path, readOnly: true },
    node: isBoundToNode(about.volume) ? nodeOf(pvc, facts.observed.activePods) : undefined,
    task: {
      ...commonTask(facts, repository),
      operation: 'backup',
      volume: pvc,
      path,
      time: facts.startTime,
      allowEmpty: spec.allowEmpty ?? false,
      ...(spec.strategy === 'external' && resticId && { resticId }),
      ...(spec.strategy !== 'external' && { compression: spec.mover?.compression ?? 'zstd' }),
    },
  })
}

/** The Job that removes the data of all volumes from the repository. */
export function deleteJob(facts: Facts, repository: BackupRepository, attempt: number): KubeObject {
  return moverJob({
    ...common(facts, repository),
    name: deleteJobName(facts.name, attempt),
    labels: labelsOf(facts),
    task: { ...commonTask(facts, repository), operation: 'delete', points: pointsOf(facts) },
  })
}

/** The VolumeSnapshot of a volume, taken from its claim or bound to a content that is there already. */
export function snapshotOf(facts: RequestFacts, pvc: string, spec: object): KubeObject {
  return {
    apiVersion: 'snapshot.storage.k8s.io/v1',
    kind: 'VolumeSnapshot',
    metadata: { name: snapshotName(facts.name, pvc), namespace: facts.namespace, labels: labelsOf(facts, pvc) },
    spec,
  }
}

type Common = Pick<MoverJobOptions, 'namespace' | 'repository' | 'mover' | 'settings' | 'resticPassword'>

function common({ backup, namespace, settings }: Facts, repository: BackupRepository): Common {
  const resticPassword = backup.spec.strategy === 'external' ? 'required' : 'none'
  return { namespace, repository: repository.spec, mover: backup.spec.mover, settings, resticPassword }
}

function commonTask(facts: Facts, repository: BackupRepository): Pick<Task, 'strategy' | 'namespace' | 'backup' | 'run' | 'policy' | 'storeId' | 'store'> {
  const { backup, name, namespace } = facts
  const { strategy, policy } = backup.spec
  const { uid } = backup.metadata
  const storeId = storeIdOf(facts)
  return {
    strategy: strategy as Task['strategy'],
    namespace,
    backup: name,
    ...(uid && { run: uid }),
    ...(policy && { policy }),
    ...(storeId && { storeId }),
    store: storeOf(repository.spec, namespace),
  }
}

/** A volume that only one node may mount: the mover has to go where it is in use. */
function isBoundToNode({ accessModes = [] }: Volume): boolean {
  return accessModes.includes('ReadWriteOnce') && !accessModes.includes('ReadWriteMany')
}

/** A process environment holds 128 KiB a variable at most; without handles the mover goes by the Backup's name. */
const POINTS_LIMIT = 90_000

function pointsOf({ backup, status }: Facts): NonNullable<Task['points']> {
  const handles = new Map(status.volumes?.map(({ pvc, handle }) => [pvc, handle]))
  const points = backup.spec.volumes.map((volume) => ({ volume, ...(handles.get(volume) && { handle: handles.get(volume) }) }))
  return JSON.stringify(points).length <= POINTS_LIMIT ? points : points.map(({ volume }) => ({ volume }))
}
