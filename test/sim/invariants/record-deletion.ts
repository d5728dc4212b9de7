import type { Change } from '../api/api.ts'
import type { HookCall, Invariant, Watched } from './invariant.ts'
import { materialOf } from './material.ts'
import { pastOf, type PastBackup } from './past.ts'
import type { Point } from '../store/stores.ts'
import { RESOURCE, uidOf, type StoredBackup } from './resources.ts'

const NAME = 'S8'

/** S8. */
export function recordDeletion(watched: Watched): Invariant {
  const past = pastOf(watched)
  const clean = new Map<string, Change>()
  const unheard = new Set<string>()
  return {
    name: NAME,
    title: 'S8 the record of data that is to be removed goes only when nothing of it is left, or when it was said that the data stays',
    onCall: call => { for (const event of refusedWords(call)) unheard.add(event) },
    onChange(change) {
      if (change.resource !== RESOURCE.backups || change.type !== 'DELETED') return undefined
      const backup = past.backups.get(uidOf(change.after))
      const { spec } = change.after as unknown as StoredBackup
      if (backup !== undefined && (backup.saidDeletingAt ?? backup.deletionAskedAt) !== undefined && dataOf(watched, backup, change.after as unknown as StoredBackup).length === 0 && spec.strategy !== 'snapshot') clean.set(backup.uid, change)
      if (backup !== undefined && unheard.has(eventOf(backup))) return void watched.blame.count(NAME, 'last word was refused')
      return backup && leftBehind(watched, backup, change)
    },
    // A mover that was not stopped may store what nobody knows of any more.
    atEnd: () => [...clean].map(([uid, change]) => leftBehind(watched, past.backups.get(uid) as PastBackup, change)).find(complaint => complaint !== undefined),
  }
}

function leftBehind(watched: Watched, backup: PastBackup, { after, actor }: Change): string | undefined {
  const { name, namespace, uid } = backup
  if (backup.saidDeletingAt === undefined && backup.deletionAskedAt === undefined) {
    return actor === 'hooks' ? `we deleted Backup ${name}, although nobody had asked for that` : undefined
  }
  const left = dataOf(watched, backup, after as unknown as StoredBackup)
  if (left.length === 0 || saidKept(watched, backup)) return undefined
  const withdrawn = backup.saidDeletingAt === undefined && watched.blame.excuses(NAME, 'metadataEdited', { subject: uid })
  if (withdrawn || watched.blame.excuses(NAME, 'statusEdited', { subject: uid }) || isVeiled(watched, backup)) return undefined
  return `Backup ${namespace}/${name} is gone, but its data is still there: ${left.join(', ')}`
}

/**
 * Nobody ever noted the ids of its restic snapshots, and a list did not show them when they were to go: then no tag finds them.
 * An archive's files have names that are known.
 */
function isVeiled(watched: Watched, { uid, saidDeletingAt, latest }: PastBackup): boolean {
  const { cluster: { stores }, blame } = watched
  const known = new Set(latest.status?.volumes?.map(({ handle }) => handle))
  const isHidden = ({ location, handle, strategy, at }: Point): boolean => strategy === 'external' && !known.has(handle)
    && stores.veils.some(veil => veil.location === location && at > veil.over && veil.until > (saidDeletingAt ?? Infinity))
  const left = stores.points().filter(({ run }) => run === uid)
  if (left.length === 0 || !left.every(isHidden)) return false
  blame.count(NAME, 'list was slow')
  return true
}

function dataOf(watched: Watched, { uid }: PastBackup, { spec, status }: StoredBackup): readonly string[] {
  const material = materialOf(watched)
  if (spec.strategy !== 'snapshot') return material.points().filter(({ run }) => run === uid).map(({ volume, location }) => `${volume} in ${location}`)
  return (status?.volumes ?? []).flatMap(({ handle }) => handle !== undefined && material.contentOf(handle) !== undefined ? [handle] : [])
}

function saidKept({ api }: Watched, backup: PastBackup): boolean {
  return api.read(eventOf(backup)) !== undefined
}

/** The Event that says that the data stays. */
function eventOf({ namespace, name }: PastBackup): string {
  return `/api/v1/namespaces/${namespace}/events/${name}.datakept`
}

/** What was to be told and was refused for good, as by a quota on Events: nobody waits for that. */
function refusedWords({ heard = [] }: HookCall): readonly string[] {
  return heard.filter(({ call, received }) => call.method === 'POST' && call.path.endsWith('/events') && received.status === 403)
    .map(({ call: { path, body } }) => `${path}/${(body as { readonly metadata: { readonly name: string } }).metadata.name}`)
}
