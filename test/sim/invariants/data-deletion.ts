import { ANNOTATION } from '../../../lib/api.ts'
import { childName } from '../../../lib/names.ts'
import type { KubeObject } from '../../../schemas/generated/types.ts'
import type { Change } from '../api/api.ts'
import { goodsOf, type Goods } from './goods.ts'
import type { Invariant, Watched } from './invariant.ts'
import { materialOf, type Material, type Point } from './material.ts'
import { pastOf, type Past, type PastBackup } from './past.ts'
import { isManaged, isUs, ownerOf, RESOURCE, type StoredContent } from './resources.ts'

const NAME = 'S7'

/** S7. */
export function dataDeletion(watched: Watched): Invariant {
  const past = pastOf(watched)
  const goods = goodsOf(watched)
  const material = materialOf(watched)
  let version = -1
  let points: ReadonlyMap<string, Point> = new Map()
  return {
    name: NAME,
    title: 'S7 data goes only after its record said Deleting, with the reason and who asked; snapshots are Retain from birth and become Delete only then',
    onChange: change => keeping(watched, past, change),
    onStep() {
      if (material.version() === version) return undefined
      version = material.version()
      const now = new Map(material.points().map(point => [pointKey(point), point]))
      const lost = [...points].filter(([key]) => !now.has(key)).map(([, point]) => point)
      points = now
      return lost.map(point => lostPoint(watched, past, point)).find(complaint => complaint !== undefined) ?? lostSnapshot(watched, material, goods)
    },
  }
}

function lostPoint({ blame }: Watched, past: Past, point: Point): string | undefined {
  const backup = past.backups.get(point.run)
  if (backup?.saidDeletingAt !== undefined) return undefined
  if (blame.excuses(NAME, 'storeEmptied', { subject: point.location })) return undefined
  return `the data of volume ${point.volume} of Backup ${point.namespace}/${point.backup} is gone from ${point.location}, and its record ${backup === undefined ? 'is unknown' : 'never said Deleting'}`
}

function lostSnapshot({ blame }: Watched, material: Material, goods: Goods): string | undefined {
  for (const { backup, volume, content, at } of goods.values()) {
    if (backup.latest.spec.strategy !== 'snapshot' || volume.handle === undefined || content === undefined) continue
    if (material.contentOf(volume.handle) !== undefined || backup.saidDeletingAt !== undefined) continue
    if (blame.excuses(NAME, 'specEdited', { subject: `content of ${volume.handle}`, since: at - 3_600_000 })) continue
    return `driver snapshot ${volume.handle} of Backup ${backup.name} is gone, and the record never said Deleting`
  }
  return undefined
}

function keeping(watched: Watched, past: Past, change: Change): string | undefined {
  if (change.type === 'DELETED') return undefined
  if (change.resource === RESOURCE.snapshotClasses) return ownClass(change)
  return change.resource === RESOURCE.contents && !isOfPerson(watched, change.after as StoredContent) ? ownContent(past, change) : undefined
}

function ownClass({ after, actor }: Change): string | undefined {
  const { deletionPolicy } = after as { deletionPolicy?: string }
  return isUs(actor) && deletionPolicy !== 'Retain' ? `VolumeSnapshotClass ${after.metadata.name} of ours has deletionPolicy ${deletionPolicy}` : undefined
}

/** Bound to a person's VolumeSnapshot, which has the name of ours: what it holds is theirs. */
function isOfPerson({ api }: Watched, { spec, metadata }: StoredContent): boolean {
  const { namespace, name, uid = '' } = spec?.volumeSnapshotRef ?? {}
  const snapshot = api.read(`/apis/snapshot.storage.k8s.io/v1/namespaces/${namespace}/volumesnapshots/${name}`)
  return snapshot !== undefined && snapshot.metadata.uid === uid && !isManaged(snapshot) && ownerOf(snapshot) === undefined && !isManaged({ metadata } as KubeObject)
}

/** Whoever made it: the cluster makes contents by the class that we have named. */
function ownContent(past: Past, { before, after, actor, type }: Change): string | undefined {
  const content = after as StoredContent
  if (content.spec?.deletionPolicy !== 'Delete' || actor === 'user') return undefined
  const backup = backupOf(past, content)
  if (backup === undefined || backup.saidDeletingAt !== undefined) return undefined
  const wasDelete = (before as StoredContent | undefined)?.spec?.deletionPolicy === 'Delete'
  if (type === 'MODIFIED' && wasDelete) return undefined
  return `VolumeSnapshotContent ${content.metadata.name} of Backup ${backup.name} is made to take its data along, and the record never said Deleting`
}

/**
 * The record that the content names, or the newest of that name that was there when the content was made, as far as the API server's clock tells:
 * its status may never have come to name the snapshot.
 */
function backupOf(past: Past, content: StoredContent): PastBackup | undefined {
  const named = isManaged(content) ? past.backups.get(content.metadata.annotations?.[ANNOTATION.backupUid] ?? '') : undefined
  if (named !== undefined) return named
  const { namespace, name } = content.spec?.volumeSnapshotRef ?? {}
  const annotated = isManaged(content) ? content.metadata.annotations?.[ANNOTATION.backup] : undefined
  const madeAt = Date.parse(content.metadata.creationTimestamp ?? '') + 999
  return [...past.backups.values()].findLast(backup => backup.namespace === namespace && backup.createdAt <= madeAt && (backup.name === annotated || isOf(backup, name)))
}

function isOf({ name, latest: { spec } }: PastBackup, snapshot: string | undefined): boolean {
  return spec.strategy === 'snapshot' && spec.volumes.some(pvc => childName(name, 'snap', pvc) === snapshot)
}

function pointKey({ location, namespace, volume, backup, run }: Point): string {
  return [location, namespace, volume, backup, run].join(' ')
}
