import { UserError } from '../../../lib/errors.ts'
import { ensureIdentity } from './identity.ts'
import { ensureRepository } from './restic.ts'
import { contact, duration, type Steps, type Work } from './work.ts'

/** Whether backups can be written here; makes the restic repository when one is wanted and its password is known. */
export function* check(work: Work): Steps {
  const { task, store } = work
  yield duration(work, 500, 10_000)
  contact(work)
  yield duration(work, 100, 2000)
  const storeId = ensureIdentity(work)
  yield duration(work, 50, 500)
  if (task.restic !== true) return { operation: 'check', ok: true, storeId }
  if (!work.password) {
    return { storeId, operation: 'check', ok: true, message: 'The secret has no RESTIC_PASSWORD, so strategy external cannot be used here; tar and custom can.' }
  }
  const resticId = ensureRepository(work)
  yield duration(work, 100, 2000)
  if (task.resticId === undefined || task.resticId === resticId) return { operation: 'check', ok: true, storeId, resticId }
  throw new UserError('RepositoryMissing', `${store.location} holds the restic repository ${resticId} where ${task.resticId} was when it was last checked. `
    + 'Bring that back, or, if the change is meant, delete the BackupRepository object and make it again.')
}
