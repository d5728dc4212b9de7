import { LABEL } from '../../../lib/api.ts'
import type { KubeObject } from '../../../schemas/generated/types.ts'
import type { Change } from '../api/api.ts'
import type { Invariant, Watched } from './invariant.ts'
import { isUs, ownerOf, RESOURCE } from './resources.ts'
import { skewOf } from './staleness.ts'

const NAME = 'D11'
/** A mover that has just started may not have been seen. */
const MOMENT = 60_000

/** D11. */
export function alone(watched: Watched): Invariant {
  return {
    name: NAME,
    title: 'D11 data of a run is removed when none of its movers is at work any more, for that might store it again',
    onChange(change) {
      const isRemoval = change.type === 'ADDED' && change.resource === RESOURCE.jobs && isUs(change.actor) && change.after.metadata.labels?.[LABEL.role] === 'delete'
      return isRemoval ? company(watched, change) : undefined
    },
  }
}

function company(watched: Watched, { after, at }: Change): string | undefined {
  const owner = ownerOf(after)
  const ofRun = (object: KubeObject): boolean => object.metadata.labels?.[LABEL.role] === 'backup' && object.metadata.labels[LABEL.backup] === after.metadata.labels?.[LABEL.backup]
  const isAtWork = (pod: KubeObject): boolean => (pod.status as { phase?: string } | undefined)?.phase === 'Running' && Date.parse(pod.metadata.creationTimestamp ?? '') < at - MOMENT - skewOf(watched)
  const pod = watched.api.all('v1/pods', after.metadata.namespace).find(candidate => ofRun(candidate) && isAtWork(candidate))
  return pod && `Job ${after.metadata.name} is to remove the data of Backup ${owner?.name}, and pod ${pod.metadata.name} of that run is at work`
}
