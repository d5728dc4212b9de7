import type { Restore } from '../../schemas/generated/types.ts'
import type { Hook } from '../hook.ts'
import { customizeRestore } from './customize.ts'
import { decideRestore } from './decide.ts'
import type { Observed } from './model.ts'
import { kept } from './objects.ts'
import { observeRestore } from './observe.ts'

/** The webhook of kind Restore. */
export const restoreHook: Hook<Restore, Observed> = {
  kind: 'restore',
  customize: customizeRestore,
  observe: observeRestore,
  decide: decideRestore,
  kept,
}
