import { ANNOTATION } from '../../lib/api.ts'
import { storeOf } from '../jobs/store.ts'
import { moverJob, type MoverJobOptions } from '../jobs/mover-job.ts'
import type { Backup, BackupRepository, KubeObject, Task } from '../../schemas/generated/types.ts'
import { restoreAnnotations, restoreLabels } from './claims.ts'
import { namespaceOf, type VolumeInput } from './model.ts'
import { jobName, temporaryName } from './names.ts'
import { primeJob } from './prime-job.ts'
import { incompleteness } from './rules/point.ts'

/**
 * The Job that fills the temporary claim. Of a snapshot the storage has done so already: there the Job only is the first consumer,
 * which binds the volume and proves that it can be mounted. Undefined while the Backup or its repository are not seen.
 */
export function restoreJob(input: VolumeInput): KubeObject | undefined {
  const { backup, repository } = input
  if (backup?.spec.strategy === 'snapshot') return annotated(primeJob(input), input)
  if (backup === undefined || repository === undefined) return undefined
  return annotated(moverJob(moverOptions({ input, backup, repository })), input)
}

interface Sources {
  readonly input: VolumeInput
  readonly backup: Backup
  readonly repository: BackupRepository
}

function moverOptions({ input, backup, repository }: Sources): MoverJobOptions {
  const { restore, facts: { plan }, settings } = input
  const { image, custom, strategy } = backup.spec
  return {
    name: jobName(restore.metadata.name, plan.target),
    namespace: namespaceOf(restore),
    labels: restoreLabels(input),
    task: taskOf({ input, backup, repository }),
    repository: repository.spec,
    claim: { name: temporaryName(restore.metadata.name, plan.target), path: pathOf(plan.source), readOnly: false },
    ...(strategy === 'custom' && image !== undefined && custom?.restoreCommand && { custom: { image, spec: custom } }),
    mover: restore.spec.mover,
    settings,
    resticPassword: strategy === 'external' ? 'required' : 'none',
  }
}

function taskOf({ input: { restore, facts: { plan } }, backup, repository }: Sources): Task {
  const namespace = namespaceOf(restore)
  return {
    operation: 'restore',
    strategy: backup.spec.strategy as Task['strategy'],
    namespace,
    backup: backup.metadata.name,
    ...(backup.spec.policy !== undefined && { policy: backup.spec.policy }),
    volume: plan.source,
    path: pathOf(plan.source),
    ...(plan.point?.handle !== undefined && { handle: plan.point.handle }),
    // A record of another form is no reason not to restore: the manifest's own hash still holds.
    ...(/^[0-9a-f]{64}$/.test(plan.point?.sha256 ?? '') && { sha256: plan.point?.sha256 }),
    store: storeOf(repository.spec, namespace),
  }
}

/** A volume is always mounted at the path that it was backed up from. */
function pathOf(source: string): string {
  return `/volumes/${source}`
}

function annotated(job: KubeObject, input: VolumeInput): KubeObject {
  const { uid } = input.facts.temporary?.metadata ?? {}
  const missing = incompleteness(input.facts)
  const annotations = {
    ...job.metadata.annotations,
    ...restoreAnnotations(input),
    ...(uid !== undefined && { [ANNOTATION.claimUid]: uid }),
    ...(missing !== undefined && { [ANNOTATION.incomplete]: missing }),
  }
  return { ...job, metadata: { ...job.metadata, annotations } }
}
