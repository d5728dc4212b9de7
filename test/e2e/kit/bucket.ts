import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3'
import type { Store } from './environment.ts'

/** A client of the store, from this machine. */
export function storeClient(store: Store): S3Client {
  const credentials = { accessKeyId: store.accessKey, secretAccessKey: store.secretKey }
  return new S3Client({ endpoint: store.endpointOnHost, region: 'us-east-1', forcePathStyle: true, credentials })
}

/** Makes the bucket unless it is there. */
export async function prepareBucket(store: Store): Promise<void> {
  await storeClient(store).send(new CreateBucketCommand({ Bucket: store.bucket })).catch((error: Error) => {
    if (error.name !== 'BucketAlreadyOwnedByYou') throw error
  })
}
