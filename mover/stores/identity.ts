import { randomUUID } from 'node:crypto'
import { TransientError, UserError } from '../../lib/errors.ts'
import type { Context } from '../run/context.ts'
import { readText, writeText, type Store } from './store.ts'

/** Object at the top of a store that tells it from every other: a UUID and a line feed, which never change. */
export const IDENTITY_KEY = 'holdfast-id'

/**
 * The identity of the task's store, which is given one if it has none. Where another was found before (`task.storeId`) none is given: an
 * empty place is a wiped bucket, a disk that is not mounted or a wrong url, and taking it for good would hide that all points are gone.
 * @throws UserError RepositoryMissing when the store is not the one that was here before
 */
export async function ensureIdentity(context: Context): Promise<string> {
  const { task, store } = context
  if (task.storeId !== undefined) return renewed(store, await requireIdentity(context, task.storeId))
  const found = await readIdentity(store)
  if (found !== undefined) return found
  await store.create(IDENTITY_KEY, Buffer.from(`${randomUUID()}\n`))
  // Read back: another check may have been first, a lost answer may have made ours look taken, and on some stores two may both seem to win.
  const given = await readIdentity(store)
  if (given !== undefined) return given
  throw unkept(store)
}

/**
 * Written again as it is: rules of buckets expire what is old, or move it to where it cannot be read at once. Only one that was known before
 * is: what was merely read may be a wrong answer, and would be the store's identity then. What does not arrive as it was sent is sent again.
 */
async function renewed(store: Store, identity: string): Promise<string> {
  for (let writes = 0; writes < 2; writes += 1) {
    await writeText(store, IDENTITY_KEY, `${identity}\n`)
    if (await readText(store, IDENTITY_KEY) === `${identity}\n`) return identity
  }
  throw unkept(store)
}

function unkept(store: Store): TransientError {
  return new TransientError('StoreUnreachable', `${store.description} does not give back ${IDENTITY_KEY}, which was just written. It will be tried again.`)
}

/**
 * Nothing is stored in, and nothing removed from, a store that is not the one that the task speaks of. A task that does not know any
 * (of a version before, or before the first check) is not held up.
 * @throws UserError RepositoryMissing
 */
export async function requireIdentity({ store }: Pick<Context, 'store'>, known: string): Promise<string> {
  const found = await readIdentity(store, known)
  if (found === known) return found
  throw new UserError('RepositoryMissing', `${store.description} is not the store that was here: its ${IDENTITY_KEY} ${found === undefined ? 'is not there' : `is ${found}`}, and ${known} is wanted. `
    + 'Nothing was written or removed. Bring that store back (is its disk mounted, is the url right?), or, if the change is meant, delete the BackupRepository object and make it again. '
    + 'A Backup whose data is gone with its store leaves without it: remove its annotation holdfast.dev/delete-requested, then `kubectl delete backup`.')
}

/**
 * One bad read shall neither be noted as a store's identity, nor make it somebody else's: anything but what is known counts only when it was
 * read twice in a row.
 */
async function readIdentity(store: Store, known?: string): Promise<string | undefined> {
  let last = await readText(store, IDENTITY_KEY)
  for (let reads = 1; reads < READS; reads += 1) {
    if (known !== undefined && last?.trim() === known) return known
    const again = await readText(store, IDENTITY_KEY)
    if (again === last) return parse(store, again)
    last = again
  }
  throw new TransientError('StoreUnreachable', `${store.description} gave different answers for ${IDENTITY_KEY}. It will be tried again.`)
}

/** Enough for one wrong answer among them, or for another check that writes meanwhile. */
const READS = 4

function parse(store: Store, text: string | undefined): string | undefined {
  if (text === undefined || UUID.test(text)) return text?.trim()
  throw new UserError('RepositoryDamaged', `${IDENTITY_KEY} in ${store.description} is not as it was written. Bring it back from a copy of the store; BackupRepository tells its value in status.storeId. Where that tells none, remove the object.`)
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\n?$/
