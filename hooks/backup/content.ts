import { ANNOTATION, LABEL, MANAGED_BY } from '../../lib/api.ts'
import { labelValue } from '../../lib/names.ts'
import { TWIN_PREFIX } from '../../lib/retain-twin.ts'
import { parseTime } from '../../lib/timestamps.ts'
import type { KubeObject, Volume } from '../../schemas/generated/types.ts'
import type { Effect, Target } from '../effects/effect.ts'
import { labelsOf } from './children.ts'
import type { Facts, RequestFacts } from './facts.ts'
import { snapshotName } from './names.ts'
import type { Content } from './objects.ts'

/** Names a content and fences it. */
export function contentTarget(content: Content): Target {
  return { name: content.metadata.name, uid: content.metadata.uid ?? '' }
}

/** The snapshot in the storage that a content leads to; undefined before there is one. */
export function handleOf(content: Content): string | undefined {
  return content.status?.snapshotHandle ?? content.spec?.source?.snapshotHandle
}

/** What is leaving leads nowhere soon. */
export function isLeaving({ metadata }: Content): boolean {
  return metadata.deletionTimestamp !== undefined
}

/** Keeps a content until the driver's sidecar has done what its policy says. */
const BOUND_PROTECTION = 'snapshot.storage.kubernetes.io/volumesnapshotcontent-bound-protection'
const BEING_DELETED = 'snapshot.storage.kubernetes.io/volumesnapshot-being-deleted'

/**
 * Deletes a content whose VolumeSnapshot is gone. The driver's sidecar lets it go only once the snapshot controller has seen the VolumeSnapshot
 * go, and of one that was torn away, finalizers and all, that never says so (external-snapshotter 8, syncContent: nothing is triggered without
 * a VolumeSnapshot). A content that does not go is told in its place.
 */
export function removeContent(content: Content): readonly Effect[] {
  const target = contentTarget(content)
  const isStuck = isLeaving(content) && content.metadata.annotations?.[BEING_DELETED] === undefined
  const told: readonly Effect[] = isStuck ? [{ type: 'patchContent', target, annotations: { [BEING_DELETED]: 'yes' } }] : []
  return [...told, { type: 'deleteContent', target }]
}

/** Makes a content say whose it is, and keeps its data even if somebody changed its policy. Nothing when all is as it should be. */
export function markContent(facts: RequestFacts, pvc: string, content: Content): readonly Effect[] {
  const labels = contentLabels(facts, pvc)
  const annotations = contentAnnotations(facts, pvc)
  const marked = holds(content.metadata.labels, labels) && holds(content.metadata.annotations, annotations)
  if (marked && content.spec?.deletionPolicy === 'Retain') return []
  return [{ type: 'patchContent', target: contentTarget(content), labels, annotations, deletionPolicy: 'Retain' }]
}

/**
 * A content of its own for a snapshot that exists in the storage, to bind a new VolumeSnapshot to. It is protected from the beginning: the snapshot
 * controller does so only some time after it has bound it (external-snapshotter 8, syncContent), and one that is deleted before that goes without its data.
 */
export function reboundContent(facts: RequestFacts, volume: Volume, from: { name: string; old: Content | undefined }): KubeObject {
  const { sourceVolumeMode, volumeSnapshotClassName } = from.old?.spec ?? {}
  return {
    apiVersion: 'snapshot.storage.k8s.io/v1',
    kind: 'VolumeSnapshotContent',
    metadata: {
      name: from.name,
      finalizers: [BOUND_PROTECTION],
      labels: contentLabels(facts, volume.pvc),
      annotations: { ...secretsOf(from.old), ...contentAnnotations(facts, volume.pvc) },
    },
    spec: {
      deletionPolicy: 'Retain',
      driver: volume.driver,
      source: { snapshotHandle: volume.handle },
      ...(sourceVolumeMode && { sourceVolumeMode }),
      ...(volumeSnapshotClassName && { volumeSnapshotClassName }),
      volumeSnapshotRef: {
        apiVersion: 'snapshot.storage.k8s.io/v1',
        kind: 'VolumeSnapshot',
        name: snapshotName(facts.name, volume.pvc),
        namespace: facts.namespace,
      },
    },
  }
}

/** Whether a content belongs to this volume's VolumeSnapshot: nobody else's is ever changed or deleted. */
export function isOwn(facts: RequestFacts, pvc: string, content: Content): boolean {
  const ref = content.spec?.volumeSnapshotRef
  return ref?.namespace === facts.namespace && ref.name === snapshotName(facts.name, pvc)
}

/** The contents of a volume's VolumeSnapshots among all that were read. */
export function ownContents(facts: Facts, pvc: string): readonly Content[] {
  return (Object.values(facts.observed.contents) as readonly Content[]).filter((content) => isOwn(facts, pvc, content))
}

/**
 * Whether a content that nothing in the record tells of was made for it: its VolumeSnapshot was removed before its name was noted, or came
 * late under that name. One that is marked says whose it is. One that is older than the record, or was marked by a version that did not say
 * so, was made for another of the same name, whose data was to be kept; one of another class, for a person's VolumeSnapshot of that name.
 */
export function isForgotten(facts: RequestFacts, content: Content): boolean {
  const { creationTimestamp, annotations = {} } = content.metadata
  const isNamed = facts.backup.spec.volumes.some((pvc) => isOwn(facts, pvc, content))
  if (annotations[ANNOTATION.backupUid] !== undefined) return isNamed && annotations[ANNOTATION.backupUid] === facts.backup.metadata.uid
  const isYounger = (parseTime(creationTimestamp) ?? 0) >= (parseTime(facts.backup.metadata.creationTimestamp) ?? Infinity)
  const isOurs = content.spec?.volumeSnapshotClassName?.startsWith(`${TWIN_PREFIX}-`) === true
  return isYounger && isOurs && annotations[ANNOTATION.backup] === undefined && isNamed
}

/**
 * Whether a content proves that a volume's snapshot is this namespace's: only the cluster's administrators and controllers write
 * contents, while a status may have been written by whoever has every right in the namespace.
 */
export function proves(facts: RequestFacts, volume: Volume, content: Content): boolean {
  return isOwn(facts, volume.pvc, content) && handleOf(content) === volume.handle && content.spec?.driver === volume.driver
}

/** Whether an earlier Backup of this name, whose record was deleted, keeps data by a content. Those of an earlier version do not say which Backup it was. */
export function isOfNamesake({ name, backup: { metadata: { uid } } }: RequestFacts, { metadata }: KubeObject): boolean {
  const { labels, annotations, deletionTimestamp } = metadata
  const madeFor = annotations?.[ANNOTATION.backupUid]
  const isOurs = labels?.[LABEL.managedBy] === MANAGED_BY && annotations?.[ANNOTATION.backup] === name
  return isOurs && madeFor !== undefined && madeFor !== uid && deletionTimestamp === undefined
}

function contentLabels(facts: RequestFacts, pvc: string): Readonly<Record<string, string>> {
  return { ...labelsOf(facts, pvc), [LABEL.namespace]: labelValue(facts.namespace) }
}

function contentAnnotations({ name, backup: { metadata: { uid } } }: RequestFacts, pvc: string): Readonly<Record<string, string>> {
  return { [ANNOTATION.backup]: name, [ANNOTATION.volume]: pvc, ...(uid !== undefined && { [ANNOTATION.backupUid]: uid }) }
}

/** Names of the secrets that the driver needs to delete the snapshot one day. */
function secretsOf(content: Content | undefined): Readonly<Record<string, string>> {
  const annotations = Object.entries(content?.metadata.annotations ?? {})
  return Object.fromEntries(annotations.filter(([key]) => key.startsWith('snapshot.storage.kubernetes.io/deletion-secret-')))
}

function holds(present: Readonly<Record<string, string>> = {}, wanted: Readonly<Record<string, string>>): boolean {
  return Object.entries(wanted).every(([key, value]) => present[key] === value)
}
