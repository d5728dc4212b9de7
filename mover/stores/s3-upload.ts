import { createHash } from 'node:crypto'
import { TransientError } from '../../lib/errors.ts'
import { parts, partSizes } from './parts.ts'
import type { S3Place } from './s3.ts'
import { isNoUpload } from './s3-errors.ts'

export interface Upload {
  readonly key: string
  readonly source: AsyncIterable<Uint8Array>
  readonly sizeHint?: number
}

/** Parts on their way at the same time hold at most this many bytes together, or one part if that is larger. */
const IN_FLIGHT = 64 << 20

/**
 * Uploads a stream. Each part is sent only when a further one has begun, so the last part is withheld until the source
 * has ended without an error: a cut source can never make a whole-looking object. Memory: about 80 MiB, and twice a part where
 * parts are larger (from 59 to 117 GiB on; see parts.ts): at most 2 GiB.
 */
export async function upload(place: S3Place, { key, source, sizeHint }: Upload): Promise<{ bytes: number }> {
  await abortStale(place, key)
  const queue = parts(source, partSizes(sizeHint))[Symbol.asyncIterator]()
  const first = await queue.next()
  const second = await queue.next()
  const bytes = second.done
    ? await putWhole(place, key, first.done ? Buffer.alloc(0) : first.value)
    : await putParts(place, key, chain([first.value as Buffer, second.value], queue))
  const { ContentLength } = await place.client.send(new place.sdk.HeadObjectCommand({ Bucket: place.bucket, Key: place.full(key) }))
  if (ContentLength !== bytes) throw new TransientError('StoreUnreachable', `${key} has ${ContentLength} bytes in the store where ${bytes} were sent.`)
  return { bytes }
}

async function putWhole(place: S3Place, key: string, body: Buffer): Promise<number> {
  await place.client.send(new place.sdk.PutObjectCommand({
    Bucket: place.bucket, Key: place.full(key), Body: body, ContentMD5: md5(body), StorageClass: classOf(place, key),
  }))
  return body.length
}

async function putParts(place: S3Place, key: string, queue: AsyncIterable<Buffer>): Promise<number> {
  const { AbortMultipartUploadCommand, CreateMultipartUploadCommand } = place.sdk
  const target = { Bucket: place.bucket, Key: place.full(key) }
  const { UploadId } = await place.client.send(new CreateMultipartUploadCommand({ ...target, StorageClass: classOf(place, key) }))
  try {
    const { sent, bytes } = await sendAll(place, { ...target, UploadId }, queue)
    await complete(place, { ...target, UploadId }, sent)
    return bytes
  } catch (error) {
    await place.client.send(new AbortMultipartUploadCommand({ ...target, UploadId })).catch(() => undefined)
    throw error
  }
}

/** What was completed and told to have failed, or not told at all, need not be sent again: hours, for a large volume. */
async function complete(place: S3Place, target: Target, Parts: Sent[]): Promise<void> {
  try {
    await place.client.send(new place.sdk.CompleteMultipartUploadCommand({ ...target, MultipartUpload: { Parts } }))
  } catch (error) {
    const expected = tagOf(Parts)
    const { ETag } = await place.client.send(new place.sdk.HeadObjectCommand({ Bucket: target.Bucket, Key: target.Key })).catch(() => ({ ETag: undefined }))
    if (expected === undefined || ETag !== expected) throw error
  }
}

/**
 * Tag of an object made from these parts: the MD5 of their MD5s, and how many they are, so in S3's "Checking object integrity" for all but objects
 * under a key of KMS. Undefined where the tags of the parts are no MD5s.
 */
function tagOf(sent: readonly Sent[]): string | undefined {
  const digests = sent.map(({ ETag = '' }) => /^"([0-9a-f]{32})"$/.exec(ETag)?.[1])
  if (digests.includes(undefined)) return undefined
  return `"${createHash('md5').update(Buffer.from(digests.join(''), 'hex')).digest('hex')}-${sent.length}"`
}

type Target = { readonly Bucket: string; readonly Key: string; readonly UploadId: string | undefined }
type Sent = { readonly PartNumber: number; readonly ETag?: string }

async function sendAll(place: S3Place, target: Target, queue: AsyncIterable<Buffer>): Promise<{ sent: Sent[]; bytes: number }> {
  const flying = new Map<number, Promise<Sent>>()
  const sent: Sent[] = []
  let bytes = 0
  const land = async (): Promise<void> => {
    const part = await Promise.race(flying.values())
    flying.delete(part.PartNumber)
    sent.push(part)
  }
  try {
    for await (const body of queue) {
      while (flying.size > 0 && (flying.size + 1) * body.length > IN_FLIGHT) await land()
      const PartNumber = sent.length + flying.size + 1
      const sending = place.client.send(new place.sdk.UploadPartCommand({ ...target, PartNumber, Body: body, ContentMD5: md5(body) }))
        .then(({ ETag }) => ({ PartNumber, ETag }))
      sending.catch(() => undefined)
      flying.set(PartNumber, sending)
      bytes += body.length
    }
    while (flying.size > 0) await land()
  } finally {
    await Promise.allSettled(flying.values())
  }
  return { sent: sent.sort((one, other) => one.PartNumber - other.PartNumber), bytes }
}

/** Uploads of this key that an attempt which was killed left open; they cost money and nobody sees them. */
async function abortStale(place: S3Place, key: string): Promise<void> {
  const { AbortMultipartUploadCommand, ListMultipartUploadsCommand } = place.sdk
  const Key = place.full(key)
  try {
    const listed = await place.client.send(new ListMultipartUploadsCommand({ Bucket: place.bucket, Prefix: Key }))
    for (const stale of (listed.Uploads ?? []).filter(upload => upload.Key === Key)) {
      await place.client.send(new AbortMultipartUploadCommand({ Bucket: place.bucket, Key, UploadId: stale.UploadId }))
    }
  } catch (error) {
    if (!isNoUpload(error)) throw error
  }
}

/** Only data goes to cold classes: a manifest must be readable at once. */
function classOf(place: S3Place, key: string): S3Place['storageClass'] {
  return /\/data\.[a-z.]+$/.test(key) ? place.storageClass : undefined
}

function md5(body: Uint8Array): string {
  return createHash('md5').update(body).digest('base64')
}

async function* chain(heads: readonly Buffer[], rest: AsyncIterator<Buffer>): AsyncGenerator<Buffer> {
  yield* heads
  for (let next = await rest.next(); !next.done; next = await rest.next()) yield next.value
}
