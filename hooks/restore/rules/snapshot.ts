import type { KubeObject } from '../../../schemas/generated/types.ts'
import { isBound } from '../handover.ts'
import { startupTimeout, type Obstacle, type VolumeInput } from '../model.ts'
import type { VolumeSnapshot } from '../objects.ts'

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

/** A class that does not exist leaves a claim pending for ever, unless somebody makes the class or a matching volume. */
export function storageClassMissing({ restore, facts: { plan, temporary }, observed }: VolumeInput): Obstacle | undefined {
  const name = plan.storageClassName
  if (!name || observed.storageClasses[name] !== null || isBound(temporary)) return undefined
  const message = `StorageClass ${name} does not exist in this cluster; make it, or choose another with spec.volumes[].storageClassName in a new Restore`
  return { reason: 'VolumeNotBound', message, patienceSeconds: startupTimeout(restore) }
}

function snapshotOf({ backup, facts: { plan } }: VolumeInput): string | undefined {
  return backup?.spec.strategy === 'snapshot' ? plan.point?.snapshotName ?? '' : undefined
}
