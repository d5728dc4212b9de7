import type { KubeObject } from '../../../schemas/generated/types.ts'
import { handleOf } from '../../backup/content.ts'
import type { Content } from '../../backup/objects.ts'
import { isBound } from '../handover.ts'
import { namespaceOf, startupTimeout, type Obstacle, type VolumeInput } from '../model.ts'
import type { PersistentVolume, VolumeSnapshot } from '../objects.ts'

/** The VolumeSnapshot object was deleted. The Backup's hook binds its content again, so it is worth waiting. */
export function snapshotMissing(input: VolumeInput): Obstacle | undefined {
  const name = snapshotOf(input)
  if (name === undefined || input.observed.snapshots[name]) return undefined
  const message = `VolumeSnapshot ${name || 'of this volume'} is missing; Holdfast makes it again from its content, if the snapshot still exists in the storage`
  return { reason: 'SnapshotLost', message, patienceSeconds: name === '' ? 0 : startupTimeout(input.restore) }
}

export function snapshotNotReady(input: VolumeInput): Obstacle | undefined {
  const name = snapshotOf(input)
  const status = (input.observed.snapshots[name ?? ''] as VolumeSnapshot | null | undefined)?.status
  if (name === undefined || status?.readyToUse === true) return undefined
  const because = status?.error?.message ? `: ${status.error.message}` : ''
  return { reason: 'SnapshotLost', message: `VolumeSnapshot ${name} is not ready to use${because}`, patienceSeconds: startupTimeout(input.restore) }
}

/**
 * A VolumeSnapshot of that name that leads to other data than the restore point: somebody made one in the place of ours. Ours is bound again
 * by the Backup's hook if the other one is the Backup's too, or is going. A claim that is there already may have been filled from the other.
 */
export function anotherSnapshot(input: VolumeInput): Obstacle | undefined {
  const { restore, backup, facts } = input
  const name = snapshotOf(input)
  if (name === undefined) return undefined
  const [found, leads] = [input.observed.snapshots[name], whereItLeads(input)]
  if (leads === 'nowhere') return { reason: 'SnapshotLost', message: `VolumeSnapshot ${name} does not tell yet which snapshot it is`, patienceSeconds: startupTimeout(restore) }
  if (leads === 'there') return undefined
  const makesRoom = found?.metadata.deletionTimestamp !== undefined || found?.metadata.ownerReferences?.some(({ uid }) => uid === backup?.metadata.uid) === true
  const message = `VolumeSnapshot ${namespaceOf(restore)}/${name} leads to another snapshot than the restore point; when nobody needs that one and it is deleted, Holdfast binds its own again`
  return { reason: 'SnapshotLost', message, patienceSeconds: makesRoom && facts.temporaryIs !== 'ours' ? startupTimeout(restore) : 0 }
}

/** The volume is made, and the VolumeSnapshot of the name now leads elsewhere: nobody knows which of the two it was made from. */
export function replacedSnapshot(input: VolumeInput): Obstacle | undefined {
  const name = snapshotOf(input)
  const [snapshot, leads] = [input.observed.snapshots[name ?? ''] as VolumeSnapshot | null | undefined, whereItLeads(input)]
  if (name === undefined || snapshot?.status?.readyToUse !== true || leads === 'there') return undefined
  const what = leads === 'nowhere' ? 'does not tell any more which snapshot it is' : 'was replaced by another while the volume was made from it'
  const message = `VolumeSnapshot ${namespaceOf(input.restore)}/${name} ${what}, so nothing is published; start a new Restore`
  return { reason: 'SnapshotLost', message, patienceSeconds: leads === 'nowhere' ? startupTimeout(input.restore) : 0 }
}

/** Told by the content alone, which only controllers and administrators write, and by one that is bound to this very object. */
function whereItLeads({ observed, facts: { plan: { point } } }: VolumeInput): 'there' | 'elsewhere' | 'nowhere' {
  const snapshot = observed.snapshots[point?.snapshotName ?? ''] as VolumeSnapshot | null | undefined
  const content = observed.contents[snapshot?.status?.boundVolumeSnapshotContentName ?? ''] as Content | null | undefined
  const boundTo = content?.spec?.volumeSnapshotRef?.uid
  const handle = content && handleOf(content)
  if (!content || !boundTo || handle === undefined) return 'nowhere'
  const isSame = handle === point?.handle && (point.driver === undefined || content.spec?.driver === point.driver)
  return isSame && boundTo === snapshot?.metadata.uid ? 'there' : 'elsewhere'
}

/** Another driver would ignore the snapshot or refuse it; one that ignores it makes an empty volume. */
export function wrongDriver(input: VolumeInput): Obstacle | undefined {
  const { plan } = input.facts
  const driver = plan.point?.driver
  const storageClass = input.observed.storageClasses[plan.storageClassName ?? '']
  if (snapshotOf(input) === undefined || driver === undefined || !storageClass) return undefined
  const provisioner = (storageClass as KubeObject & { provisioner?: string }).provisioner
  if (provisioner === driver) return undefined
  const message = `StorageClass ${plan.storageClassName} is of ${provisioner}, but the snapshot is of ${driver}; choose a class of ${driver} in a new Restore`
  return { reason: 'InvalidSpec', message, patienceSeconds: 0 }
}

/**
 * The volume tells who made it. Provisioners that are no CSI drivers do not look at a claim's dataSource and make an empty volume, and the class need
 * not be the one that was asked for: a claim without one gets the cluster's default, and admission may write another.
 */
export function madeByAnother(input: VolumeInput, volume: PersistentVolume): Obstacle | undefined {
  const { plan } = input.facts
  const driver = plan.point?.driver
  const maker = volume.spec?.csi?.driver
  if (snapshotOf(input) === undefined || maker === (driver ?? maker ?? '')) return undefined
  const message = `PersistentVolume ${volume.metadata.name} was made by ${maker ?? 'no CSI driver'}${classOf(volume)}, and not from the snapshot${driver ? `, which is of ${driver}` : ''}: nothing is published; `
    + `name a class of the snapshot's driver in volumes[].storageClassName of a new Restore`
  return { reason: 'ForeignVolume', message, patienceSeconds: 0 }
}

function classOf({ spec }: PersistentVolume): string {
  return spec?.storageClassName ? ` (StorageClass ${spec.storageClassName})` : ''
}

/** A class that does not exist leaves a claim pending for ever, unless somebody makes the class or a matching volume. */
export function storageClassMissing({ restore, facts: { plan, temporary }, observed }: VolumeInput): Obstacle | undefined {
  const name = plan.storageClassName
  if (!name || observed.storageClasses[name] !== null || isBound(temporary)) return undefined
  const message = `StorageClass ${name} does not exist in this cluster; make it, or choose another with spec.volumes[].storageClassName in a new Restore`
  return { reason: 'VolumeNotBound', message, patienceSeconds: startupTimeout(restore) }
}

/**
 * A claim that asks for no class gets the cluster's default as it is made, or once there is one; without one it stays pending. So it is with
 * points of claims that had none, or that were gone before they could be looked at.
 */
export function storageClassUnknown({ restore, facts: { plan: { storageClassName, source }, temporary } }: VolumeInput): Obstacle | undefined {
  if (storageClassName !== undefined || temporary === undefined || temporary.spec?.storageClassName !== undefined || isBound(temporary)) return undefined
  const message = `the backup does not tell a StorageClass of ${source}, and this cluster has no default; name one with spec.volumes[].storageClassName in a new Restore`
  return { reason: 'VolumeNotBound', message, patienceSeconds: startupTimeout(restore) }
}

function snapshotOf({ backup, facts: { plan } }: VolumeInput): string | undefined {
  return backup?.spec.strategy === 'snapshot' ? plan.point?.snapshotName ?? '' : undefined
}
