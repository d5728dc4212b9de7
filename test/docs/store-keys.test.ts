import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import type { S3Client } from '@aws-sdk/client-s3'
import { storeOf } from '../../hooks/jobs/store.ts'
import { bench, IN_MEMORY } from '../mover/context.ts'
import { NO_RESTIC } from '../mover/restic/tools.ts'
import { life } from '../mover/stores/life.ts'
import { limitedKeys, type Keys } from '../mover/stores/limited-keys.ts'
import { makeBucket, NO_S3, startS3, type TestS3 } from '../mover/stores/minio.ts'
import { ROOT } from '../tidy/sources.ts'

interface Policy { readonly Version: string; readonly Statement: readonly { readonly Action: readonly string[] }[] }

/** What the document gives a namespace's keys, and the place that it says so for. */
const section = readFileSync(join(ROOT, 'docs/destinations.md'), 'utf8').split('\n## S3 keys of one namespace\n')[1] ?? ''
const [, NAMESPACE = '', URL = ''] = /namespace `(\S+)` at `(s3:\S+)`/.exec(section) ?? []
const POLICY = JSON.parse(/\n```json\n([^]*?)\n```\n/.exec(section)?.[1] ?? '') as Policy
const BUCKET = 'bucket'

const STRATEGIES = ['tar', 'custom', 'external'] as const
/** Objects whose names begin as this place does, lie above it, or elsewhere. */
const OTHERS = ['prefix/shop-2/archive/data/b1/data.tar', 'prefix/shopping', 'prefix/shop', 'prefix/other/holdfast-id', 'shop/x', 'prefix/x/prefix/shop/y', 'top']

type Sdk = typeof import('@aws-sdk/client-s3')
type Request = (client: S3Client, sdk: Sdk) => Promise<unknown>

/** What somebody with the keys tries with a key of another. */
const ATTEMPTS: Readonly<Record<string, (key: string) => Request>> = {
  'list it': key => (client, sdk) => client.send(new sdk.ListObjectsV2Command({ Bucket: BUCKET, Prefix: key })),
  'list all from its first letter on': key => (client, sdk) => client.send(new sdk.ListObjectsV2Command({ Bucket: BUCKET, Prefix: key.slice(0, 1), StartAfter: key.slice(0, -1) })),
  'list all': () => (client, sdk) => client.send(new sdk.ListObjectsV2Command({ Bucket: BUCKET })),
  'list its versions': key => (client, sdk) => client.send(new sdk.ListObjectVersionsCommand({ Bucket: BUCKET, Prefix: key })),
  'list its uploads': key => (client, sdk) => client.send(new sdk.ListMultipartUploadsCommand({ Bucket: BUCKET, Prefix: key })),
  'read it': key => (client, sdk) => client.send(new sdk.GetObjectCommand({ Bucket: BUCKET, Key: key })),
  'see that it is there': key => (client, sdk) => client.send(new sdk.HeadObjectCommand({ Bucket: BUCKET, Key: key })),
  'copy it to the own place': key => (client, sdk) => client.send(new sdk.CopyObjectCommand({ Bucket: BUCKET, Key: 'prefix/shop/copy', CopySource: `${BUCKET}/${key}` })),
  'write it': key => (client, sdk) => client.send(new sdk.PutObjectCommand({ Bucket: BUCKET, Key: key, Body: 'mine' })),
  'begin an upload of it': key => (client, sdk) => client.send(new sdk.CreateMultipartUploadCommand({ Bucket: BUCKET, Key: key })),
  'delete it': key => (client, sdk) => client.send(new sdk.DeleteObjectCommand({ Bucket: BUCKET, Key: key })),
}

const NO_STS = process.env.HOLDFAST_TEST_S3 === undefined ? undefined : 'only a MinIO of our own makes limited keys'
const skip = NO_S3 ?? NO_STS
if (skip !== undefined) test('the keys that the document gives a namespace', { skip }, () => undefined)
else overMinio()

function overMinio(): void {
  let s3: TestS3
  let limited: Keys
  before(async () => {
    s3 = await startS3()
    await makeBucket(s3, BUCKET)
    limited = await limitedKeys(s3, POLICY)
    for (const Key of OTHERS) await asked(s3, s3.env, (client, sdk) => client.send(new sdk.PutObjectCommand({ Bucket: BUCKET, Key, Body: 'of another' })))
  })
  after(() => s3.stop())
  /** As the hooks tell it to a mover of that namespace. */
  const placeOf = (namespace: string) => storeOf({ type: 's3', url: URL, endpoint: s3.endpoint, credentialsSecret: 'store' }, namespace)

  for (const strategy of STRATEGIES) {
    const unable = { skip: strategy === 'external' && NO_RESTIC }
    test(`${strategy}: the keys that the document gives a namespace check, back up, restore, prune and delete`, unable, async () => {
      using here = bench(IN_MEMORY)
      await life(here, { s3, strategy, keys: limited, store: placeOf(NAMESPACE) })
    })
    test(`${strategy}: the same keys do nothing for another namespace`, unable, async () => {
      using here = bench(IN_MEMORY)
      await assert.rejects(life(here, { s3, strategy, keys: limited, store: placeOf(`${NAMESPACE}-2`) }), { name: 'UserError', reason: 'AccessDenied' })
    })
  }
  for (const action of POLICY.Statement.flatMap(({ Action }) => Action)) {
    test(`the keys need ${action}`, async () => {
      using here = bench(IN_MEMORY)
      const fewer = { ...POLICY, Statement: POLICY.Statement.map(one => ({ ...one, Action: one.Action.filter(name => name !== action) })).filter(one => one.Action.length > 0) }
      await assert.rejects(life(here, { s3, strategy: 'tar', keys: await limitedKeys(s3, fewer), store: placeOf(NAMESPACE) }), /refused the credentials|unfinished/)
    })
  }

  for (const [sentence, attempt] of Object.entries(ATTEMPTS)) {
    test(`an object of another: with the keys that the document gives a namespace nobody can ${sentence}`, async () => {
      for (const key of OTHERS) {
        assert.equal(await asked(s3, limited, attempt(key)).then(() => 'done', statusOf), 403, key)
        const found = await asked(s3, s3.env, async (client, sdk) => (await client.send(new sdk.GetObjectCommand({ Bucket: BUCKET, Key: key }))).Body?.transformToString())
        assert.equal(found, 'of another', `${key} is as it was`)
      }
    })
    test(`an object of another: whoever owns the bucket can ${sentence}`, async () => {
      await asked(s3, s3.env, attempt('prefix/whatever')).catch(error => assert.equal(statusOf(error), 404))
    })
  }
}

/** One request of somebody with these keys. */
async function asked<T>(s3: TestS3, keys: Partial<Keys>, request: (client: S3Client, sdk: Sdk) => Promise<T>): Promise<T> {
  const sdk = await import('@aws-sdk/client-s3')
  const credentials = { accessKeyId: keys.AWS_ACCESS_KEY_ID ?? '', secretAccessKey: keys.AWS_SECRET_ACCESS_KEY ?? '', sessionToken: keys.AWS_SESSION_TOKEN }
  const client = new sdk.S3Client({ endpoint: s3.endpoint, forcePathStyle: true, region: 'us-east-1', credentials })
  try {
    return await request(client, sdk)
  } finally {
    client.destroy()
  }
}

const statusOf = (error: { readonly $metadata?: { readonly httpStatusCode?: number } }) => error.$metadata?.httpStatusCode
