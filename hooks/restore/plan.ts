import { usableVolumes } from '../../lib/phases.ts'
import type { Backup, Restore, Volume } from '../../schemas/generated/types.ts'
import type { PlannedVolume } from './model.ts'

/**
 * The claims to make, in a fixed order: those of the spec, else every volume of the restore point under its own name, else (the
 * Backup is gone) those of the status.
 */
export function planVolumes(restore: Restore, backup: Backup | undefined): readonly PlannedVolume[] {
  return wanted(restore, backup).map(({ source, target, storageClassName, size, labels }) => {
    const point = pointOf(backup, source)
    return { source, target: target ?? source, storageClassName: storageClassName ?? point?.storageClassName, size, labels, ...(point && { point }) }
  })
}

type Wanted = Omit<PlannedVolume, 'target' | 'point'> & { readonly target?: string }

function wanted({ spec, status }: Restore, backup: Backup | undefined): readonly Wanted[] {
  if (spec.volumes !== undefined && spec.volumes.length > 0) return spec.volumes
  if (backup !== undefined) return backup.spec.volumes.map(source => ({ source }))
  return (status?.volumes ?? []).map(({ source, target }) => ({ source, target }))
}

/** The volume's entry in the Backup; also one that is not usable, so that the reason can be told. */
function pointOf(backup: Backup | undefined, source: string): Volume | undefined {
  return backup?.status?.volumes?.find(({ pvc }) => pvc === source)
}

/** Volumes that can be restored from a Backup, for messages. */
export function offered(backup: Backup): string {
  const names = usableVolumes(backup)
  return names.length === 0 ? 'none' : names.slice(0, 20).join(', ') + (names.length > 20 ? ', …' : '')
}
