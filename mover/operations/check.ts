import { randomBytes } from 'node:crypto'
import { UserError } from '../../lib/errors.ts'
import type { Result } from '../../schemas/generated/types.ts'
import { ensureRepository, repositoryId } from '../restic/initialise.ts'
import type { Context } from '../run/context.ts'
import { ensureIdentity } from '../stores/identity.ts'
import { readText, writeText, type Store } from '../stores/store.ts'

/**
 * Whether backups can be written, read and removed: proved by doing so with a small object; and whether the store is the one that was
 * here before. Makes the restic repository when one is wanted and its password is known; without a password only the strategies tar and
 * custom can use the place.
 */
export async function check(context: Context): Promise<Result> {
  await probe(context)
  const storeId = await ensureIdentity(context)
  return { ...await checkRestic(context), storeId }
}

async function checkRestic(context: Context): Promise<Result> {
  if (context.task.restic !== true) return { operation: 'check', ok: true }
  if (!context.env.RESTIC_PASSWORD) {
    return { operation: 'check', ok: true, message: 'The secret has no RESTIC_PASSWORD, so strategy external cannot be used here; tar and custom can.' }
  }
  await ensureRepository(context)
  const resticId = await repositoryId(context)
  const { task, store } = context
  if (task.resticId === undefined || task.resticId === resticId) return { operation: 'check', ok: true, resticId }
  throw new UserError('RepositoryMissing', `${store.description} holds the restic repository ${resticId} where ${task.resticId} was when it was last checked. `
    + 'Bring that back, or, if the change is meant, delete the BackupRepository object and make it again.')
}

async function probe({ store }: Context): Promise<void> {
  const key = `probe-${randomBytes(8).toString('hex')}`
  const text = `${key}\n`
  const found = await writtenAndRead(store, key, text)
  await store.delete(key)
  if (found === text && await store.head(key) === undefined) return
  throw new UserError('InvalidDestination', `${store.description} does not give back what was written to it, or keeps what was removed. Check that it is a store that answers at once with what was last written.`)
}

async function writtenAndRead(store: Store, key: string, text: string): Promise<string | undefined> {
  try {
    await writeText(store, key, text)
    return await readText(store, key)
  } catch (error) {
    await store.delete(key).catch(() => undefined)
    throw error
  }
}
