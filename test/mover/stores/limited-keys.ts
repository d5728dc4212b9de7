import type { TestS3 } from './minio.ts'

/** Keys that may do what the policy allows and nothing else, as a mover finds them in its environment. */
export type Keys = Readonly<Record<'AWS_ACCESS_KEY_ID' | 'AWS_SECRET_ACCESS_KEY' | 'AWS_SESSION_TOKEN', string>>

/** Keys of a MinIO that are limited by a policy: MinIO's own STS gives them, and decides by that policy alone. */
export async function limitedKeys({ endpoint, env }: TestS3, policy: object): Promise<Keys> {
  const { STSClient, AssumeRoleCommand } = await import('@aws-sdk/nested-clients/sts')
  const credentials = { accessKeyId: env.AWS_ACCESS_KEY_ID, secretAccessKey: env.AWS_SECRET_ACCESS_KEY }
  const client = new STSClient({ endpoint, region: 'us-east-1', credentials })
  try {
    // MinIO asks for no role; the client does.
    const role = { RoleArn: 'arn:aws:iam::000000000000:role/any', RoleSessionName: 'limited' }
    const { Credentials: given } = await client.send(new AssumeRoleCommand({ ...role, Policy: JSON.stringify(policy) }))
    return { AWS_ACCESS_KEY_ID: given?.AccessKeyId ?? '', AWS_SECRET_ACCESS_KEY: given?.SecretAccessKey ?? '', AWS_SESSION_TOKEN: given?.SessionToken ?? '' }
  } finally {
    client.destroy()
  }
}
