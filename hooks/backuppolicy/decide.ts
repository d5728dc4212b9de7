import { backupFromPolicy } from '../../lib/backup-record.ts'
import { runName } from '../../lib/names.ts'
import { endOf, isOfFuture } from '../../lib/newest.ts'
import { isActive } from '../../lib/phases.ts'
import type { BackupPolicy } from '../../schemas/generated/types.ts'
import type { Effect } from '../effects/effect.ts'
import type { DecideInput, Decision, KubeObject } from '../hook.ts'
import { childrenOf, keptChildren } from './children.ts'
import { finalize } from './finalize.ts'
import type { Observed } from './observe.ts'
import { applyRetention } from './retention.ts'
import { findProblem } from './rules/all.ts'
import { timetableOf, type Timetable } from './schedule.ts'
import { statusOf } from './status.ts'
import { viewOf, type PolicyView } from './view.ts'
import { selectVolumes } from './volumes.ts'

const MAX_RESYNC = 3600

/** Decides for one policy. With an error in the spec nothing runs, nothing is deleted, and the children stay as they are. */
export const decide = ({ request, observed, now, settings }: DecideInput<BackupPolicy, Observed>): Decision => {
  const view = viewOf(request, observed.backups)
  if (request.finalizing) return finalize(view)
  const volumes = selectVolumes(view)
  const timetable = timetableOf(view.policy, view.backups, { now, busy: view.backups.some(isActive) })
  const resyncAfterSeconds = secondsToWait(timetable, view, now)
  const problem = findProblem({ view, volumes, snapshotClasses: observed.snapshotClasses })
  if (problem !== undefined) {
    const status = statusOf({ view, volumes, timetable, problem, made: undefined, held: undefined, now })
    return { status: { ...status }, children: keptChildren(view), effects: [], resyncAfterSeconds }
  }
  const { effects, held } = applyRetention(view, now)
  const made = timetable.due && { slot: timetable.due.newest, missed: timetable.due.missed }
  const status = statusOf({ view, volumes, timetable, problem, made, held, now })
  return {
    status: { ...status },
    children: childrenOf(view, settings),
    effects: [...makeRepository(view), ...makeBackup(view, volumes.names, timetable), ...effects],
    resyncAfterSeconds,
  }
}

const makeRepository = ({ choice, repository }: PolicyView): readonly Effect[] =>
  choice?.record === undefined || repository !== undefined ? [] : [{ type: 'createRecord', object: asObject(choice.record) }]

const makeBackup = ({ policy, choice }: PolicyView, volumes: readonly string[], { due }: Timetable): readonly Effect[] => {
  if (due === undefined) return []
  const { newest: slot, missed: missedSlots } = due
  const name = runName(policy.metadata.name, slot)
  const record = backupFromPolicy({ policy, volumes, name, slot, missedSlots, repositoryName: choice?.name })
  return [{ type: 'createRecord', object: asObject(record), alone: true }]
}

const asObject = (record: object): KubeObject => record as KubeObject

// Whole seconds, rounded up: waking before the slot would only mean to wait again.
const secondsToWait = ({ next, jitter }: Timetable, { backups }: PolicyView, now: Date): number => {
  const counted = backups.filter((backup) => isOfFuture(backup, now)).map(endOf)
  const due = next === undefined ? counted : [next.getTime() + jitter, ...counted]
  return Math.min(MAX_RESYNC, ...due.map((time) => Math.max(1, Math.ceil((time - now.getTime()) / 1000))))
}
