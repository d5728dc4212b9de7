import type { Reason } from '../../lib/reasons.ts'
import type { BackupPolicy, Condition } from '../../schemas/generated/types.ts'

/** The condition by which a policy says that its retention keeps something for this reason. */
export const retentionHeld = ({ status }: BackupPolicy, reason: Reason): Condition | undefined =>
  status?.conditions?.find(condition => condition.type === 'RetentionHeld' && condition.status === 'True' && condition.reason === reason)
