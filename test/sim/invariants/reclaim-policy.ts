import { ANNOTATION } from '../../../lib/api.ts'
import type { Change } from '../api/api.ts'
import type { Invariant, Watched } from './invariant.ts'
import { isUs, RESOURCE, uidOf, type StoredVolume } from './resources.ts'
import { pastOf } from './past.ts'

const NAME = 'D6'

/** D6. */
export function reclaimPolicy(watched: Watched): Invariant {
  pastOf(watched)
  const original = new Map<string, string | undefined>()
  return {
    name: NAME,
    title: 'D6 a PersistentVolume gets its reclaim policy back as it was, and we never change it without a note on it that says what it was',
    onChange(change) {
      if (change.resource !== RESOURCE.volumes || change.type === 'ADDED') return undefined
      if (change.type === 'DELETED') return dropped(watched, change)
      const [before, after] = [policyOf(change.before), policyOf(change.after)]
      if (before === after || !isUs(change.actor)) return undefined
      const uid = uidOf(change.after)
      if (!original.has(uid)) original.set(uid, before)
      return unnoted(watched, change, original.get(uid))
    },
    atEnd: () => watched.api.all<StoredVolume>(RESOURCE.volumes).map(volume => kept(watched, volume, original)).find(complaint => complaint !== undefined),
  }
}

/** A volume is made to be kept before anything that it belongs to goes. */
function dropped({ blame }: Watched, { after, actor }: Change): string | undefined {
  if (actor === 'user' || !hasNote(after as StoredVolume) || blame.excuses(NAME, 'deleted', { subject: uidOf(after) })) return undefined
  return `PersistentVolume ${after.metadata.name} went in the middle of its handover`
}

function unnoted(watched: Watched, { after, actor }: Change, was: string | undefined): string | undefined {
  const now = policyOf(after)
  if (hasNote(after as StoredVolume)) return now === 'Retain' ? undefined : `${actor} set PersistentVolume ${after.metadata.name} to ${now} in the middle of its handover`
  if (now === was || isFound(after as StoredVolume, was) || isGivenAway(watched, after as StoredVolume)) return undefined
  return `${actor} set PersistentVolume ${after.metadata.name} to ${now}, it was ${was}`
}

function kept(watched: Watched, volume: StoredVolume, original: ReadonlyMap<string, string | undefined>): string | undefined {
  const uid = uidOf(volume)
  const was = original.get(uid)
  if (was === undefined || policyOf(volume) === was || isFound(volume, was) || isGivenAway(watched, volume) || watched.blame.excuses(NAME, 'specEdited', { subject: uid })) return undefined
  return `PersistentVolume ${volume.metadata.name} was ${was} and is left ${policyOf(volume)}`
}

/** Somebody bound it to a claim of their own: then it keeps what it holds. */
function isGivenAway({ blame }: Watched, volume: StoredVolume): boolean {
  return policyOf(volume) === 'Retain' && blame.excuses(NAME, 'specEdited', { subject: uidOf(volume) })
}

/** A temporary claim was given it, and it was there before: it is kept, and says what its policy was. */
function isFound(volume: StoredVolume, was: string | undefined): boolean {
  const { metadata: { name, annotations }, spec } = volume
  return policyOf(volume) === 'Retain' && annotations?.[ANNOTATION.reclaimPolicy] === was && name !== `pvc-${spec?.claimRef?.uid}`
}

function hasNote({ metadata }: StoredVolume): boolean {
  return metadata.annotations?.[ANNOTATION.handover] !== undefined
}

function policyOf(volume: Change['after'] | undefined): string | undefined {
  return (volume as StoredVolume | undefined)?.spec?.persistentVolumeReclaimPolicy
}
