import { randomBytes } from 'node:crypto'
import { link, mkdir, open, opendir, readdir, rename, rm, rmdir, stat, unlink, type FileHandle } from 'node:fs/promises'
import { basename, dirname, join, relative } from 'node:path'
import { once, type Store, type StoredObject } from './store.ts'
import { directoryError, isAbsent } from './directory-errors.ts'

/** How many bytes may wait to be put on disk. Begun while more is being made, this is over soon after the last byte. */
const FLUSH = 64 << 20
/** Between an object's name and the random end of a file that is still being written. */
const PARTIAL = '.partial-'
/** A claim may be called `a.partial-b`: only a file's own end tells. */
const IS_PARTIAL = /\.partial-[0-9a-f]{12}$/
/** How many deletions one creation may meet: as many movers as might make a repository at once, and more. */
const MOST_DELETIONS = 20

/** A store in a folder of a mounted file system (a claim, an NFS export). Files appear by rename after fsync. */
export function directoryStore(root: string): Store {
  const at = (key: string) => join(root, ...partsOf(key))
  const guarded = <T>(work: () => Promise<T>) => work().catch(error => Promise.reject(directoryError(error, root)))
  return {
    description: root,
    put: (key, source) => guarded(async () => {
      await makeFolder(dirname(at(key)))
      await removePartials(at(key))
      return put(at(key), source, rename)
    }),
    create: (key, content) => guarded(() => create(at(key), content)),
    get: key => guarded(() => get(root, at(key))),
    head: key => guarded(() => head(root, at(key))),
    list: prefix => list(root, prefix),
    delete: key => guarded(async () => {
      await removePartials(at(key))
      await remove(root, at(key))
    }),
    sweep: before => guarded(() => sweep(root, before)),
  }
}

async function put(path: string, source: AsyncIterable<Uint8Array>, publish: (from: string, to: string) => Promise<void>): Promise<{ bytes: number }> {
  await makeFolder(dirname(path))
  const partial = `${path}${PARTIAL}${randomBytes(6).toString('hex')}`
  try {
    const bytes = await writeFile(partial, source)
    const written = (await stat(partial)).size
    if (written !== bytes) throw new Error(`${partial} has ${written} bytes where ${bytes} were written`)
    await publish(partial, path)
    await syncFolder(dirname(path))
    return { bytes }
  } finally {
    await rm(partial, { force: true })
  }
}

/** A deletion of the same key beside us takes our unfinished file with it, or its folder. Then the key is free, and we begin again. */
async function create(path: string, content: Uint8Array): Promise<boolean> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await put(path, once(content), linkOrRename)
      return true
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
      if (!isAbsent(error) || attempt === MOST_DELETIONS) throw error
    }
  }
}

/** File systems without hard links (some of SMB and FUSE) are asked first, which leaves a small gap; callers read back what won. */
async function linkOrRename(from: string, to: string): Promise<void> {
  try {
    await link(from, to)
  } catch (error) {
    if (!['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error
    if (await isFile(to)) throw Object.assign(new Error(`${to} is there`, { cause: error }), { code: 'EEXIST' })
    await rename(from, to)
  }
}

async function writeFile(path: string, source: AsyncIterable<Uint8Array>): Promise<number> {
  const file = await open(path, 'wx', 0o600)
  try {
    let bytes = 0
    let flushed = 0
    let flushing = Promise.resolve()
    for await (const chunk of source) {
      await writeAll(file, chunk)
      bytes += chunk.length
      if (bytes - flushed < FLUSH) continue
      // The system tells of a write that failed later only once, to the flush that meets it.
      await flushing
      flushed = bytes
      flushing = file.datasync()
      flushing.catch(() => undefined)
    }
    await flushing
    await file.sync()
    return bytes
  } finally {
    await file.close()
  }
}

async function writeAll(file: FileHandle, chunk: Uint8Array): Promise<void> {
  for (let offset = 0; offset < chunk.length;) {
    offset += (await file.write(chunk, offset)).bytesWritten
  }
}

/** Makes a folder and its parents, and makes their names durable. */
async function makeFolder(path: string): Promise<void> {
  const make = () => mkdir(path, { recursive: true, mode: 0o700 })
  // A deletion beside us may remove a parent that is still empty, between its making and ours.
  const first = await make().catch(error => isAbsent(error) ? make() : Promise.reject(error))
  if (first === undefined) return
  for (let folder = path; folder.length >= dirname(first).length && folder !== '/'; folder = dirname(folder)) {
    await syncFolder(folder)
  }
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r')
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}

/** What an attempt that was killed left behind. A writer that still lives fails at its rename, which is right: we replace it. */
async function removePartials(path: string): Promise<void> {
  const names = await readdir(dirname(path)).catch(error => isAbsent(error) ? [] : Promise.reject(error))
  const stale = names.filter(name => name.startsWith(`${basename(path)}${PARTIAL}`) && IS_PARTIAL.test(name))
  for (const name of stale) await rm(join(dirname(path), name), { force: true })
}

async function isFile(path: string): Promise<boolean> {
  return stat(path).then(found => found.isFile(), error => isAbsent(error) ? false : Promise.reject(error))
}

/** The file is open before there is an answer: one that is deleted beside us is absent, or is read to its end. */
async function get(root: string, path: string): Promise<AsyncIterable<Uint8Array> | undefined> {
  if (!await isFile(path)) return undefined
  const file = await open(path).catch(error => isAbsent(error) ? undefined : Promise.reject(error))
  return file && guardedRead(root, file)
}

async function* guardedRead(root: string, file: FileHandle): AsyncGenerator<Uint8Array> {
  try {
    yield* file.createReadStream({ highWaterMark: 1 << 18 })
  } catch (error) {
    throw directoryError(error, root)
  }
}

async function head(root: string, path: string): Promise<StoredObject | undefined> {
  try {
    const found = await stat(path)
    return found.isFile() ? { key: relative(root, path), bytes: found.size, modified: found.mtime } : undefined
  } catch (error) {
    if (isAbsent(error)) return undefined
    throw error
  }
}

async function* list(root: string, prefix: string): AsyncGenerator<StoredObject> {
  try {
    for await (const path of files(join(root, ...partsOf(folderOf(prefix))))) {
      if (IS_PARTIAL.test(path) || !relative(root, path).startsWith(prefix)) continue
      const object = await head(root, path)
      if (object !== undefined) yield object
    }
  } catch (error) {
    throw directoryError(error, root)
  }
}

async function* files(folder: string): AsyncGenerator<string> {
  const entries = await opendir(folder).catch(error => isAbsent(error) ? undefined : Promise.reject(error))
  if (entries === undefined) return
  for await (const entry of entries) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) yield* files(path)
    else if (entry.isFile()) yield path
  }
}

/** Removes a file and the folders that it leaves empty, up to the root. */
async function remove(root: string, path: string): Promise<void> {
  // A folder is no object: as one that is absent, it is left alone.
  await unlink(path).catch(error => isAbsent(error) || (error as NodeJS.ErrnoException).code === 'EISDIR' ? undefined : Promise.reject(error))
  for (let folder = dirname(path); folder !== root && folder.startsWith(root); folder = dirname(folder)) {
    const gone = await rmdir(folder).then(() => true, () => false)
    if (!gone) return
  }
}

async function sweep(root: string, before: Date): Promise<number> {
  let removed = 0
  for await (const path of files(root)) {
    // One that is gone by now was finished, or swept by somebody else.
    if (!IS_PARTIAL.test(path) || ((await head(root, path))?.modified ?? before) >= before) continue
    await remove(root, path)
    removed += 1
  }
  return removed
}

function folderOf(prefix: string): string {
  return prefix.includes('/') ? prefix.slice(0, prefix.lastIndexOf('/')) : ''
}

/** The parts of a key; throws on one that would leave the store. */
function partsOf(key: string): readonly string[] {
  const parts = key === '' ? [] : key.split('/')
  if (parts.some(part => part === '' || part === '.' || part === '..')) throw new Error(`${JSON.stringify(key)} is not a key`)
  return parts
}
