import { mkdirSync, utimesSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { AbortMultipartUploadCommand, ListMultipartUploadsCommand } from '@aws-sdk/client-s3'
import { LABEL } from '../../../lib/api.ts'
import { DATA_NAMES } from '../../../mover/archive/compression.ts'
import { sweepArchives } from '../../../mover/archive/delete.ts'
import { s3Store } from '../../../mover/stores/s3.ts'
import { writeText, type Store, type StoredObject } from '../../../mover/stores/store.ts'
import type { Destination, KubeObject } from '../../../schemas/generated/types.ts'
import { storeClient } from '../kit/bucket.ts'
import { until } from '../kit/kubectl.ts'
import type { Sandbox } from '../kit/sandbox.ts'
import { folderOf } from './content.ts'
import type { Scene } from './restoring.ts'
import { bucketKeys, looseKeys, unfinishedUploads, vaultKeys } from './stored.ts'
import type { Say, Stores } from './verify.ts'

const DAY_MS = 86_400_000
/** The prune job takes what is older than eight days, by the newest archive of the store. */
const AGE_DAYS = 9

interface Job extends KubeObject { readonly status?: { readonly succeeded?: number; readonly failed?: number } }

/**
 * Makes everything that killed movers left nine days old, and beside it one piece of each sort that is put there, and prunes; gives what is
 * still there. In the claim files are aged and the policy's own prune Job runs. Objects in S3 cannot be aged, so there the mover's sweep runs
 * here, over the real bucket, and is told the other times.
 */
export async function sweptClean({ box, node }: Scene, { bucket, vault }: Stores, say: Say): Promise<readonly string[]> {
  const folder = join(await folderOf(node, box.namespace, vault), box.namespace)
  const inVault = (): readonly string[] => looseKeys(vaultKeys(box, dirname(folder)))
  for (const name of ['data.tar.zst', 'data.tar.zst.partial-0123456789ab']) {
    mkdirSync(join(folder, 'archive/minutely-0/planted'), { recursive: true })
    writeFileSync(join(folder, 'archive/minutely-0/planted', name), 'of a mover that was killed')
  }
  const old = new Date(Date.now() - AGE_DAYS * DAY_MS)
  for (const key of inVault()) utimesSync(join(folder, key), old, old)
  say(`left by killed movers in the claim, and two more: ${inVault().length}`)
  await pruneByJob(box, 'minutely')
  const left = inVault().map(key => `after the prune job the claim still has ${key}`)
  return [...left, ...await sweptBucket(box, bucket, say)]
}

/** Uploads that are still open are of keys that we know. The store itself ends them (MinIO after a day); here they are ended by hand. */
export async function uploadsEnd({ box, node, ledger }: Scene, { bucket, before }: { readonly bucket: Destination; readonly before: number }): Promise<readonly string[]> {
  const client = storeClient(box.environment.store)
  const { bucket: Bucket } = box.environment.store
  for (const { backup, claims } of ledger.backups) {
    for (const key of claims.flatMap(volume => DATA_NAMES.map(name => `${prefixOf(box, bucket)}/archive/${volume}/${backup}/${name}`))) {
      const { Uploads = [] } = await client.send(new ListMultipartUploadsCommand({ Bucket, Prefix: key }))
      for (const { UploadId } of Uploads) await client.send(new AbortMultipartUploadCommand({ Bucket, Key: key, UploadId }))
    }
  }
  const open = unfinishedUploads(node) - before
  return open > 0 ? [`${open} uploads are open that are of no restore point's data`] : []
}

async function pruneByJob(box: Sandbox, policy: string): Promise<void> {
  const [cron] = await box.list<KubeObject>('cronjobs', `${LABEL.policy}=${policy}`)
  if (cron === undefined) throw new Error(`policy ${policy} has no prune CronJob`)
  await box.kubectl('create', 'job', 'swept', `--from=cronjob/${cron.metadata.name}`)
  const ended = await until('the prune job to end', async () => {
    const job = await box.get<Job>('job', 'swept')
    return (job?.status?.succeeded ?? 0) + (job?.status?.failed ?? 0) > 0 ? job : undefined
  }, 240)
  if (ended.status?.succeeded !== 1) throw new Error(`the prune job failed: ${JSON.stringify(ended.status)}`)
  await box.kubectl('delete', 'job', 'swept', '--timeout=60s')
}

async function sweptBucket(box: Sandbox, destination: Destination, say: Say): Promise<readonly string[]> {
  const { accessKey, secretKey, bucket, endpointOnHost } = box.environment.store
  const store = await s3Store({ bucket, prefix: prefixOf(box, destination), endpoint: endpointOnHost, env: { AWS_ACCESS_KEY_ID: accessKey, AWS_SECRET_ACCESS_KEY: secretKey } })
  await writeText(store, 'archive/tar-0/planted/data.tar.zst', 'of a mover that was killed')
  const loose = new Set(looseKeys(await bucketKeys(box, destination)))
  say(`left by killed movers in the bucket, and one more: ${loose.size}`)
  await sweepArchives(aged(store, loose), new Date())
  return looseKeys(await bucketKeys(box, destination)).map(key => `after a sweep the bucket still has ${key}`)
}

/** The store, as it will be when some of its objects are older. */
export function aged(store: Store, keys: ReadonlySet<string>): Store {
  const older = (found: StoredObject): StoredObject => keys.has(found.key) ? { ...found, modified: new Date(found.modified.getTime() - AGE_DAYS * DAY_MS) } : found
  return {
    ...store,
    head: async key => {
      const found = await store.head(key)
      return found && older(found)
    },
    list: async function* (prefix) {
      for await (const found of store.list(prefix)) yield older(found)
    },
  }
}

function prefixOf(box: Sandbox, { url }: Destination): string {
  return `${url.slice(`s3://${box.environment.store.bucket}/`.length)}/${box.namespace}`
}
