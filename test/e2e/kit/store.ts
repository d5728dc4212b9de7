import { ListObjectsV2Command } from '@aws-sdk/client-s3'
import type { Destination } from '../../../schemas/generated/types.ts'
import { storeClient } from './bucket.ts'
import type { Sandbox } from './sandbox.ts'
import { secret } from './objects.ts'

export const RESTIC_PASSWORD = 'e2e-restic-password'

/** Makes the credentials Secret `store` in the test's namespace; gives an S3 destination of its own. */
export async function s3Destination(box: Sandbox, path = 'backups'): Promise<Destination> {
  const { accessKey, secretKey, bucket, endpoint } = box.environment.store
  await box.apply(secret('store', { AWS_ACCESS_KEY_ID: accessKey, AWS_SECRET_ACCESS_KEY: secretKey, RESTIC_PASSWORD }))
  return { type: 's3', url: `s3://${bucket}/${box.namespace}/${path}`, endpoint, credentialsSecret: 'store' }
}

/** Keys below a destination's prefix in the bucket, with their sizes. */
export async function storedObjects(box: Sandbox, destination: Destination): Promise<readonly { key: string; size: number }[]> {
  const { bucket } = box.environment.store
  const client = storeClient(box.environment.store)
  const found: { key: string; size: number }[] = []
  let token: string | undefined
  do {
    const page = await client.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: destination.url.slice(`s3://${bucket}/`.length), ContinuationToken: token }))
    found.push(...(page.Contents ?? []).map(({ Key = '', Size = 0 }) => ({ key: Key, size: Size })))
    token = page.NextContinuationToken
  } while (token !== undefined)
  return found
}

/** Bytes below a destination's prefix. */
export async function storedBytes(box: Sandbox, destination: Destination): Promise<number> {
  return (await storedObjects(box, destination)).reduce((sum, { size }) => sum + size, 0)
}
