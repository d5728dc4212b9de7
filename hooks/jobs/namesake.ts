import type { KubeObject } from '../../schemas/generated/types.ts'
import type { Finding } from './finding.ts'
import { isChildOf } from './owner.ts'

/**
 * What is said of a Job, or VolumeSnapshot, that has the name of one that `parent` wants, and is not its own. Metacontroller passes over a
 * name that is taken as if it had made it, so nobody else tells. Undefined when the name is free, or will be by itself: it is the parent's and no cache
 * shows it yet, is being deleted, or is of a former parent of this name. `whose` is what the name belongs to: `the check`.
 */
export function namesakeFinding(namesake: KubeObject | undefined, parent: KubeObject, whose: string): Finding | undefined {
  if (namesake === undefined || isChildOf(namesake, parent) || isGoing(namesake, parent)) return undefined
  const { kind, metadata: { name, namespace } } = namesake
  const makeWay = `unless somebody needs it, delete it: kubectl delete ${kind.toLowerCase()} ${name} -n ${namespace}`
  const message = `${kind} ${name} has the name of ${whose}'s ${kind}, but is not its own, or lost its owner; ${makeWay}`
  return { reason: 'TargetExists', message }
}

function isGoing({ metadata: { deletionTimestamp, ownerReferences = [] } }: KubeObject, parent: KubeObject): boolean {
  return deletionTimestamp !== undefined || ownerReferences.some(({ kind }) => kind === parent.kind)
}
