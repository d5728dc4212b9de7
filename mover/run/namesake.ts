import { UserError } from '../../lib/errors.ts'
import type { Point } from '../archive/manifest.ts'
import type { Context } from './context.ts'

/**
 * Whether what one run has made is not of the task's: a Backup that was deleted with kubectl leaves its data, and another one may
 * get its name. Data that does not say, and a task that does not, are taken for the same.
 */
export function isNamesake({ task }: Pick<Context, 'task'>, made: string | undefined): boolean {
  return task.run !== undefined && made !== undefined && made !== task.run
}

/** Throws when a point is an earlier Backup's: it is neither the answer, for it is old, nor to be replaced, for it was kept. */
export function refuseNamesake(context: Context, made: string | undefined, { volume, backup }: Point): void {
  if (!isNamesake(context, made)) return
  throw new UserError('TargetExists', `${context.store.description} holds a restore point of volume ${volume} by an earlier Backup ${backup}, whose record was deleted. `
    + 'It stays as it is, and nothing new was stored: make the Backup under another name.')
}
