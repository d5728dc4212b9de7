import { LABEL } from '../../../lib/api.ts'
import type { Change } from '../api/api.ts'
import type { Invariant, Watched } from './invariant.ts'
import { pastOf, type Past, type PastBackup } from './past.ts'
import { hasEnded, isActiveJob, isUs, ownerOf, RESOURCE, uidOf, type StoredBackup, type StoredJob, type StoredRestore } from './resources.ts'

const NAME = 'S3'
/** Two people at once: a run that somebody asked for by hand in the moment in which the slot's was made. */
const MOMENT = 15_000

/** S3. */
export function concurrency(watched: Watched): Invariant {
  const past = pastOf(watched)
  return {
    name: NAME,
    title: 'S3 at most one run of a policy goes on that the schedule has started beside another, and no more movers of a run than its parallelism',
    onChange(change) {
      if (change.type !== 'ADDED' || !isUs(change.actor)) return undefined
      if (change.resource === RESOURCE.backups) return secondRun(watched, past, change)
      return change.resource === RESOURCE.jobs ? tooManyMovers(watched, past, change) : undefined
    },
  }
}

function secondRun(watched: Watched, past: Past, { after, at }: Change): string | undefined {
  const { metadata, spec } = after as unknown as StoredBackup
  if (spec.policy === undefined || spec.slot === undefined) return undefined
  const others = past.backupsOf(metadata.namespace ?? '', spec.policy).filter(other => other.uid !== metadata.uid && goesOn(other))
  const other = others.find(each => !isExcused(watched, each, at))
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
    ownerOf(job)?.uid === owner.uid && job.metadata.labels?.[LABEL.role] === role && isActiveJob(job) && job.metadata.deletionTimestamp === undefined)
  if (active.length <= parallelism) return undefined
  return `${active.length} movers of ${owner.kind} ${owner.name} at once, parallelism is ${parallelism}: ${active.map(job => job.metadata.name).join(', ')}`
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
