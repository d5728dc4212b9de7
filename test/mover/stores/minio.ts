import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

export interface TestS3 {
  readonly endpoint: string
  readonly env: { readonly AWS_ACCESS_KEY_ID: string; readonly AWS_SECRET_ACCESS_KEY: string }
  readonly stop: () => Promise<void>
}

/** Why there is no S3 to test against; undefined when there is one. */
export const NO_S3 = process.env.HOLDFAST_TEST_S3 === undefined && !existsSync(process.env.HOLDFAST_MINIO ?? '')
  ? 'no S3: set HOLDFAST_MINIO to a minio binary, or HOLDFAST_TEST_S3 to an endpoint (with AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY)' : undefined

/** The S3 at HOLDFAST_TEST_S3, or a MinIO of our own on a free port. */
export async function startS3(): Promise<TestS3> {
  const given = process.env.HOLDFAST_TEST_S3
  if (given !== undefined) {
    const { AWS_ACCESS_KEY_ID = '', AWS_SECRET_ACCESS_KEY = '' } = process.env
    return { endpoint: given, env: { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY }, stop: async () => undefined }
  }
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-minio-'))
  const [port, console] = [await freePort(), await freePort()]
  const env = { AWS_ACCESS_KEY_ID: 'test-key', AWS_SECRET_ACCESS_KEY: 'test-secret-of-minio' }
  const minio = spawn(process.env.HOLDFAST_MINIO ?? '', ['server', '--address', `127.0.0.1:${port}`, '--console-address', `127.0.0.1:${console}`, folder], {
    env: { ...process.env, MINIO_ROOT_USER: env.AWS_ACCESS_KEY_ID, MINIO_ROOT_PASSWORD: env.AWS_SECRET_ACCESS_KEY, HOME: folder }, stdio: 'ignore',
  })
  const endpoint = `http://127.0.0.1:${port}`
  for (let tries = 0; tries < 300 && !await fetch(`${endpoint}/minio/health/ready`).then(answer => answer.ok, () => false); tries += 1) await sleep(100)
  return {
    endpoint, env,
    stop: async () => {
      minio.kill('SIGKILL')
      await once(minio, 'exit')
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** Makes a bucket; one that exists is fine. */
export async function makeBucket({ endpoint, env }: TestS3, bucket: string): Promise<void> {
  const { S3Client, CreateBucketCommand } = await import('@aws-sdk/client-s3')
  const client = new S3Client({ endpoint, forcePathStyle: true, region: 'us-east-1', credentials: { accessKeyId: env.AWS_ACCESS_KEY_ID, secretAccessKey: env.AWS_SECRET_ACCESS_KEY } })
  await client.send(new CreateBucketCommand({ Bucket: bucket })).catch(error => (error as Error).name === 'BucketAlreadyOwnedByYou' ? undefined : Promise.reject(error))
  client.destroy()
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}
