import { UserError } from '../../lib/errors.ts'
import type { RequestFacts } from './facts.ts'

/**
 * Throws UserError when the spec does not describe what the status says was done. Data is removed by what the spec names; what it
 * does not name any more would be forgotten together with its record.
 */
export function requireDescribed({ backup: { spec }, status, name }: Pick<RequestFacts, 'backup' | 'status' | 'name'>): void {
  const isSnapshot = spec.strategy === 'snapshot'
  const strange = status.volumes?.find(({ pvc, jobName, snapshotName }) => !spec.volumes.includes(pvc) || (isSnapshot ? jobName : snapshotName) !== undefined)
  if (strange === undefined) return
  throw new UserError('InvalidSpec', `Backup ${name} has volume ${strange.pvc} in its status, which spec.strategy and spec.volumes do not describe; nothing is removed until they are what they were`)
}
