import { UserError } from '../../lib/errors.ts'

/** An object as a listing shows it. */
export interface StoredObject {
  /** Relative to the store: no slash at its ends, `/` between its parts. */
  readonly key: string
  readonly bytes: number
  readonly modified: Date
}

export interface PutOptions {
  /** Roughly how many bytes will come, if known; decides the size of multipart parts. */
  readonly sizeHint?: number
}

/**
 * Where a namespace's data lives. Every backend passes test/mover/stores/conformance.ts.
 *
 * All methods throw UserError (AccessDenied, BucketNotFound, StoreFull) or TransientError (StoreUnreachable).
 */
export interface Store {
  /** For messages, for example `s3://bucket/prefix`. Holds no secret. */
  readonly description: string

  /**
   * Stores a stream under a key, replacing what was there. Atomic: until the source has ended without an error nothing
   * is visible, and a source that throws leaves the key as it was. When it resolves the object is durable and its
   * length has been checked. Unfinished uploads of the same key by earlier attempts are removed first.
   */
  put(key: string, source: AsyncIterable<Uint8Array>, options?: PutOptions): Promise<{ readonly bytes: number }>

  /** Stores a small object only if the key is free. False when it was taken (by whoever was first). */
  create(key: string, content: Uint8Array): Promise<boolean>

  /** The object's bytes. Undefined when there is none. A connection that breaks midway is resumed, a few times in a row. */
  get(key: string): Promise<AsyncIterable<Uint8Array> | undefined>

  /** Undefined when there is none. */
  head(key: string): Promise<StoredObject | undefined>

  /** Every complete object whose key begins with the prefix, in no special order. */
  list(prefix: string): AsyncIterable<StoredObject>

  /** Removes an object. One that is absent is no error. */
  delete(key: string): Promise<void>

  /** Removes unfinished uploads begun before a time; gives how many. Undefined where the store does not let us look for them. */
  sweep(before: Date): Promise<number | undefined>
}

/** No text of ours comes near this; what an enemy made as large as memory is not read. */
const LONGEST_TEXT = 4 << 20

/** A small object as text. Undefined when there is none. Throws PointDamaged when it is no small object. */
export async function readText(store: Store, key: string): Promise<string | undefined> {
  return (await readBytes(store, key))?.toString()
}

/** A small object, as `readText` gives it. */
export async function readBytes(store: Store, key: string): Promise<Buffer | undefined> {
  const source = await store.get(key)
  if (source === undefined) return undefined
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of source) {
    bytes += chunk.length
    if (bytes > LONGEST_TEXT) throw new UserError('PointDamaged', `${key} in ${store.description} has more than ${LONGEST_TEXT} bytes and is none of ours. Restore from another backup.`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

/** Stores a small text. */
export async function writeText(store: Store, key: string, text: string): Promise<void> {
  await store.put(key, once(Buffer.from(text)))
}

/** A stream of one chunk. */
export async function* once(chunk: Uint8Array): AsyncGenerator<Uint8Array> {
  yield chunk
}
