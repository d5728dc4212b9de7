import type { Store } from '../stores/store.ts'
import { handleOf, type Point } from './manifest.ts'

/** Longer than any run may take: mover.timeoutSeconds is at most seven days, and an upload in S3 only tells when it was begun. */
const ABANDONED_MILLISECONDS = 8 * 24 * 3600 * 1000

/** Removes an archive: the manifest first, so that a half-removed point is no point. What is absent is no error. */
export async function deleteArchive(store: Store, point: Point): Promise<void> {
  const folder = `${handleOf(point)}/`
  await store.delete(`${folder}manifest.json`)
  const rest: string[] = []
  for await (const { key } of store.list(folder)) rest.push(key)
  for (const key of rest) await store.delete(key)
}

/** Removes data without a manifest that is older than eight days: what movers that were killed left. Gives how many objects. */
export async function sweepArchives(store: Store, now: Date): Promise<number> {
  const folders = new Map<string, { keys: string[]; newest: number; whole: boolean }>()
  for await (const { key, modified } of store.list('archive/')) {
    const folder = key.slice(0, key.lastIndexOf('/'))
    const known = folders.get(folder) ?? { keys: [], newest: 0, whole: false }
    known.keys.push(key)
    known.newest = Math.max(known.newest, modified.getTime())
    known.whole ||= key.endsWith('/manifest.json')
    folders.set(folder, known)
  }
  const before = now.getTime() - ABANDONED_MILLISECONDS
  const abandoned = [...folders.values()].filter(({ whole, newest }) => !whole && newest < before).flatMap(({ keys }) => keys)
  for (const key of abandoned) await store.delete(key)
  return abandoned.length + await store.sweep(new Date(before))
}
