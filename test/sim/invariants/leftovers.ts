import { ANNOTATION, LABEL } from '../../../lib/api.ts'
import type { KubeObject } from '../../../schemas/generated/types.ts'
import { isHeldByOrphan } from './held-claim.ts'
import type { Invariant, Watched } from './invariant.ts'
import { pastOf, type Past } from './past.ts'
import { isManaged, keyOf, ownerOf, RESOURCE, uidOf, type StoredBackup, type StoredClaim, type StoredContent, type StoredVolume } from './resources.ts'
import { mayBeStale, STALE } from './staleness.ts'

const NAME = 'D4'

/** D4. */
export function leftovers(watched: Watched): Invariant {
  const past = pastOf(watched)
  const temporary = new Set<string>()
  const untold = new Set<string>()
  const told = new Map<string, number>()
  return {
    name: NAME,
    title: 'D4 no temporary object is left at the end',
    onChange({ resource, actor, after, at }) {
      if (resource === RESOURCE.backups) for (const key of namedIn(after as StoredBackup)) if (!told.has(key)) told.set(key, at)
      if (resource === RESOURCE.claims && isTemporary(after)) temporary.add(keyOf(after))
      if (resource === RESOURCE.snapshots && actor === 'user' && after.metadata.deletionTimestamp !== undefined && !isSeen(watched, told.get(keyOf(after)), at)) untold.add(uidOf(after))
      return undefined
    },
    atEnd: () => claims(watched) ?? volumes(watched, temporary) ?? contents(watched, { past, untold }),
  }
}

function isTemporary({ metadata: { labels, annotations } }: KubeObject): boolean {
  return labels?.[LABEL.role] === 'restore' && annotations?.[ANNOTATION.target] !== undefined
}

/** The VolumeSnapshots that the status of a Backup names. */
function namedIn({ metadata: { namespace }, status }: StoredBackup): readonly string[] {
  return (status?.volumes ?? []).flatMap(({ snapshotName }) => snapshotName === undefined ? [] : [`${namespace}/${snapshotName}`])
}

/** Whether every cache shows by now what a status told at a time. */
function isSeen(watched: Watched, toldAt: number | undefined, now: number): boolean {
  return toldAt !== undefined && (now - toldAt > STALE || !mayBeStale(watched))
}

function claims(watched: Watched): string | undefined {
  const left = watched.api.all<StoredClaim>(RESOURCE.claims).find(claim => isTemporary(claim) && !isHeldByOrphan(watched, claim, NAME) && !isTakenAway(watched, claim))
  return left && `temporary claim ${keyOf(left)} is left${left.metadata.deletionTimestamp === undefined ? '' : ' and cannot go'}`
}

/** Somebody took it away from its Restore, which says so: it is theirs to delete. */
function isTakenAway({ blame }: Watched, claim: StoredClaim): boolean {
  return ownerOf(claim) === undefined && blame.excuses(NAME, 'metadataEdited', { subject: uidOf(claim) })
}

/** A volume that its class keeps stays; nobody but a person may delete it, and the Restore's message says so. */
function volumes({ api, blame }: Watched, temporary: ReadonlySet<string>): string | undefined {
  for (const volume of api.all<StoredVolume>(RESOURCE.volumes)) {
    const { metadata: { name, labels, annotations }, spec, status } = volume
    if (labels?.[LABEL.restoreUid] !== undefined || annotations?.[ANNOTATION.handover] !== undefined) return `PersistentVolume ${name} still carries the marks of a handover`
    const ref = spec?.claimRef
    const isOurs = ref !== undefined && temporary.has(`${ref.namespace}/${ref.name}`)
    if (!isOurs || status?.phase === 'Bound') continue
    if (spec?.persistentVolumeReclaimPolicy !== 'Retain') return `PersistentVolume ${name} of temporary claim ${ref.name} is ${status?.phase}, and nobody takes it away`
    blame.count(NAME, 'its class keeps volumes')
  }
  return undefined
}

/** A content that nobody can find again costs money for ever. */
function contents({ api, blame }: Watched, { past, untold }: { readonly past: Past; readonly untold: ReadonlySet<string> }): string | undefined {
  const names = new Map([...past.backups.values()].flatMap(backup => namedIn(backup.latest).map(key => [key, backup] as const)))
  const seen = new Map<string, string>()
  for (const content of api.all<StoredContent>(RESOURCE.contents)) {
    const { namespace, name, uid = '' } = content.spec?.volumeSnapshotRef ?? {}
    const backup = names.get(`${namespace}/${name}`)
    const handle = content.status?.snapshotHandle ?? content.spec?.source?.snapshotHandle ?? ''
    const other = handle === '' ? undefined : seen.get(handle)
    seen.set(handle, content.metadata.name)
    // Those of a namesake that is gone are nobody's to remove.
    const isItsOwn = backup?.goneAt === undefined && backup?.latest.status?.volumes?.some(volume => volume.handle === handle) === true
    if (other !== undefined && isItsOwn && blame.lastOf('statusEdited', backup.uid) === undefined) return `VolumeSnapshot ${name} has two contents: ${other} and ${content.metadata.name}`
    if (backup === undefined || (isManaged(content) && content.metadata.annotations?.[ANNOTATION.backup] !== undefined)) continue
    if (blame.excuses(NAME, 'metadataEdited', { subject: content.metadata.uid ?? '' })) continue
    if (untold.has(uid)) {
      blame.count(NAME, 'somebody deleted a VolumeSnapshot that no status told of yet')
      continue
    }
    return `VolumeSnapshotContent ${content.metadata.name} of Backup ${backup.name} carries none of our labels`
  }
  return undefined
}
