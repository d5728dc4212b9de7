import type { Effect } from '../effects/effect.ts'
import type { Decision } from '../hook.ts'
import { factsOf } from './facts.ts'
import { handoverOf, takeBack } from './handover.ts'
import type { Observed, RestoreRequest } from './model.ts'

/**
 * The Restore is being deleted: its Jobs and temporary claims go, what was not published stays unpublished. A volume that was being
 * handed over gets its own reclaim policy back first, so that it goes the way of its temporary claim; the data is still in the Backup.
 */
export function finalizeRestore(request: RestoreRequest, observed: Observed): Decision {
  const effects = takeAllBack(request, observed)
  const finalized = effects.length === 0
  return { status: { ...request.parent.status }, children: [], effects, finalized, ...(!finalized && { resyncAfterSeconds: 1 }) }
}

/** Takes back every handover of a Restore. */
export function takeAllBack(request: RestoreRequest, observed: Observed): readonly Effect[] {
  return observed.persistentVolumes
    .map(volume => handoverOf(volume))
    .filter(handover => handover !== undefined)
    .flatMap(({ source, target }) => takeBack(request.parent, factsOf(request, observed, { source, target })))
}
