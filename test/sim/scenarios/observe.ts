import type { KubeObject } from '../../../schemas/generated/types.ts'
import type { Setting } from './stage.ts'

/** Kinds whose objects are the outcome of a story, as apiVersion and kind. Jobs and pods are the way there; they go with time. */
export const OBSERVED = [
  'holdfast.dev/v1alpha1/Backup', 'holdfast.dev/v1alpha1/BackupPolicy', 'holdfast.dev/v1alpha1/BackupRepository', 'holdfast.dev/v1alpha1/Restore',
  'batch/v1/Job', 'batch/v1/CronJob', 'v1/PersistentVolumeClaim', 'v1/PersistentVolume',
  'snapshot.storage.k8s.io/v1/VolumeSnapshot', 'snapshot.storage.k8s.io/v1/VolumeSnapshotContent', 'snapshot.storage.k8s.io/v1/VolumeSnapshotClass',
] as const

/** Fields that differ between two runs of one story, or between a model and the real thing, without meaning anything. */
const DROPPED = new Set(['uid', 'resourceVersion', 'generation', 'managedFields', 'creationTimestamp', 'message', 'bytes', 'bytesStored', 'files', 'sha256', 'handle', 'snapshotHandle',
  'volumeHandle', 'storeId', 'resticId', 'checkedKey', 'size', 'restoreSize', 'capacity', 'deletionGracePeriodSeconds'])
const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g
const TIME = /\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?Z/g

/** One line an object, sorted: what can be compared. Of the cluster's objects only those that belong to the story's namespace, and its class with the twin. */
export function observe(setting: Pick<Setting, 'namespace' | 'snapshotClass'>, objects: readonly KubeObject[]): readonly string[] {
  return objects.filter(object => belongs(setting, object)).map(line).toSorted()
}

function belongs({ namespace, snapshotClass }: Pick<Setting, 'namespace' | 'snapshotClass'>, { kind, metadata, spec }: KubeObject & { readonly spec?: { readonly claimRef?: Owner; readonly volumeSnapshotRef?: Owner } }): boolean {
  if (kind === 'PersistentVolume') return spec?.claimRef?.namespace === namespace
  if (kind === 'VolumeSnapshotContent') return spec?.volumeSnapshotRef?.namespace === namespace
  return kind === 'VolumeSnapshotClass' ? metadata.name.includes(snapshotClass) : metadata.namespace === namespace
}

/** The same without the times in the names of runs that a schedule has started, and what is made from UIDs: two worlds do not have the same. */
export function comparable(lines: readonly string[]): readonly string[] {
  return lines.map(text => text.replaceAll(SLOT, '$1<slot>').replaceAll(REBOUND, '$1<uid>')).toSorted()
}

const SLOT = /(\b[a-z]+-)\d{8}-\d{4}\b/g
const REBOUND = /(-rebound-)[0-9a-f]{8}\b/g

interface Owner { readonly namespace?: string }

function line(object: KubeObject): string {
  const { labels, annotations, finalizers, ownerReferences, name, deletionTimestamp } = object.metadata
  const seen = {
    name,
    labels: only(labels, key => key.startsWith('holdfast.dev/') || key.startsWith('app.kubernetes.io/')),
    annotations: only(annotations, key => key.startsWith('holdfast.dev/') && !key.endsWith('restore-result')),
    finalizers: finalizers?.filter(name => name.startsWith('metacontroller')).toSorted(),
    owners: ownerReferences?.map(owner => `${owner.kind}/${owner.name}`),
    leaving: deletionTimestamp !== undefined,
    ...details(object),
  }
  return `${object.kind} ${mask(JSON.stringify(pruned(seen)))}`
}

/** Our own objects whole; of others what a backup product answers for. */
function details(object: KubeObject): object {
  const { spec, status } = object as { spec?: Record<string, unknown>; status?: Record<string, unknown> }
  switch (object.kind) {
    case 'PersistentVolumeClaim': return { phase: status?.phase, class: spec?.storageClassName, source: (spec?.dataSource as { name?: string } | undefined)?.name }
    case 'PersistentVolume': return { phase: status?.phase, reclaim: spec?.persistentVolumeReclaimPolicy, claim: (spec?.claimRef as { name?: string } | undefined)?.name }
    case 'VolumeSnapshot': return { source: Object.keys(spec?.source as object), ready: status?.readyToUse }
    case 'VolumeSnapshotContent': return { policy: spec?.deletionPolicy, snapshot: (spec?.volumeSnapshotRef as { name?: string } | undefined)?.name, ready: status?.readyToUse }
    case 'VolumeSnapshotClass': return { policy: (object as { deletionPolicy?: string }).deletionPolicy }
    case 'Job': return { ended: (status?.conditions as readonly { type: string; status: string }[] | undefined)?.filter(condition => condition.status === 'True').map(({ type }) => type).toSorted() }
    case 'CronJob': return { schedule: spec?.schedule }
    default: return { spec, status }
  }
}

function only(map: Readonly<Record<string, string>> | undefined, wanted: (key: string) => boolean): object | undefined {
  const entries = Object.entries(map ?? {}).filter(([key]) => wanted(key)).sort(([a], [b]) => a < b ? -1 : 1)
  return entries.length === 0 ? undefined : Object.fromEntries(entries)
}

function pruned(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(pruned)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).filter(([key]) => !DROPPED.has(key)).sort(([a], [b]) => a < b ? -1 : 1).map(([key, inner]) => [key, pruned(inner)]))
}

function mask(text: string): string {
  return text.replaceAll(UUID, '<uid>').replaceAll(TIME, '<time>').replaceAll(/[0-9a-f]{64}/g, '<hash>')
}
