import { ANNOTATION, LABEL, MANAGED_BY } from '../../../lib/api.ts'
import type { Backup, BackupPolicySpec, BackupStatus, KubeObject, Restore } from '../../../schemas/generated/types.ts'
import type { Sample } from './history.ts'

/** Objects as histories begin with them; what a test is about it says itself. */
const NAMESPACE = 'shop'

interface About {
  readonly name?: string
  readonly annotations?: Readonly<Record<string, string>>
  readonly deletionTimestamp?: string
}

function metadata({ name = 'nightly-1', annotations, deletionTimestamp }: About, labels: Readonly<Record<string, string>> = {}): KubeObject['metadata'] {
  return { name, namespace: NAMESPACE, labels: { [LABEL.managedBy]: MANAGED_BY, ...labels }, ...(annotations && { annotations }), ...(deletionTimestamp && { deletionTimestamp }) }
}

/** A Backup of volume `data` by policy `nightly`. */
export function backup({ status, spec, ...about }: About & { readonly status?: BackupStatus; readonly spec?: Partial<Backup['spec']> } = {}): Sample {
  return { apiVersion: 'holdfast.dev/v1alpha1', kind: 'Backup', metadata: metadata(about), spec: { policy: 'nightly', strategy: 'tar', volumes: ['data'], ...spec }, ...(status && { status }) }
}

/** A status in which all is told. */
export function ended(phase: 'Completed' | 'PartiallyFailed' | 'Failed', completionTime = '2026-11-21T10:00:00Z', pvc = 'data'): BackupStatus {
  const isGood = phase === 'Completed'
  return {
    phase, completionTime, reason: isGood ? 'Completed' : 'MoverFailed', message: 'it ended',
    volumes: [{ pvc, phase, completionTime, jobName: `${pvc}-job`, ...(isGood && { handle: `archive/${pvc}/nightly-1` }) }],
  }
}

/** The same, with the snapshot of every volume lost. */
export function lost(status: BackupStatus): BackupStatus {
  return { ...status, volumes: (status.volumes ?? []).map(volume => ({ ...volume, reason: 'SnapshotLost' })) }
}

/** BackupPolicy `nightly`, every quarter of an hour. */
export function policy({ spec, status, ...about }: About & { readonly spec?: Partial<BackupPolicySpec>; readonly status?: object } = {}): Sample {
  return { apiVersion: 'holdfast.dev/v1alpha1', kind: 'BackupPolicy', metadata: metadata({ name: 'nightly', ...about }), spec: { selector: {}, strategy: 'tar', schedule: '*/15 * * * *', ...spec }, ...(status && { status }) }
}

export function restore({ status, spec, ...about }: About & { readonly status?: Restore['status']; readonly spec?: Restore['spec'] } = {}): Sample {
  return { apiVersion: 'holdfast.dev/v1alpha1', kind: 'Restore', metadata: metadata({ name: 'again', ...about }), spec: { backup: 'nightly-1', ...spec }, ...(status && { status }) }
}

/** A Job of an owner, running. */
export function job(owner: KubeObject, { name = 'data-job', role = 'backup', status = {} as object, ...about }: About & { readonly role?: string; readonly status?: object } = {}): Sample {
  const ownerReferences = [{ apiVersion: owner.apiVersion, kind: owner.kind, name: owner.metadata.name, uid: owner.metadata.uid ?? '', controller: true }]
  return { apiVersion: 'batch/v1', kind: 'Job', metadata: { ...metadata({ name, ...about }, { [LABEL.role]: role, [LABEL.volume]: 'data' }), ownerReferences }, spec: { template: {} }, status }
}

export const COMPLETE = { conditions: [{ type: 'Complete', status: 'True' }] }

/** A user's claim, bound. */
export function claim({ name = 'data', annotations, labels, ...about }: About & { readonly labels?: Readonly<Record<string, string>> } = {}): Sample {
  return { apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name, namespace: NAMESPACE, ...(labels && { labels }), ...(annotations && { annotations }), ...about }, spec: { volumeName: `pv-${name}` }, status: { phase: 'Bound' } }
}

/** The volume of a claim. */
export function volume(of: KubeObject, { policy: persistentVolumeReclaimPolicy = 'Delete', ...about }: About & { readonly policy?: string } = {}): Sample {
  const { namespace, name, uid } = of.metadata
  return {
    apiVersion: 'v1', kind: 'PersistentVolume', metadata: { name: `pv-${name}`, ...about },
    spec: { csi: { driver: 'csi.sim', volumeHandle: `vol-${name}` }, persistentVolumeReclaimPolicy, claimRef: { namespace, name, uid } }, status: { phase: 'Bound' },
  }
}

/** The content of a VolumeSnapshot. */
export function content(deletionPolicy: 'Retain' | 'Delete', snapshot = 'nightly-1-snap-data', labelled = true): Sample {
  return {
    apiVersion: 'snapshot.storage.k8s.io/v1', kind: 'VolumeSnapshotContent',
    metadata: { name: `content-of-${snapshot}`, ...(labelled && { labels: { [LABEL.managedBy]: MANAGED_BY }, annotations: { [ANNOTATION.backup]: 'nightly-1' } }) },
    spec: { deletionPolicy, volumeSnapshotRef: { namespace: NAMESPACE, name: snapshot } }, status: { snapshotHandle: 'snap-1' },
  }
}

/** A deletion request as the annotation has it. */
export function request(requestedBy: string): Readonly<Record<string, string>> {
  return { [ANNOTATION.deleteRequested]: JSON.stringify({ requestedBy, reason: 'because' }) }
}

/** The three conditions, as one sees them on a good thing or a bad one. */
export function conditions(ready: boolean, lastTransitionTime = '2026-11-21T10:00:00Z'): object[] {
  const all = [['Ready', ready], ['Reconciling', false], ['Stalled', !ready]] as const
  return all.map(([type, holds]) => ({ type, status: holds ? 'True' : 'False', reason: ready ? 'Completed' : 'MoverFailed', message: '', lastTransitionTime, observedGeneration: 1 }))
}
