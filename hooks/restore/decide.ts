import { UserError } from '../../lib/errors.ts'
import { isTerminal } from '../../lib/phases.ts'
import { timestamp } from '../../lib/timestamps.ts'
import type { Restore } from '../../schemas/generated/types.ts'
import type { DecideInput, Decision } from '../hook.ts'
import { pollSeconds } from '../jobs/poll.ts'
import { chooseBackup, type Choice } from './choose-backup.ts'
import { factsOf } from './facts.ts'
import { finalizeRestore, takeAllBack } from './finalize.ts'
import { endedRestore } from './late.ts'
import { isOver, startupTimeout, type Observed, type Obstacle, type Step, type VolumeFacts } from './model.ts'
import { planVolumes } from './plan.ts'
import { refusedStep } from './refused.ts'
import { repositoryOfBackup } from './repository.ts'
import { checkBackup } from './rules/backup.ts'
import { checkSpec } from './rules/spec.ts'
import { endedStatus, eventOf, runningStatus, waitingStatus } from './status.ts'
import { strayChildren } from './strays.ts'
import { volumeStep } from './volume.ts'

type Input = DecideInput<Restore, Observed>

/** One sync of a Restore. */
export function decideRestore(input: Input): Decision {
  const { request, observed } = input
  if (request.finalizing) return finalizeRestore(request, observed)
  if (isTerminal(request.parent.status?.phase ?? 'New')) return endedRestore(request, observed, input.now)
  const fault = checkSpec(request.parent)
  // What has begun had a good spec, and a Restore cannot be changed: this one was damaged on its way here.
  if (fault && strayChildren(request, []).length > 0) throw new UserError(fault.reason, fault.message)
  if (fault) return met(input, { ...fault, patienceSeconds: 0 })
  const choice = chooseBackup(request, observed.persistentVolumes, { now: input.now, backups: observed.backups })
  const obstacle = choice.begun ? undefined : checkBackup({ restore: request.parent, choice })
  return obstacle ? met(input, obstacle) : restoreVolumes(input, choice)
}

/** The restore as a whole cannot begin, or not yet. */
function met(input: Input, obstacle: Obstacle): Decision {
  const { request: { parent }, now } = input
  const since = parent.metadata.creationTimestamp ?? timestamp(now)
  if (!isOver(since, obstacle.patienceSeconds, now)) {
    const children = strayChildren(input.request, [])
    return { status: waitingStatus(input, obstacle), children, effects: [], resyncAfterSeconds: pollSeconds(since, now) }
  }
  return ended(input, { status: endedStatus(input, obstacle), children: [], effects: takeAllBack(input.request, input.observed) })
}

function restoreVolumes(input: Input, choice: Choice): Decision {
  const plan = planVolumes(input.request.parent, choice.backup)
  if (plan.length === 0) return met(input, unknownVolumes(input, choice))
  const steps = stepsOf(input, choice, plan.map(volume => factsOf(input.request, input.observed, volume)))
  const status = runningStatus(input, choice.name ?? '', steps.map(({ volume }) => volume))
  const parts = steps.map(({ volume, effects = [] }) => ({ name: volume.target, effects })).filter(part => part.effects.length > 0)
  const effects = parts.flatMap(part => part.effects)
  if (isTerminal(status.phase ?? 'New')) return ended(input, { status, children: [], effects, ...(parts.length > 0 && { parts }) })
  const waits = steps.map(step => step.resyncAfterSeconds).filter(seconds => seconds !== undefined)
  const children = [...steps.flatMap(step => step.children ?? []), ...strayChildren(input.request, plan)]
  // What is refused is not asked for all the time.
  const soonest = input.refused === undefined ? 0 : 15
  const resyncAfterSeconds = Math.max(soonest, Math.min(60, ...waits))
  return { status, children, effects, ...(parts.length > 0 && { parts }), resyncAfterSeconds }
}

/** The status was lost, and the Backup that would tell which volumes were meant is gone. */
function unknownVolumes({ request: { parent } }: Input, { name }: Choice): Obstacle {
  return { reason: 'BackupNotFound', message: `Backup ${name} is gone; choose another one`, patienceSeconds: startupTimeout(parent) }
}

/** One step a volume, in the order of the plan; volumes that are not moving yet start while there is room. */
function stepsOf(input: Input, choice: Choice, facts: readonly VolumeFacts[]): readonly Step[] {
  const { request, observed, now, settings } = input
  const repository = repositoryOfBackup(request.related, choice.backup)
  const common = { restore: request.parent, backupName: choice.name ?? '', backup: choice.backup, repository, observed, now, settings }
  let room = (request.parent.spec.mover?.parallelism ?? 5) - facts.filter(isMoving).length
  return facts.map((volume) => {
    const words = input.refused?.[volume.plan.target]
    const own = { ...common, facts: volume, free: room > 0 }
    const step = words === undefined ? volumeStep(own) : refusedStep(own, words)
    if (!isMoving(volume) && (step.children ?? []).length > 0) room -= 1
    return step
  })
}

function isMoving({ temporaryIs, job, handover }: VolumeFacts): boolean {
  return handover === undefined && (temporaryIs === 'ours' || job !== undefined)
}

/** The answer in which the Restore becomes terminal says so in an Event. */
function ended(input: Input, decision: Decision): Decision {
  return { ...decision, effects: [...decision.effects, eventOf(input.request.parent, decision.status)] }
}
