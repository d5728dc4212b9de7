import { TransientError } from '../../lib/errors.ts'
import type { Result } from '../../schemas/generated/types.ts'
import type { Point } from '../archive/manifest.ts'
import { seal, unseal } from '../stores/sealed.ts'
import { readText, writeText, type Store } from '../stores/store.ts'
import { FOLDER } from './repository.ts'

/**
 * The result of a finished restic backup, kept beside the repository at `points/<volume>/<backup>.json`. restic itself does
 * not remember whether files were unreadable (exit code 3), so a mover that is asked again could not tell the truth. What is not as it was
 * written is as if it were not there: the snapshot says the rest.
 */
export async function readPoint(store: Store, point: Point): Promise<Remembered | undefined> {
  const text = await readText(store, keyOf(point))
  const known = text === undefined ? undefined : unseal<Result & Origin>(text)
  if (known === undefined) return undefined
  const { run, path, ...result } = known
  return result.handle !== undefined && await hasSnapshot(store, result.handle) ? { result, run, path } : undefined
}

/** What is known of a finished backup. */
export type Remembered = Origin & { readonly result: Result }

interface Origin {
  /** Whose it is. */
  readonly run?: string
  /** The folder that was backed up, which is the snapshot's only path. */
  readonly path?: string
}

/** Remembers a finished backup, whose it is and of which folder. */
export async function writePoint(store: Store, point: Point & Origin, result: Result): Promise<void> {
  await writeText(store, keyOf(point), seal({ ...result, run: point.run, path: point.path }))
}

/** Forgets what was remembered. */
export async function deletePoint(store: Store, point: Point): Promise<void> {
  await store.delete(keyOf(point))
}

/** Whether a snapshot is in the repository: restic names its file by its id. */
export async function hasSnapshot(store: Store, id: string): Promise<boolean> {
  return /^[0-9a-f]{64}$/.test(id) && await store.head(`${FOLDER}/snapshots/${id}`) !== undefined
}

/** The whole id of a snapshot that is there; restic before 0.17 tells the first eight digits only. */
export async function wholeId(store: Store, id: string): Promise<string> {
  if (await hasSnapshot(store, id)) return id
  for await (const { key } of store.list(`${FOLDER}/snapshots/${id}`)) return key.slice(key.lastIndexOf('/') + 1)
  throw new TransientError('StoreUnreachable', `${store.description} does not show snapshot ${id}, which restic has just made. The backup will be tried again.`)
}

function keyOf({ volume, backup }: Point): string {
  return `points/${volume}/${backup}.json`
}
