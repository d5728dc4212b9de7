import { runName } from '../../../lib/names.ts'
import type { Change } from '../api/api.ts'
import { countSlots, isSlot, nextSlotAfter } from './cron.ts'
import type { Invariant, Watched } from './invariant.ts'
import { pastOf, type Past, type PastBackup, type PastPolicy } from './past.ts'
import { isUs, RESOURCE, type StoredBackup } from './resources.ts'
import { periodsOf, type Period } from './schedule-periods.ts'
import { mayBeStale, skewOf, STALE } from './staleness.ts'

const NAME = 'S4'
const COUNTED = 1000

/** S4. Slots are found by another library than the product's. That none is left out at the end is the goal's to say. */
export function slots(watched: Watched): Invariant {
  const past = pastOf(watched)
  const runs = new Map<string, PastBackup>()
  return {
    name: NAME,
    title: 'S4 no slot is run twice, each run is of a slot of its schedule, and what was skipped before it is counted',
    onChange(change) {
      if (change.resource !== RESOURCE.backups || change.type !== 'ADDED' || !isUs(change.actor)) return undefined
      const backup = change.after as unknown as StoredBackup
      const { policy: name, slot } = backup.spec
      if (name === undefined || slot === undefined) return undefined
      const { namespace = '' } = backup.metadata
      const key = `${namespace}/${name}/${slot}`
      const former = runs.get(key)
      const made = past.backups.get(backup.metadata.uid ?? '') as PastBackup
      runs.set(key, made)
      if (former !== undefined) return again(watched, past, { former, made })
      if (backup.metadata.name !== runName(name, new Date(slot))) return `Backup ${backup.metadata.name} does not have the name of slot ${slot}`
      return unfounded(watched, past, { change, made, slot: Date.parse(slot) })
    },
  }
}

/**
 * A run that somebody removed may come again when nothing is left that tells of it: neither the record nor the policy's status,
 * because that was never written or because somebody removed it there too.
 */
function again({ blame }: Watched, past: Past, { former, made }: { readonly former: PastBackup; readonly made: PastBackup }): string | undefined {
  const slot = Date.parse(made.latest.spec.slot ?? '')
  const policies = [...past.policies.values()].filter(({ namespace, name, goneAt }) => namespace === made.namespace && name === made.latest.spec.policy && goneAt === undefined)
  // A time that lies far ahead is nobody's slot.
  const isBelieved = (time: number): boolean => time >= slot && time <= made.createdAt + 86_400_000
  // A call that is on its way knows what it read when it began.
  const isTold = former.createdAt < made.createdAt - 60_000 && policies.some(({ latest, told, uid }) => isBelieved(Date.parse(latest.status?.lastScheduleTime ?? ''))
    || (told >= slot && (blame.lastOf('statusEdited', uid) ?? -Infinity) < former.createdAt))
  const isAsked = former.deletionAskedAt !== undefined && blame.excuses(NAME, 'metadataEdited', { subject: former.uid })
  // Retention has removed the record, and somebody the status that told of it.
  const isWiped = former.goneAt !== undefined && policies.some(({ uid }) => blame.excuses(NAME, 'statusEdited', { subject: uid, since: former.createdAt }))
  if (!isTold && (isAsked || isWiped || blame.excuses(NAME, 'deleted', { subject: former.uid }))) return undefined
  return `slot ${made.latest.spec.slot} of policy ${made.latest.spec.policy} was run twice`
}

interface Run {
  readonly change: Change
  readonly made: PastBackup
  readonly slot: number
}

/** Why no schedule that the policy has had asks for this run. */
function unfounded(watched: Watched, past: Past, run: Run): string | undefined {
  const { made, slot, change } = run
  const policies = [...past.policies.values()].filter(({ namespace, name, goneAt = Infinity }) =>
    namespace === made.namespace && name === made.latest.spec.policy && goneAt > change.at - STALE)
  const found = policies.flatMap(policy => periodsOf(policy, change.at).map(period => ({ policy, period: { ...period, from: sinceOf(policy, period) } })))
  const skew = skewOf(watched)
  if (slot > change.at + skew) return `Backup ${made.name} was made before its slot`
  const right = found.filter(({ policy, period }) => isSlot(period, slot) && slot <= period.to + STALE + skew && change.at <= period.to + STALE
    && (slot > period.from - skew - 1000 || (slot > policy.createdAt && isForgotten(watched, policy, period)) || (slot > toldSince(policy) && isUnseen(watched, period, toldSince(policy)))))
  if (right.length === 0) return `Backup ${made.name}: no schedule that policy ${made.latest.spec.policy} had then has the slot, or it lies before an edit`
  const complaints = right.map(({ policy, period }) => late(run, policy, skew) ?? overtaken(run, { policy, period, skew }) ?? miscounted(watched, past, { ...run, policy, period }))
  return complaints.every(complaint => complaint !== undefined) ? complaints[0] : undefined
}

/** Somebody has removed what told since when the schedule is in force, or what told of the one before it, and nobody has looked since. */
function isForgotten({ blame }: Watched, { uid, latest }: PastPolicy, { from }: Period): boolean {
  const isUntold = latest.status?.activeSchedule === undefined
  return blame.excuses(NAME, 'statusEdited', { subject: uid, ...(!isUntold && { since: from }) })
}

/** What was edited before anybody looked at the policy for the first time is taken for what it was made with. */
function sinceOf({ knownAt, createdAt }: PastPolicy, { from, to }: Period): number {
  return from <= knownAt && knownAt <= to ? Math.min(createdAt, from) : from
}

function late({ made, slot, change }: Run, policy: PastPolicy, skew: number): string | undefined {
  const recent = policy.states.filter((_, index) => (policy.states[index + 1]?.at ?? Infinity) > change.at - STALE).map(state => state.policy.spec)
  const deadlines = recent.map(spec => (spec.startingDeadlineSeconds ?? Infinity) + (spec.jitterSeconds ?? 0))
  const seconds = Math.max(...deadlines)
  return change.at - slot > seconds * 1000 + skew + 60_000 ? `Backup ${made.name} came ${Math.round((change.at - slot) / 1000)} s after its slot, startingDeadlineSeconds is ${seconds}` : undefined
}

/** One catch-up is enough: it is the newest slot that is run. */
function overtaken({ made, slot, change }: Run, { policy, period, skew }: { readonly policy: PastPolicy; readonly period: Period; readonly skew: number }): string | undefined {
  const next = nextSlotAfter(period, slot)
  const jitter = Math.max(...policy.states.map(state => state.policy.spec.jitterSeconds ?? 0))
  if (next === undefined || next > period.to || next + jitter * 1000 + skew + 60_000 >= change.at) return undefined
  return `Backup ${made.name} was made although slot ${new Date(next).toISOString()} was due already`
}

/** Exactly known only when the schedule was in force before the former run; else between two bounds. */
function miscounted(watched: Watched, past: Past, { made, slot, policy, period, change }: Run & { readonly policy: PastPolicy; readonly period: Period }): string | undefined {
  const told = made.latest.spec.missedSlots ?? 0
  const former = [...past.backups.values()].filter(other => other.uid !== made.uid && other.namespace === made.namespace && slotNamed(other, policy.name) < slot)
  const last = newest(former.filter(other => other.creator === 'hooks' && other.latest.spec.policy === policy.name && !isUntold(watched, policy, other)), policy.name)
  const since = toldSince(policy) || period.from
  const earliest = Math.max(last, (isUnseen(watched, period, since) ? since : period.from) - 1000)
  const most = Math.min(COUNTED, countSlots(period, earliest, slot))
  const least = Math.min(COUNTED, countSlots(period, Math.max(newest(former, policy.name), period.from, since, policy.createdAt), slot))
  if ((told >= least && told <= most) || skewOf(watched) > 0) return undefined
  if (policy.states.some(({ at }) => at > change.at - STALE) || watched.blame.excuses(NAME, 'statusEdited', { subject: policy.uid })) return undefined
  return `Backup ${made.name} says that ${told} slots were missed before it, but they are ${least === most ? least : `between ${least} and ${most}`}`
}

/** A run whose record somebody removed before anything else told of it: its slot counts as missed. */
function isUntold({ blame }: Watched, { told, name }: PastPolicy, run: PastBackup): boolean {
  return run.goneAt !== undefined && told < slotNamed(run, name) && blame.excuses(NAME, 'deleted', { subject: run.uid })
}

function toldSince({ latest }: PastPolicy): number {
  return Date.parse(latest.status?.activeSchedule?.since ?? '')
}

/** The schedule was edited, and edited back, while nobody looked: then it has been in force all the time. */
function isUnseen(watched: Watched, { from }: Period, since: number): boolean {
  if (since >= from || !mayBeStale(watched)) return false
  watched.blame.count(NAME, 'an edit that nobody saw')
  return true
}

function newest(backups: readonly PastBackup[], policy: string): number {
  return Math.max(-Infinity, ...backups.map(backup => slotNamed(backup, policy)))
}

/** The slot that a Backup stands for by its name: what somebody made under the name of a run counts as run. */
function slotNamed({ name }: PastBackup, policy: string): number {
  const [, day = '', hour, minute] = /-(\d{8})-(\d{2})(\d{2})$/.exec(name) ?? []
  const slot = Date.parse(`${day.slice(0, 4)}-${day.slice(4, 6)}-${day.slice(6)}T${hour}:${minute}:00Z`)
  return !Number.isNaN(slot) && runName(policy, new Date(slot)) === name ? slot : -Infinity
}
