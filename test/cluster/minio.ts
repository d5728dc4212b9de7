import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3'
import type { Cluster } from './cluster.ts'

/** A client of the cluster's MinIO, from the machine. */
export function minioClient(cluster: Cluster): S3Client {
  return new S3Client({
    endpoint: cluster.minioEndpoint,
    region: 'us-east-1',
    forcePathStyle: true,
    credentials: { accessKeyId: cluster.minioUser, secretAccessKey: cluster.minioPassword },
  })
}

/** Makes a bucket unless it is there. */
export async function createBucket(cluster: Cluster, bucket: string): Promise<void> {
  const client = minioClient(cluster)
  try {
    await client.send(new CreateBucketCommand({ Bucket: bucket }))
  } catch (error) {
    if ((error as Error).name !== 'BucketAlreadyOwnedByYou') throw error
  } finally {
    client.destroy()
  }
}
