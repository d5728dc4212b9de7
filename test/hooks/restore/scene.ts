import type { DecideInput } from '../../../hooks/hook.ts'
import { handoverOf } from '../../../hooks/restore/handover.ts'
import type { Observed, VolumeInput } from '../../../hooks/restore/model.ts'
import { factsOf } from '../../../hooks/restore/facts.ts'
import { planVolumes } from '../../../hooks/restore/plan.ts'
import type { Backup, BackupRepository, KubeObject, Restore } from '../../../schemas/generated/types.ts'
import { backup, repository, restore, SETTINGS, START, storageClass } from './samples.ts'

export interface Scene {
  readonly restore?: Restore
  readonly backups?: readonly Backup[]
  readonly repositories?: readonly BackupRepository[]
  readonly children?: readonly KubeObject[]
  readonly relatedClaims?: readonly KubeObject[]
  readonly observed?: Partial<Observed>
  readonly now?: Date
  readonly finalizing?: boolean
}

/** Input of `decide` for a moment in the life of a restore. */
export function sceneInput(scene: Scene = {}): DecideInput<Restore, Observed> {
  const { children = [], finalizing = false, now = START } = scene
  const byName = (objects: readonly { metadata: KubeObject['metadata'] }[]) => Object.fromEntries(objects.map(object => [`shop/${object.metadata.name}`, object])) as Record<string, KubeObject>
  return {
    request: {
      parent: scene.restore ?? restore(),
      children: { 'PersistentVolumeClaim.v1': byName(children.filter(({ kind }) => kind !== 'Job')), 'Job.batch/v1': byName(children.filter(({ kind }) => kind === 'Job')) },
      related: {
        'Backup.holdfast.dev/v1alpha1': byName(scene.backups ?? [backup()]),
        'BackupRepository.holdfast.dev/v1alpha1': byName(scene.repositories ?? [repository()]),
        'PersistentVolumeClaim.v1': byName(scene.relatedClaims ?? []),
      },
      finalizing,
    },
    observed: { claims: {}, persistentVolumes: [], unseenJobs: {}, pods: {}, events: {}, snapshots: {}, contents: {}, storageClasses: { fast: storageClass('fast') }, ...scene.observed },
    now,
    settings: SETTINGS,
  }
}

/** Input of the rules and steps of the first volume of a scene. */
export function volumeInput(scene: Scene = {}, changes: Partial<VolumeInput> = {}): VolumeInput {
  const { request, observed, now, settings } = sceneInput(scene)
  const chosen = scene.backups === undefined ? backup() : scene.backups[0]
  const plan = planVolumes(request.parent, chosen)[0] ?? { source: 'data', target: 'data' }
  const facts = factsOf(request, observed, plan)
  const found = scene.repositories === undefined ? repository() : scene.repositories[0]
  return { restore: request.parent, facts, backupName: 'nightly-20261121-0200', backup: chosen, repository: found, observed, free: true, now, settings, ...changes }
}

/** A PersistentVolume between two claims. */
export function heldVolume(changes: { claimRef?: object; phase?: string; target?: string } = {}): KubeObject {
  const { target = 'data', phase = 'Released', claimRef = { namespace: 'shop', name: `again-tmp-${target}`, uid: 'uid-tmp' } } = changes
  const handover = {
    source: target, target, backup: 'nightly-20261121-0200', temporaryClaim: `again-tmp-${target}`, reclaimPolicy: 'Delete',
    since: '2026-11-21T09:00:00Z', size: '1Gi', accessModes: ['ReadWriteOnce'], bytes: 1000, files: 10,
  }
  const volume: KubeObject = {
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    metadata: {
      name: `pv-${target}`, uid: `uid-pv-${target}`, resourceVersion: '7',
      labels: { 'holdfast.dev/restore-uid': 'restore-uid' },
      annotations: { 'holdfast.dev/handover': JSON.stringify(handover) },
    },
    spec: { persistentVolumeReclaimPolicy: 'Retain', storageClassName: 'fast', accessModes: ['ReadWriteOnce'], capacity: { storage: '1Gi' }, claimRef },
    status: { phase },
  }
  if (!handoverOf(volume)) throw new Error('the sample is no handover')
  return volume
}

export const OWNED = { ownerReferences: [{ kind: 'Restore', name: 'again', uid: 'restore-uid', controller: true }] }
export const PUBLISHED = { annotations: { 'holdfast.dev/restored-by': 'shop/again', 'holdfast.dev/restore-uid': 'restore-uid' } }
