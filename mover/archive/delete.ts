import { TransientError } from '../../lib/errors.ts'
import type { Context } from '../run/context.ts'
import type { Store, StoredObject } from '../stores/store.ts'
import { DATA_NAMES } from './compression.ts'
import { handleOf, type Point } from './manifest.ts'

/**
 * Removes an archive: the manifest first, so that a half-removed point is no point. What is absent is no error. A listing may be
 * old, so data that it does not show is tried by name; and nothing is called gone that is still there.
 */
export async function deleteArchive(store: Store, point: Point): Promise<void> {
  const folder = `${handleOf(point)}/`
  const manifest = `${folder}manifest.json`
  const listed: string[] = []
  for await (const { key } of store.list(folder)) if (isDataOf(folder, key)) listed.push(key)
  const data = listed.length > 0 ? listed : DATA_NAMES.map(name => `${folder}${name}`)
  await remove(store, [manifest])
  await remove(store, data)
}

/**
 * Whether an object is data of the archive in this folder. What else lies there or deeper is no archive's: a namespace called `archive` whose
 * destination is inside this one keeps its points, its restic repository and its identity there.
 */
function isDataOf(folder: string, key: string): boolean {
  return /^data\.[^/]+$/.test(key.slice(folder.length))
}

async function remove(store: Store, keys: readonly string[]): Promise<void> {
  for (const key of keys) await store.delete(key)
  for (const key of keys) if (await store.head(key) !== undefined) throw stillThere(store, key)
}

function stillThere(store: Store, key: string): TransientError {
  return new TransientError('StoreUnreachable', `${store.description} said that ${key} was removed, but it is still there. It will be tried again; check for a lock or a legal hold on the store.`)
}

/** Longer than any run may take: mover.timeoutSeconds is at most seven days, and an upload in S3 only tells when it was begun. */
const ABANDONED_MILLISECONDS = 8 * 24 * 3600 * 1000

interface Folder {
  readonly keys: string[]
  newest: number
  whole: boolean
}

/**
 * Removes what movers that were killed left: data without a manifest, probes and uploads that are older than eight days. Gives how many
 * objects. Age is told by the store's newest archive where that is before `now`: a clock that jumped ahead makes nothing old.
 */
export async function sweepArchives(store: Store, now: Date, log: Context['log'] = () => undefined): Promise<number> {
  const folders = await foldersOf(store)
  const newest = Math.max(...[...folders.values()].map(folder => folder.newest))
  const before = Math.min(now.getTime(), newest === -Infinity ? Infinity : newest) - ABANDONED_MILLISECONDS
  let removed = 0
  for (const [folder, { keys, newest, whole }] of folders) {
    if (whole || newest >= before || !await isAbandoned(store, folder, { keys, before })) continue
    for (const key of keys) await store.delete(key)
    removed += keys.length
  }
  const probes = await sweepProbes(store, before)
  const uploads = await store.sweep(new Date(before))
  if (uploads === undefined) log(`${store.description} does not let us look for uploads that were cut off; let a lifecycle rule of the bucket remove them`)
  return removed + probes + (uploads ?? 0)
}

/** A listing may be old: a manifest may have come since, or new data under the same name. */
async function isAbandoned(store: Store, folder: string, { keys, before }: { readonly keys: readonly string[]; readonly before: number }): Promise<boolean> {
  if (await store.head(`${folder}/manifest.json`) !== undefined) return false
  for (const key of keys) if (((await store.head(key))?.modified.getTime() ?? 0) >= before) return false
  return true
}

async function foldersOf(store: Store): Promise<ReadonlyMap<string, Folder>> {
  const folders = new Map<string, Folder>()
  for await (const { key, modified } of store.list('archive/')) {
    const name = key.slice(0, key.lastIndexOf('/'))
    if (name.split('/').length !== 3 || !(key === `${name}/manifest.json` || isDataOf(`${name}/`, key))) continue
    const folder = folders.get(name) ?? { keys: [], newest: 0, whole: false }
    folder.keys.push(key)
    folder.newest = Math.max(folder.newest, modified.getTime())
    folder.whole ||= key === `${name}/manifest.json`
    folders.set(name, folder)
  }
  return folders
}

async function sweepProbes(store: Store, before: number): Promise<number> {
  const old: StoredObject[] = []
  for await (const object of store.list('probe-')) if (!object.key.includes('/') && object.modified.getTime() < before) old.push(object)
  for (const { key } of old) await store.delete(key)
  return old.length
}
