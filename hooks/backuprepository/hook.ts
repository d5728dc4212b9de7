import type { BackupRepository } from '../../schemas/generated/types.ts'
import type { Hook } from '../hook.ts'
import { customizeRepository } from './customize.ts'
import { decideRepository } from './decide.ts'
import type { Observed } from './model.ts'
import { observeRepository } from './observe.ts'

/** The webhook of BackupRepository. */
export const backupRepositoryHook: Hook<BackupRepository, Observed> = {
  kind: 'backuprepository',
  customize: customizeRepository,
  observe: observeRepository,
  decide: decideRepository,
}
