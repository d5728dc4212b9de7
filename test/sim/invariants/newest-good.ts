import type { Change } from '../api/api.ts'
import type { Invariant, Watched } from './invariant.ts'
import { goodVolumes, heldVolumes, isGood, isOfFuture } from './points.ts'
import { pastOf, type Past, type PastBackup } from './past.ts'
import { hasEnded, isUs, ownerOf, RESOURCE, uidOf, type StoredPolicy, type StoredRestore } from './resources.ts'

const NAME = 'D5'
/** As long as a call may take. */
const MOMENT = 30_000

/** D5. */
export function newestGood(watched: Watched): Invariant {
  const past = pastOf(watched)
  // What a restore has made names what was chosen, and is there before any status is written.
  const begun = new Map<string, number>()
  return {
    name: NAME,
    title: 'D5 a failed run never becomes the newest good point: not in a policy\'s status, and not as the source of a restore; nor one that is lost or of the future',
    onChange(change) {
      const owner = ownerOf(change.after)
      if (owner?.kind === 'Restore' && !begun.has(owner.uid)) begun.set(owner.uid, change.at)
      if (change.type !== 'MODIFIED' || !isUs(change.actor) || change.before?.status === change.after.status) return undefined
      if (change.resource === RESOURCE.policies) return untrue(watched, past, change)
      return change.resource === RESOURCE.restores ? chosen(watched, past, { change, at: begun.get(uidOf(change.after)) ?? change.at }) : undefined
    },
  }
}

function untrue({ blame }: Watched, past: Past, { before, after }: Change): string | undefined {
  const { metadata: { name, namespace = '' }, status } = after as unknown as StoredPolicy
  const backups = past.backupsOf(namespace, name)
  const edited = (uid: string): boolean => blame.excuses(NAME, 'statusEdited', { subject: uid })
  const time = status?.lastSuccessfulTime
  const isNew = time !== undefined && time !== (before as unknown as StoredPolicy | undefined)?.status?.lastSuccessfulTime
  const founded = backups.some(({ ended, latest, uid }) => latest.status?.completionTime === time && (ended?.phase === 'Completed' || edited(uid)))
  if (isNew && !founded && !backups.some(({ uid }) => edited(uid)) && !edited(uidOf(after))) return `policy ${name} says that its newest good run ended at ${time}, and none did`
  const wrong = (status?.storedBackups ?? []).find(stored => backups.filter(backup => backup.name === stored.name).every(({ ended, uid }) => ended?.phase === 'Failed' && !edited(uid)))
  return wrong && `policy ${name} counts ${wrong.name} among its restore points, which ${backups.some(backup => backup.name === wrong.name) ? 'failed' : 'does not exist'}`
}

/** The source of a restore, in the moment in which it is fixed. */
function chosen(watched: Watched, past: Past, { change: { before, after }, at }: { readonly change: Change; readonly at: number }): string | undefined {
  const { metadata, spec, status } = after as unknown as StoredRestore
  const name = status?.backup
  if (name === undefined || (before as unknown as StoredRestore | undefined)?.status?.backup === name) return undefined
  const named = [...past.backups.values()].filter(each => each.namespace === metadata.namespace && each.name === name)
  // What went while the call was under way, and has a successor by now, was there when it was read.
  const backup = named.findLast(each => isUsable(each) && (each.goneAt ?? Infinity) >= at - MOMENT) ?? named.at(-1)
  if (backup === undefined) return `Restore ${metadata.name} takes Backup ${name}, which never was`
  const phase = phaseOf(backup)
  if (!isUsable(backup) && !watched.blame.excuses(NAME, 'statusEdited', { subject: backup.uid })) return `Restore ${metadata.name} takes Backup ${name}, which is ${phase}`
  if (spec.policy === undefined) return undefined
  if (spec.asOf !== undefined && Date.parse(backup.latest.status?.completionTime ?? '') > Date.parse(spec.asOf)) return `Restore ${metadata.name} takes Backup ${name}, which ended after ${spec.asOf}`
  const lacks = partial(spec, backup, at)
  if (lacks !== undefined) return watched.blame.excuses(NAME, 'statusEdited', { subject: backup.uid }) ? undefined : lacks
  return early(watched, past, { backup, restore: after as unknown as StoredRestore, at })
}

function isUsable(backup: PastBackup): boolean {
  const phase = phaseOf(backup)
  return hasEnded(phase) && phase !== 'Failed'
}

function phaseOf({ ended, latest }: PastBackup): string | undefined {
  return ended?.phase ?? latest.status?.phase
}

/** By policy only whole points are taken, of the volumes that are asked for; one that was lost just now, or goes since then, may not be known to. */
function partial({ policy, volumes: asked }: StoredRestore['spec'], backup: PastBackup, at: number): string | undefined {
  const { latest } = backup
  const whole = wholeVolumes(backup, at)
  const wanted = asked?.length ? asked.map(({ source }) => source) : (latest.status?.volumes ?? []).map(({ pvc }) => pvc)
  const bad = wanted.find(pvc => !whole.includes(pvc))
  return bad && `the newest good point of policy ${policy} was asked for, and one is taken, ${latest.metadata.name}, without a good ${bad}`
}

function wholeVolumes({ latest, volumes, lostAt = -Infinity, saidDeletingAt = -Infinity }: PastBackup, at: number): readonly string[] {
  if (saidDeletingAt >= at - MOMENT) return [...volumes.values()].filter(({ volume }) => volume.phase === 'Completed').map(({ volume }) => volume.pvc)
  return lostAt >= at - MOMENT ? heldVolumes(latest) : goodVolumes(latest)
}

interface Taken {
  readonly backup: PastBackup
  readonly restore: StoredRestore
  readonly at: number
}

/** One of the future is taken although another, which has been there for a while, is not. */
function early({ api, blame }: Watched, past: Past, { backup, restore: { metadata, spec }, at }: Taken): string | undefined {
  const clock = api.now()
  // What the hook took for the future may be of the past now.
  if (!isOfFuture(backup.latest, clock)) return undefined
  const asked = spec.volumes?.map(({ source }) => source) ?? []
  const better = past.backupsOf(backup.namespace, spec.policy ?? '').find(({ uid, latest, ended, goneAt, deletionAskedAt, lostAt }) =>
    goneAt === undefined && deletionAskedAt === undefined && lostAt === undefined && ended !== undefined && ended.at < at - MOMENT
    && (asked.length > 0 ? asked.every(pvc => goodVolumes(latest).includes(pvc)) : isGood(latest)) && !isOfFuture(latest, clock - MOMENT)
    && !(Date.parse(latest.status?.completionTime ?? '') > Date.parse(spec.asOf ?? '')) && latest.metadata.deletionTimestamp === undefined
    && !blame.excuses(NAME, 'statusEdited', { subject: uid, since: at - MOMENT }) && !blame.excuses(NAME, 'metadataEdited', { subject: uid, since: at - MOMENT }))
  return better && `Restore ${metadata.name} takes Backup ${backup.name}, which says that it ended in the future, although there is ${better.name}`
}
