import type { Backup } from '../../schemas/generated/types.ts'
import type { Hook } from '../hook.ts'
import { customize } from './customize.ts'
import { decide } from './decide.ts'
import { mention } from './objects.ts'
import { observe, type BackupObserved } from './observe.ts'

/** The webhook of Backup: one run, its restore point, and the removal of its data. */
export const backupHook: Hook<Backup, BackupObserved> = { kind: 'backup', customize, observe, decide, kept: mention }
