import type { ListObjectsV2CommandOutput, S3Client, StorageClass } from '@aws-sdk/client-s3'
import { createHash } from 'node:crypto'
import { TransientError } from '../../lib/errors.ts'
import type { Store, StoredObject } from './store.ts'
import { isNoSuchKey, isNoUpload, isTaken, isUnsupported, s3Error } from './s3-errors.ts'
import { upload } from './s3-upload.ts'

export interface S3Options {
  readonly bucket: string
  readonly prefix: string
  readonly endpoint?: string
  readonly region?: string
  readonly storageClass?: string
  readonly env: Readonly<Record<string, string | undefined>>
}

/** What every request needs. */
export interface S3Place {
  readonly sdk: typeof import('@aws-sdk/client-s3')
  readonly client: S3Client
  readonly bucket: string
  readonly storageClass?: StorageClass
  /** Full key of a key of ours. */
  readonly full: (key: string) => string
  readonly description: string
}

/** How often a download that broke off is taken up again before a byte comes. A reader that is slow for two minutes breaks it off too, as often as it likes. */
const RESUMES = 5

/** A store in a bucket of S3 or of anything that speaks its language. */
export async function s3Store(options: S3Options): Promise<Store> {
  const place = await openPlace(options)
  const guarded = <T>(work: () => Promise<T>) => work().catch(error => Promise.reject(s3Error(error, place.description)))
  return {
    description: place.description,
    put: (key, source, put) => guarded(() => upload(place, { key, source, sizeHint: put?.sizeHint })),
    create: (key, content) => guarded(() => create(place, key, content)),
    get: key => guarded(() => get(place, key)),
    head: key => guarded(() => head(place, key)),
    list: prefix => list(place, prefix),
    delete: key => guarded(async () => {
      await place.client.send(new place.sdk.DeleteObjectCommand({ Bucket: place.bucket, Key: place.full(key) }))
    }),
    sweep: before => guarded(() => sweep(place, before)),
  }
}

async function openPlace({ bucket, prefix, endpoint, region, storageClass, env }: S3Options): Promise<S3Place> {
  const sdk = await import('@aws-sdk/client-s3')
  const id = env.AWS_ACCESS_KEY_ID
  const secret = env.AWS_SECRET_ACCESS_KEY
  const client = new sdk.S3Client({
    region: region ?? env.AWS_REGION ?? 'us-east-1',
    endpoint,
    forcePathStyle: endpoint !== undefined,
    followRegionRedirects: endpoint === undefined,
    maxAttempts: 4,
    requestHandler: { connectionTimeout: 10_000, socketTimeout: 120_000 },
    // Other makes of S3 refuse the SDK's newer checksums; Content-MD5 and the signed SHA-256 of each part guard the bytes instead.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    ...(id !== undefined && secret !== undefined && { credentials: { accessKeyId: id, secretAccessKey: secret, sessionToken: env.AWS_SESSION_TOKEN } }),
  })
  const base = prefix === '' ? '' : `${prefix}/`
  const description = `s3://${bucket}/${prefix}${endpoint === undefined ? '' : ` at ${endpoint}`}`
  return { sdk, client, bucket, storageClass: storageClass as StorageClass | undefined, full: key => `${base}${key}`, description }
}

/**
 * A store is asked first, for some do not know conditional writes, and of these some do not say so but replace what is there. That leaves them
 * a small gap; callers read back what won.
 */
async function create(place: S3Place, key: string, content: Uint8Array): Promise<boolean> {
  if (await head(place, key) !== undefined) return false
  const input = { Bucket: place.bucket, Key: place.full(key), Body: content, ContentMD5: createHash('md5').update(content).digest('base64') }
  try {
    await place.client.send(new place.sdk.PutObjectCommand({ ...input, IfNoneMatch: '*' }))
    return true
  } catch (error) {
    if (isTaken(error)) return false
    if (!isUnsupported(error)) throw error
  }
  await place.client.send(new place.sdk.PutObjectCommand(input))
  return true
}

async function get(place: S3Place, key: string): Promise<AsyncIterable<Uint8Array> | undefined> {
  const { GetObjectCommand } = place.sdk
  try {
    const first = await place.client.send(new GetObjectCommand({ Bucket: place.bucket, Key: place.full(key) }))
    return resuming(place, { key, etag: first.ETag, body: first.Body as AsyncIterable<Uint8Array>, length: first.ContentLength })
  } catch (error) {
    if (isNoSuchKey(error)) return undefined
    throw error
  }
}

interface Download {
  readonly key: string
  readonly etag?: string
  readonly body: AsyncIterable<Uint8Array>
  readonly length?: number
}

async function* resuming(place: S3Place, { key, etag, body, length }: Download): AsyncGenerator<Uint8Array> {
  let offset = 0
  let current = body
  for (let attempt = 0; ; attempt += 1) {
    try {
      for await (const chunk of current) {
        if (chunk.length > 0) attempt = 0
        offset += chunk.length
        yield chunk
      }
      if (length === undefined || offset >= length) return
      throw new TransientError('StoreUnreachable', `${place.description}: the connection ended after ${offset} of ${length} bytes.`)
    } catch (error) {
      if (attempt >= RESUMES) throw s3Error(error, place.description)
      current = await reopen(place, { key, etag, offset })
    }
  }
}

async function reopen(place: S3Place, from: { readonly key: string; readonly etag?: string; readonly offset: number }): Promise<AsyncIterable<Uint8Array>> {
  const input = { Bucket: place.bucket, Key: place.full(from.key), IfMatch: from.etag, Range: `bytes=${from.offset}-` }
  const answer = await place.client.send(new place.sdk.GetObjectCommand(input))
    .catch(error => Promise.reject(isTaken(error) ? replaced(place, from.key) : s3Error(error, place.description)))
  return answer.Body as AsyncIterable<Uint8Array>
}

function replaced(place: S3Place, key: string): TransientError {
  return new TransientError('StoreUnreachable', `${place.description}: the connection broke while ${key} was read, and the object was replaced since. It will be tried again.`)
}

/** A HEAD answer has no body, so an absent bucket and an absent key look the same; a listing tells them apart. */
async function head(place: S3Place, key: string): Promise<StoredObject | undefined> {
  const { HeadObjectCommand, ListObjectsV2Command } = place.sdk
  try {
    const found = await place.client.send(new HeadObjectCommand({ Bucket: place.bucket, Key: place.full(key) }))
    return { key, bytes: found.ContentLength ?? 0, modified: found.LastModified ?? new Date(0) }
  } catch (error) {
    if (!isNoSuchKey(error)) throw error
    await place.client.send(new ListObjectsV2Command({ Bucket: place.bucket, Prefix: place.full(key), MaxKeys: 1 }))
    return undefined
  }
}

async function* list(place: S3Place, prefix: string): AsyncGenerator<StoredObject> {
  const start = place.full('').length
  let token: string | undefined
  do {
    const input = { Bucket: place.bucket, Prefix: place.full(prefix), ContinuationToken: token }
    const page: ListObjectsV2CommandOutput = await place.client.send(new place.sdk.ListObjectsV2Command(input))
      .catch(error => Promise.reject(s3Error(error, place.description)))
    for (const object of page.Contents ?? []) {
      yield { key: (object.Key ?? '').slice(start), bytes: object.Size ?? 0, modified: object.LastModified ?? new Date(0) }
    }
    token = page.NextContinuationToken
  } while (token !== undefined)
}

/** MinIO lists uploads by exact key only, and AWS by prefix; each is asked for what it can tell. */
async function sweep(place: S3Place, before: Date): Promise<number | undefined> {
  const { AbortMultipartUploadCommand, ListMultipartUploadsCommand } = place.sdk
  let removed = 0
  try {
    const listed = await place.client.send(new ListMultipartUploadsCommand({ Bucket: place.bucket, Prefix: place.full('') }))
    for (const stale of listed.Uploads ?? []) {
      if ((stale.Initiated ?? new Date()) >= before) continue
      await place.client.send(new AbortMultipartUploadCommand({ Bucket: place.bucket, Key: stale.Key, UploadId: stale.UploadId }))
      removed += 1
    }
  } catch (error) {
    if (!isNoUpload(error)) throw error
    return undefined
  }
  return removed
}
