import type { Store } from './environment.ts'

/** Makes the bucket unless it is there. */
export async function prepareBucket(store: Store): Promise<void> {
  const { CreateBucketCommand, S3Client } = await import('@aws-sdk/client-s3')
  const client = new S3Client({
    endpoint: store.endpointOnHost, region: 'us-east-1', forcePathStyle: true, credentials: { accessKeyId: store.accessKey, secretAccessKey: store.secretKey },
  })
  await client.send(new CreateBucketCommand({ Bucket: store.bucket })).catch((error: Error) => {
    if (error.name !== 'BucketAlreadyOwnedByYou') throw error
  })
}
