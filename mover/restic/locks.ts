import { randomBytes } from 'node:crypto'
import type { Context } from '../run/context.ts'
import { writeText, type Store, type StoredObject } from '../stores/store.ts'
import { FOLDER } from './repository.ts'

/** What restic itself calls stale. It renews the lock of a run every five minutes, under a new name (doc/design.rst, "Locks"). */
const STALE_MILLISECONDS = 30 * 60_000

/**
 * Looks at the locks each time it is called, and removes those whose run is dead: older than 30 minutes by the clock of the store, and not
 * renewed for `renewedMilliseconds` while we watched. `restic unlock` compares the clock of the node that wrote a lock with that of the
 * node that looks: one of them an hour off, and the lock of a backup that runs is removed.
 */
export function watchLocks(context: Context, renewedMilliseconds: number): () => Promise<void> {
  const since = new Map<string, number>()
  return async () => {
    const locks = await locksOf(context.store)
    for (const key of since.keys()) if (!locks.some(lock => lock.key === key)) since.delete(key)
    for (const { key } of locks) if (!since.has(key)) since.set(key, performance.now())
    const still = locks.filter(({ key }) => performance.now() - (since.get(key) ?? Infinity) >= renewedMilliseconds)
    if (still.length > 0) await removeOld(context, still)
  }
}

async function locksOf(store: Store): Promise<readonly StoredObject[]> {
  const locks: StoredObject[] = []
  for await (const lock of store.list(`${FOLDER}/locks/`)) locks.push(lock)
  return locks
}

async function removeOld({ store, log }: Context, locks: readonly StoredObject[]): Promise<void> {
  const now = await timeOf(store)
  for (const { key, modified } of locks) {
    if (now - modified.getTime() < STALE_MILLISECONDS) continue
    log(`lock ${key} is of ${modified.toISOString()} and was not renewed: its run is dead, and it is removed`)
    await store.delete(key)
  }
}

/** The time that the store writes on an object now. */
async function timeOf(store: Store): Promise<number> {
  const key = `probe-${randomBytes(8).toString('hex')}`
  try {
    await writeText(store, key, `${key}\n`)
    return (await store.head(key))?.modified.getTime() ?? 0
  } finally {
    await store.delete(key)
  }
}
