import type { Effect } from '../effects/effect.ts'
import type { Decision } from '../hook.ts'
import { factsOf } from './facts.ts'
import { isFound, keepFound } from './found.ts'
import { handoverOf, takeBack } from './handover.ts'
import type { Observed, RestoreRequest } from './model.ts'
import type { Claim } from './objects.ts'

/**
 * The Restore is being deleted: its Jobs and temporary claims go, what was not published stays unpublished. A volume that was being
 * handed over gets its own reclaim policy back first, so that it goes the way of its temporary claim; the data is still in the Backup.
 */
export function finalizeRestore(request: RestoreRequest, observed: Observed): Decision {
  const effects = [...keepAllFound(request, observed), ...takeAllBack(request, observed)]
  const finalized = effects.length === 0
  return { status: { ...request.parent.status }, children: [], effects, finalized, ...(!finalized && { resyncAfterSeconds: 1 }) }
}

/** Volumes that were there before outlive the temporary claims that were given them. */
function keepAllFound({ parent }: RestoreRequest, { claims, persistentVolumes }: Observed): readonly Effect[] {
  const isOwn = (claim: Claim | null): boolean => claim?.metadata.ownerReferences?.some(({ uid }) => uid === parent.metadata.uid) === true
  const own = (Object.values(claims) as readonly (Claim | null)[]).filter(claim => claim !== null).filter(isOwn)
  return persistentVolumes.flatMap(volume => handoverOf(volume) === undefined && own.some(claim => isFound(claim, volume)) ? keepFound(volume) : [])
}

/** Takes back every handover of a Restore. */
export function takeAllBack(request: RestoreRequest, observed: Observed): readonly Effect[] {
  return observed.persistentVolumes
    .map(volume => handoverOf(volume))
    .filter(handover => handover !== undefined)
    .flatMap(({ source, target }) => takeBack(request.parent, factsOf(request, observed, { source, target })))
}
