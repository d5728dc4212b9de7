import { newestFirst } from '../../lib/newest.ts'
import { goodVolumes, isLeaving, isTerminal } from '../../lib/phases.ts'
import type { Backup, BackupPolicy, BackupRepository } from '../../schemas/generated/types.ts'
import { selects, type Claim } from './claims.ts'
import { ready } from '../output/columns.ts'

/** How safe one claim is. The words are an interface: scripts read them. */
export type ProtectionStatus = 'Protected' | 'Unprotected' | 'NoRestorePoint' | 'Failing' | 'NotReady' | 'Overdue' | 'Paused'

export interface Protection {
  readonly namespace: string
  readonly claim: string
  readonly status: ProtectionStatus
  /** Policies that select the claim. */
  readonly policies: readonly string[]
  /** Newest good restore point, of whatever policy. */
  readonly lastGood?: { readonly backup: string, readonly time: string }
  /** What is wrong, for people. */
  readonly message?: string
}

export interface Facts {
  readonly claim: Claim
  /** Policies of the claim's namespace that select it. */
  readonly policies: readonly BackupPolicy[]
  /** Backups of its namespace that hold it, newest first. */
  readonly backups: readonly Backup[]
  /** Repositories of its namespace; undefined when they may not be read. */
  readonly repositories?: readonly BackupRepository[]
  readonly now: Date
}

type Finding = { readonly status: ProtectionStatus, readonly message: string }

/** A slot is overdue when it lies this far back: jitter is at most a day but usually minutes, and runs queue. */
const OVERDUE_MS = 60 * 60 * 1000

/** The first rule that fits decides; a claim that none fits is Protected. */
const RULES: readonly ((facts: Facts) => Finding | undefined)[] = [
  function selectedByNoPolicy ({ policies }) {
    return policies.length > 0 ? undefined : { status: 'Unprotected', message: 'no policy selects it' }
  },
  function policyNotReady ({ policies }) {
    const conditions = policies.map(ready)
    if (!conditions.every(condition => condition?.status === 'False')) return undefined
    return { status: 'NotReady', message: conditions[0]?.message ?? '' }
  },
  function everyPolicyPaused ({ policies }) {
    return policies.every(policy => policy.spec.suspend) ? { status: 'Paused', message: 'its policy is paused' } : undefined
  },
  function newestRunBad ({ claim, backups }) {
    const newest = backups.find(backup => isTerminal(backup.status?.phase))
    if (newest === undefined || goodVolumes(newest).includes(claim.metadata.name)) return undefined
    const volume = newest.status?.volumes?.find(candidate => candidate.pvc === claim.metadata.name)
    return { status: 'Failing', message: `${newest.metadata.name}: ${volume?.message ?? newest.status?.message ?? 'it failed'}` }
  },
  function noRestorePoint (facts) {
    return lastGoodOf(facts) === undefined ? { status: 'NoRestorePoint', message: whyNone(lastGoodAnywhere(facts)) } : undefined
  },
  function slotOverdue ({ policies, now }) {
    const late = policies.find(policy => !policy.spec.suspend && isOverdue(policy, now))
    if (late === undefined) return undefined
    return { status: 'Overdue', message: `run of ${late.status?.nextScheduleTime} has not started: do the Holdfast hooks and Metacontroller run?` }
  },
]

/** Judges one claim by the rules above. */
export const protectionOf = (facts: Facts): Protection => {
  const { claim, policies } = facts
  const finding = RULES.map(rule => rule(facts)).find(found => found !== undefined)
  return {
    namespace: claim.metadata.namespace ?? '',
    claim: claim.metadata.name,
    status: finding?.status ?? 'Protected',
    policies: policies.map(policy => policy.metadata.name),
    lastGood: lastGoodOf(facts),
    message: finding?.message,
  }
}

/** Whether a policy chooses a claim. */
export const covers = (policy: BackupPolicy, claim: Claim): boolean =>
  policy.metadata.namespace === claim.metadata.namespace && selects(policy.spec.selector, claim.metadata.labels)

const lastGoodOf = (facts: Facts): Protection['lastGood'] => {
  const newest = lastGoodAnywhere({ ...facts, backups: facts.backups.filter(backup => !isElsewhere(backup, facts)) })
  return newest && { backup: newest.metadata.name, time: newest.status?.completionTime ?? newest.metadata.creationTimestamp ?? '' }
}

const lastGoodAnywhere = ({ claim, backups, now }: Facts): Backup | undefined =>
  newestFirst(backups.filter(backup => !isLeaving(backup) && goodVolumes(backup).includes(claim.metadata.name)), now)[0]

const whyNone = (elsewhere: Backup | undefined): string => elsewhere === undefined
  ? 'nothing was backed up yet'
  : `${elsewhere.metadata.name} lies in another store than ${elsewhere.spec.repositoryRef?.name} is now: bring that store back, or run a backup`

/** Whether a Backup's data is in a store that was there before the one that its repository has now: a bucket that was lost and made anew. */
const isElsewhere = ({ spec, status }: Backup, { repositories = [] }: Facts): boolean => {
  const now = repositories.find(({ metadata }) => metadata.name === spec.repositoryRef?.name)?.status?.storeId
  return now !== undefined && status?.storeId !== undefined && now !== status.storeId
}

const isOverdue = ({ spec, status }: BackupPolicy, now: Date): boolean => {
  const due = Date.parse(status?.nextScheduleTime ?? '') + (spec.jitterSeconds ?? 0) * 1000
  return now.getTime() > due + OVERDUE_MS
}
