import type { BackupPolicy } from '../../schemas/generated/types.ts'
import type { Hook } from '../hook.ts'
import { lastApplied } from './children.ts'
import { customize } from './customize.ts'
import { decide } from './decide.ts'
import { observe, type Observed } from './observe.ts'

/** BackupPolicy: makes a Backup of every due slot, lets go of those that retention does not keep, and prunes the repository. */
export const backupPolicyHook: Hook<BackupPolicy, Observed> = { kind: 'backuppolicy', customize, observe, decide, kept: lastApplied }
