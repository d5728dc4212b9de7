import type { Change } from '../api/api.ts'
import type { Invariant, Watched } from './invariant.ts'
import { pastOf } from './past.ts'
import { hasEnded, isUs, RESOURCE, uidOf, type StoredBackup, type StoredRestore } from './resources.ts'

const NAME = 'D8'
/** A Restore that begins in this very moment may not have been seen. */
const MOMENT = 120_000

/** D8. */
export function readers(watched: Watched): Invariant {
  pastOf(watched)
  const since = new Map<string, number>()
  return {
    name: NAME,
    title: 'D8 nothing of a restore point is removed while a Restore reads it',
    onChange(change) {
      if (change.resource === RESOURCE.restores) return note(since, change)
      if (change.resource !== RESOURCE.backups || change.type !== 'MODIFIED' || !isUs(change.actor)) return undefined
      const [before, after] = [change.before, change.after] as readonly unknown[] as readonly StoredBackup[]
      return before?.status?.phase === 'Deleting' || after?.status?.phase !== 'Deleting' ? undefined : read(watched, since, change)
    },
  }
}

/** Since when a Restore has read what it reads, as far as anybody could know. */
function note(since: Map<string, number>, { before, after, at, actor }: Change): undefined {
  const [was, is] = [before, after].map(object => (object as unknown as StoredRestore | undefined)?.status)
  if (is?.backup === undefined || hasEnded(is.phase)) since.delete(uidOf(after))
  else if (!since.has(uidOf(after)) || was?.backup !== is.backup || !isUs(actor)) since.set(uidOf(after), at)
}

function read({ api }: Watched, since: ReadonlyMap<string, number>, { after, at }: Change): string | undefined {
  const { name, namespace } = after.metadata
  const reader = api.all<StoredRestore>(RESOURCE.restores, namespace).find(restore =>
    restore.status?.backup === name && restore.metadata.deletionTimestamp === undefined && (since.get(uidOf(restore)) ?? Infinity) < at - MOMENT)
  return reader && `the data of Backup ${name} is to be removed while Restore ${reader.metadata.name} (${reader.status?.phase}) reads it`
}
