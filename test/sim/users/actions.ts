import type { Action } from './action.ts'
import { BACKUP_ACTIONS } from './backups.ts'
import { CLAIM_ACTIONS } from './claims.ts'
import { MEDDLING } from './meddling.ts'
import { POLICY_ACTIONS } from './policies.ts'
import { REPOSITORY_ACTIONS } from './repositories.ts'
import { RESTORE_ACTIONS } from './restores.ts'

/** Everything that people do. */
export const ACTIONS: readonly Action[] = [...POLICY_ACTIONS, ...BACKUP_ACTIONS, ...RESTORE_ACTIONS, ...CLAIM_ACTIONS, ...REPOSITORY_ACTIONS, ...MEDDLING]
