import { describeSelector } from '../selector.ts'
import type { Rule } from './rule.ts'

/** As many claims as one Backup can list. */
export const MAX_VOLUMES = 500

/** There must be something to back up, and not more than one run can hold. */
export const volumesRule: Rule = ({ view: { policy }, volumes: { names, skipped } }) => {
  const selector = `selector "${describeSelector(policy.spec.selector)}"`
  if (names.length > MAX_VOLUMES) {
    const found = `${selector} matches ${names.length} claims, more than the ${MAX_VOLUMES} of one policy`
    return { reason: 'TooManyVolumes', message: `${found}; divide them among several policies by labels` }
  }
  if (names.length > 0) return undefined
  const found = skipped.length === 0 ? 'no PersistentVolumeClaim of this namespace' : `nothing to back up (${skipped.join(', ')})`
  return { reason: 'NoVolumesMatched', message: `${selector} matches ${found}; correct it or label the claims` }
}
