import { hasEnded, RESOURCE, type StoredRestore } from './invariants/resources.ts'
import type { World } from './world.ts'

/** How many Restores ended in which phase: while there were faults, and when everything was healed. */
export interface Outcomes {
  readonly underFaults: Readonly<Record<string, number>>
  readonly afterHealing: Readonly<Record<string, number>>
}

/** Counts from now on; each Restore once, however often its status is edited afterwards. */
export function countRestores({ api, faults }: Pick<World, 'api' | 'faults'>): Outcomes {
  const counts = { underFaults: {} as Record<string, number>, afterHealing: {} as Record<string, number> }
  const seen = new Set<string>()
  api.subscribe(({ resource, actor, after }) => {
    const { metadata: { uid = '' }, status: { phase } = {} } = after as StoredRestore
    if (resource !== RESOURCE.restores || actor !== 'metacontroller' || !hasEnded(phase) || seen.has(uid)) return
    seen.add(uid)
    const counted = faults.healed ? counts.afterHealing : counts.underFaults
    counted[phase ?? ''] = (counted[phase ?? ''] ?? 0) + 1
  })
  return counts
}
