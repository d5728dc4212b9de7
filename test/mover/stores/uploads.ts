import type { TestS3 } from './minio.ts'

/** Multipart uploads of these full keys that were begun and neither completed nor aborted. MinIO tells of exact keys only. */
export async function unfinishedUploads({ endpoint, env }: TestS3, bucket: string, keys: readonly string[]): Promise<readonly string[]> {
  const { S3Client, ListMultipartUploadsCommand } = await import('@aws-sdk/client-s3')
  const credentials = { accessKeyId: env.AWS_ACCESS_KEY_ID, secretAccessKey: env.AWS_SECRET_ACCESS_KEY }
  const client = new S3Client({ endpoint, forcePathStyle: true, region: 'us-east-1', credentials })
  try {
    const listed = await Promise.all(keys.map(Prefix => client.send(new ListMultipartUploadsCommand({ Bucket: bucket, Prefix }))))
    return listed.flatMap(({ Uploads }) => (Uploads ?? []).map(({ Key }) => `unfinished ${Key}`))
  } finally {
    client.destroy()
  }
}
