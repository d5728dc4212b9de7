import { UserError } from '../../../lib/errors.ts'
import { hash, type Work } from './work.ts'

/** The identity of a store, which is given one if it has none and none is known. */
export function ensureIdentity(work: Work): string {
  const { store, task, engine } = work
  if (task.storeId !== undefined) return requireIdentity(work, task.storeId)
  const digits = hash(`identity of ${store.location} ${engine.now()} ${engine.steps}`)
  store.storeId ??= [digits.slice(0, 8), digits.slice(8, 12), digits.slice(12, 16), digits.slice(16, 20), digits.slice(20, 32)].join('-')
  return store.storeId
}

/** What a backup, a deletion and a prune do is done to the store that their task knows, and to no other. */
export function requireKnown(work: Work): void {
  const { storeId } = work.task
  if (storeId !== undefined) requireIdentity(work, storeId)
}

function requireIdentity({ store }: Work, known: string): string {
  if (store.storeId === known) return known
  throw new UserError('RepositoryMissing', `${store.location} is not the store that was here: its holdfast-id ${store.storeId === undefined ? 'is not there' : `is ${store.storeId}`}, and ${known} is wanted. `
    + 'Nothing was written or removed. Bring that store back (is its disk mounted, is the url right?), or, if the change is meant, delete the BackupRepository object and make it again. '
    + 'A Backup whose data is gone with its store leaves without it: remove its annotation holdfast.dev/delete-requested, then `kubectl delete backup`.')
}
