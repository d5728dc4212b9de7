import assert from 'node:assert/strict'
import { LABEL } from '../../../lib/api.ts'
import type { Backup, Destination, KubeObject } from '../../../schemas/generated/types.ts'
import type { Layout } from '../../cluster/layout.ts'
import { getObject } from '../kit/api.ts'
import { until } from '../kit/kubectl.ts'
import { claim, policy, restore } from '../kit/objects.ts'
import type { Sandbox } from '../kit/sandbox.ts'
import { s3Destination } from '../kit/store.ts'
import { folderOf, hashOf, writeGeneration } from './content.ts'
import { lanesOf, type Lane } from './lane.ts'
import { archiveHash, driverHash, reboundHash, resticHash } from './plain.ts'

/** One good point of every strategy, and what each holds. */
export interface Treasure {
  readonly box: Sandbox
  readonly node: Layout
  readonly destination: Destination
  readonly points: readonly Point[]
}

interface Point {
  readonly lane: Lane
  readonly claim: string
  readonly hash: string
  readonly backup: Backup
  readonly handle: string
  /** Strategy snapshot: the VolumeSnapshotContent. */
  readonly content?: string
}

/** Makes a volume, a policy and a Completed Backup for every strategy. */
export async function treasure(box: Sandbox, node: Layout): Promise<Treasure> {
  const destination = await s3Destination(box)
  const lanes = lanesOf(destination, destination).filter(({ scheduled }) => !scheduled)
  const points = await Promise.all(lanes.map(lane => pointOf({ box, node, lane })))
  return { box, node, destination, points }
}

async function pointOf({ box, node, lane }: { box: Sandbox; node: Layout; lane: Lane }): Promise<Point> {
  const name = `${lane.name}-0`
  await box.apply(claim(name, { labels: { lane: lane.name }, storageClassName: 'holdfast-immediate' }))
  const folder = await folderOf(node, box.namespace, name)
  writeGeneration(folder, 1)
  await box.apply(policy(lane.name, lane.spec))
  const made = await box.backup('run', lane.name, '--wait', '--timeout', '4m')
  assert.equal(made.code, 0, made.stderr)
  const [backup] = await box.list<Backup>('backups', `${LABEL.policy}=${lane.name}`)
  const volume = backup?.status?.volumes?.[0]
  assert.ok(backup !== undefined && volume?.handle !== undefined, JSON.stringify(backup?.status))
  const { handle, contentName } = volume
  return { lane, claim: name, hash: await hashOf(folder), backup, handle, ...(contentName !== undefined && { content: contentName }) }
}

/** The data of every point is in its store, and programs that know nothing of Holdfast get out what was put in, as docs/format.md says. */
export async function assertStored({ box, node, destination, points }: Treasure): Promise<void> {
  for (const { lane, claim: name, hash, handle, content } of points) {
    if (content === undefined) {
      const found = await (lane.spec.strategy === 'external' ? resticHash : archiveHash)({ box, destination, handle, claim: name })
      assert.equal(found, hash, `${lane.name}: what plain programs read is not what was backed up`)
      continue
    }
    const bound = await getObject<KubeObject & { readonly spec: { readonly deletionPolicy: string } }>('volumesnapshotcontent', content)
    assert.equal(bound?.spec.deletionPolicy, 'Retain')
    assert.equal(bound.metadata.deletionTimestamp, undefined)
    assert.equal(await driverHash(node, handle), hash, 'the driver holds the snapshot as it was')
  }
}

/** Every Backup is as it was, and restores. */
export async function assertRestores({ box, node, points }: Treasure): Promise<void> {
  await Promise.all(points.map(async ({ lane, claim: name, hash, backup }) => {
    const seen = await box.get<Backup>('backup', backup.metadata.name)
    assert.equal(seen?.metadata.uid, backup.metadata.uid)
    assert.equal(seen?.status?.phase, 'Completed')
    await box.apply(restore(`back-${lane.name}`, { backup: backup.metadata.name, volumes: [{ source: name, target: `copy-${lane.name}` }] }))
    await box.restoreIn('Completed', `back-${lane.name}`, 240)
    assert.equal(await hashOf(await folderOf(node, box.namespace, `copy-${lane.name}`)), hash, lane.name)
  }))
}

/** Without any record of ours: a claim made by Kubernetes alone from the snapshot that the driver still holds. */
export async function assertBindsAgain({ node, points }: Treasure, into: Sandbox): Promise<void> {
  for (const { handle, hash, content } of points) {
    if (content !== undefined) assert.equal(await reboundHash({ box: into, node, handle, content }), hash)
  }
}

/** Waits until no object of a kind (with these labels) is left in the namespace. */
export async function untilNone(box: Sandbox, kind: string, selector?: string): Promise<void> {
  await until(`no ${kind} in ${box.namespace}`, async () => (await box.list(kind, selector)).length === 0, 120)
}
