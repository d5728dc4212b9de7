import { parseDuration } from '../../../lib/durations.ts'
import { UserError } from '../../../lib/errors.ts'
import type { Rule } from './rule.ts'

/** maxAge must be a duration of more than nothing. */
export const retentionRule: Rule = ({ view: { policy: { spec } } }) => {
  const maxAge = spec.retention?.maxAge
  if (maxAge === undefined) return undefined
  try {
    if (parseDuration(maxAge) > 0) return undefined
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    return { reason: error.reason, message: `retention.maxAge: ${error.message}` }
  }
  return { reason: 'InvalidSpec', message: `retention.maxAge: ${maxAge} would keep nothing; write a duration such as 30d, or remove it` }
}
