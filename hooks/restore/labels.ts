import { givenLabels, type Labels } from '../../lib/source-labels.ts'
import type { KubeObject } from '../../schemas/generated/types.ts'
import type { PlannedVolume } from './model.ts'

/**
 * Labels that a claim takes over from its source, so that the policies that chose the one choose the other: only where it takes the source's place under its
 * own name. A copy gets none, for nobody has asked that it be backed up; nor does a claim of a restore point of a version before, which noted none.
 */
export function sourceLabels({ source, target, point }: PlannedVolume): Labels {
  return target === source ? givenLabels(point?.labels) : {}
}

/** What is said of a claim in its source's place that lacks labels of the source: a policy may have chosen that one by them. */
export function missingLabels({ source, target, point }: PlannedVolume, claim: KubeObject | undefined): string | undefined {
  if (target !== source) return undefined
  const missing = Object.entries(point?.labels ?? {}).filter(([key]) => claim?.metadata.labels?.[key] === undefined).map(([key, value]) => `${key}=${value}`)
  if (missing.length === 0) return undefined
  const namespace = claim?.metadata.namespace
  return `it has no label ${missing.join(', ')} of its source, by which other tools might prune it: a policy that selects by it does not select this claim (kubectl backup status -n ${namespace})`
}
