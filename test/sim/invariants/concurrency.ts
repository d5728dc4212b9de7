import { LABEL } from '../../../lib/api.ts'
import type { Change } from '../api/api.ts'
import type { HookCall, Invariant, Watched } from './invariant.ts'
import { endedVolumeOf, pastOf, type Past, type PastBackup } from './past.ts'
import { hasEnded, isActiveJob, isUs, keyOf, ownerOf, RESOURCE, uidOf, type StoredBackup, type StoredJob, type StoredRestore } from './resources.ts'
import { mayBeStale, STALE } from './staleness.ts'

const NAME = 'S3'
/** Two people at once: a run that somebody asked for by hand in the moment in which the slot's was made. */
const MOMENT = 15_000

/** A call that was given up has looked for other runs so long before at most. */
const CALL = 10_000
/** A write that was sent before may come so long after. */
const UNDER_WAY = 60_000

/** S3. */
export function concurrency(watched: Watched): Invariant {
  const past = pastOf(watched)
  const givenUp = new GivenUp()
  return {
    name: NAME,
    title: 'S3 at most one run of a policy goes on that the schedule has started beside another, and no more movers of a run than its parallelism',
    onChange(change) {
      if (change.type !== 'ADDED' || !isUs(change.actor)) return undefined
      if (change.resource === RESOURCE.backups) return secondRun({ watched, past, givenUp }, change)
      return change.resource === RESOURCE.jobs ? tooManyMovers(watched, past, change) : undefined
    },
    onCall: call => givenUp.note(call),
  }
}

/** When the calls were given up that had sent their write already: that cannot be taken back. */
class GivenUp {
  readonly #times = new Map<string, number>()

  note({ status, effects, at }: HookCall): undefined {
    if (status === 200) return
    for (const effect of effects) if (effect.type === 'createRecord') this.#times.set(keyOf(effect.object), at)
  }

  /** Whether the maker of this had looked when the other was not there yet: because this came late, or the other did. */
  excuses(made: Change['after'], { other, at }: { readonly other: PastBackup; readonly at: number }): boolean {
    const time = this.#times.get(keyOf(made))
    if (time !== undefined && at < time + UNDER_WAY && other.createdAt > time - CALL) return true
    const others = this.#times.get(keyOf(other.latest)) ?? Infinity
    return other.createdAt >= others && other.createdAt < others + UNDER_WAY && at < other.createdAt + CALL
  }
}

interface Runs { readonly watched: Watched; readonly past: Past; readonly givenUp: GivenUp }

function secondRun({ watched, past, givenUp }: Runs, { after, at }: Change): string | undefined {
  const { metadata, spec } = after as unknown as StoredBackup
  if (spec.policy === undefined || spec.slot === undefined) return undefined
  const others = past.backupsOf(metadata.namespace ?? '', spec.policy).filter(other => other.uid !== metadata.uid && goesOn(other))
  const other = others.find(each => {
    if (!givenUp.excuses(after, { other: each, at })) return !isExcused(watched, each, at)
    watched.blame.count(NAME, 'a write that was under way when its call was given up')
    return false
  })
  return other && `Backup ${metadata.name} was made while ${other.name} (${other.latest.status?.phase ?? 'New'}, made ${seconds(at - other.createdAt)} before) still goes on`
}

function goesOn({ latest, goneAt }: PastBackup): boolean {
  const phase = latest.status?.phase
  return goneAt === undefined && !hasEnded(phase) && phase !== 'Deleting'
}

function isExcused({ blame }: Watched, other: PastBackup, at: number): boolean {
  if (other.creator === 'user' && at - other.createdAt < MOMENT) {
    blame.count(NAME, 'made by hand at the same moment')
    return true
  }
  return blame.excuses(NAME, 'statusEdited', { subject: other.uid })
}

function tooManyMovers(watched: Watched, past: Past, { after }: Change): string | undefined {
  const role = after.metadata.labels?.[LABEL.role]
  const owner = ownerOf(after)
  if (owner === undefined || (role !== 'backup' && role !== 'restore')) return undefined
  const parallelism = parallelismOf(watched, past, { ...owner, namespace: after.metadata.namespace ?? '' })
  const active = watched.api.all<StoredJob>(RESOURCE.jobs, after.metadata.namespace).filter(job =>
    ownerOf(job)?.uid === owner.uid && job.metadata.labels?.[LABEL.role] === role && isActiveJob(job) && job.metadata.deletionTimestamp === undefined && !isGivenUp(watched, past, { job, uid: owner.uid }))
  if (active.length <= parallelism) return undefined
  return `${active.length} movers of ${owner.kind} ${owner.name} at once, parallelism is ${parallelism}: ${active.map(job => job.metadata.name).join(', ')}`
}

/** A Job that a cache did not show when its volume was given up is none of its run's movers any more: it goes once it is seen. */
function isGivenUp(watched: Watched, past: Past, { job, uid }: { readonly job: StoredJob; readonly uid: string }): boolean {
  const recorded = endedVolumeOf(past, { job, uid })
  const createdAt = past.jobs.get(uidOf(job))?.createdAt ?? 0
  if (recorded?.volume.phase !== 'Failed' || !mayBeStale(watched) || createdAt < recorded.at - STALE) return false
  watched.blame.count(NAME, 'volume had ended before its Job was seen')
  return true
}

/** The largest it has ever been: an edit may not have been seen. */
function parallelismOf({ api, blame }: Watched, past: Past, owner: { readonly kind: string; readonly name: string; readonly uid: string; readonly namespace: string }): number {
  const path = `/apis/holdfast.dev/v1alpha1/namespaces/${owner.namespace}/restores/${owner.name}`
  const record = owner.kind === 'Backup' ? past.backups.get(owner.uid)?.latest : api.read<StoredRestore>(path)
  if (record === undefined || uidOf(record) !== owner.uid) return Infinity
  if (blame.excuses(NAME, 'specEdited', { subject: owner.uid })) return Infinity
  return record.spec.mover?.parallelism ?? 5
}

function seconds(milliseconds: number): string {
  return `${Math.round(milliseconds / 1000)} s`
}
