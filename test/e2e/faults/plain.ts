import { GetObjectCommand } from '@aws-sdk/client-s3'
import { mkdtempSync, rmSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { driverData } from '../../cluster/components/storage.ts'
import type { Layout } from '../../cluster/layout.ts'
import type { Destination } from '../../../schemas/generated/types.ts'
import { storeClient } from '../kit/bucket.ts'
import { applyObjects, execute, until } from '../kit/kubectl.ts'
import { getObject } from '../kit/api.ts'
import type { Sandbox } from '../kit/sandbox.ts'
import { storedObjects } from '../kit/store.ts'
import { folderOf, hashOf } from './content.ts'
import { repositoryPath, restic } from './stored.ts'

/** A point in a bucket. */
export interface Stored {
  readonly box: Sandbox
  readonly destination: Destination
  readonly handle: string
  readonly claim: string
}

/** Hash of what GNU tar makes of an archive, or of the stream of a command that is one. */
export async function archiveHash({ box, destination, handle }: Stored): Promise<string> {
  const found = (await storedObjects(box, destination)).find(({ key }) => key.includes(`/${handle}/data.`))
  if (found === undefined) throw new Error(`${handle} has no data in the bucket`)
  const { bucket } = box.environment.store
  const answer = await storeClient(box.environment.store).send(new GetObjectCommand({ Bucket: bucket, Key: found.key }))
  return inFolder(async folder => {
    const file = join(folder, 'data')
    await writeFile(file, answer.Body as AsyncIterable<Uint8Array>)
    const extract = "tar --extract --preserve-permissions --numeric-owner --same-owner --xattrs --xattrs-include='*' --acls --delay-directory-restore"
    await shell(`mkdir ${folder}/out; zstd -dc ${file} | ${extract} --directory ${folder}/out`)
    return hashOf(join(folder, 'out'))
  })
}

/** Hash of what restic restores. */
export async function resticHash({ box, destination, handle, claim }: Stored): Promise<string> {
  return inFolder(async folder => {
    const args = ['restore', handle, '--no-lock', '--include', `/volumes/${claim}`, '--target', folder]
    const restored = await restic(box.environment.store, repositoryPath(box, destination), args)
    if (restored.code !== 0) throw new Error(`restic restore ${handle}: ${restored.stderr}`)
    return hashOf(join(folder, 'volumes', claim))
  })
}

/** Hash of a snapshot in the test driver. */
export async function driverHash(node: Layout, handle: string): Promise<string> {
  return hashOf(join(driverData(node, 'csi'), 'snapshots', handle))
}

/** A snapshot of the driver, and the content that was made with it. */
export interface Snapshot {
  readonly box: Sandbox
  readonly node: Layout
  readonly handle: string
  readonly content: string
}

/** Hash of a volume that Kubernetes makes from a snapshot handle, with objects that a person writes. */
export async function reboundHash({ box, node, handle, content }: Snapshot): Promise<string> {
  const name = `again-${box.namespace}`
  const old = await getObject<{ readonly spec: { readonly driver: string } }>('volumesnapshotcontent', content)
  const api = { apiVersion: 'snapshot.storage.k8s.io/v1' }
  await applyObjects([{
    ...api, kind: 'VolumeSnapshotContent', metadata: { name },
    spec: { driver: old?.spec.driver, deletionPolicy: 'Retain', source: { snapshotHandle: handle }, volumeSnapshotRef: { name, namespace: box.namespace } },
  }])
  await box.apply(
    { ...api, kind: 'VolumeSnapshot', metadata: { name }, spec: { source: { volumeSnapshotContentName: name } } },
    {
      apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name },
      spec: {
        accessModes: ['ReadWriteOnce'], storageClassName: 'holdfast-immediate', resources: { requests: { storage: '1Gi' } },
        dataSource: { apiGroup: 'snapshot.storage.k8s.io', kind: 'VolumeSnapshot', name },
      },
    },
  )
  await until(`claim ${name} to be bound`, async () => (await box.get<{ status?: { phase?: string } }>('pvc', name))?.status?.phase === 'Bound')
  return hashOf(await folderOf(node, box.namespace, name))
}

async function inFolder(work: (folder: string) => Promise<string>): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-plain-'))
  try {
    return await work(folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function shell(script: string): Promise<void> {
  const outcome = await execute('/bin/bash', ['-eo', 'pipefail', '-c', script])
  if (outcome.code !== 0) throw new Error(`${script}: ${outcome.stderr}`)
}
