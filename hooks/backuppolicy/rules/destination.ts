import { UserError } from '../../../lib/errors.ts'
import { nfsDestination, storeOf } from '../../jobs/store.ts'
import type { Rule } from './rule.ts'

/** The url of an inline destination must have the form of its type. */
export const destinationRule: Rule = ({ view: { policy: { spec, metadata } } }) => {
  const { destination } = spec
  if (destination === undefined) return undefined
  try {
    storeOf(destination, metadata.namespace ?? '')
    if (destination.type === 'nfs') nfsDestination(destination)
    return undefined
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    return { reason: error.reason, message: error.message }
  }
}
