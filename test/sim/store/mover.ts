import { TransientError, UserError } from '../../../lib/errors.ts'
import { encodeResult, EXIT, exitCode, failure } from '../../../mover/run/result.ts'
import type { Result, Task } from '../../../schemas/generated/types.ts'
import { backup } from './mover-backup.ts'
import { check } from './mover-check.ts'
import { deletePoints } from './mover-delete.ts'
import { failureOf } from './mover-failure.ts'
import { prune } from './mover-prune.ts'
import { restore } from './mover-restore.ts'
import { isSpared } from './spared.ts'
import type { Steps, Work } from './work.ts'

/** How a mover ended. */
export interface MoverEnd {
  readonly exitCode: number
  /** Termination message. */
  readonly message?: string
}

/** A mover at work. */
export interface Mover {
  /** Ends it at once, wherever it is: nothing more is written. */
  kill(): void
  /** What SIGTERM makes of it; it is no more then. */
  terminate(): MoverEnd
}

export interface MoverEvents {
  readonly ended: (end: MoverEnd) => void
  /** It is about to pause for the nth time: in these pauses the outside can strike. */
  readonly paused?: (pause: number, milliseconds: number) => void
}

/** What hung goes on when everything is well, but for a few that wait for their deadline: that may be a day, and a day of polls is dear. */
const HANG = 20 * 60_000
const MOSTLY = 0.97

/** Runs a mover: reads and writes disks and stores in several instants, and ends by itself, unless it hangs. */
export function startMover(work: Work, events: MoverEvents): Mover {
  const { engine, faults, random, task } = work
  const spared = isSpared(work, ['moverFailed', 'moverHangs', 'storeErrorAfterWrite'])
  const broken = work.mishap ?? (!spared && faults.strikes('moverFailed') ? failureOf(work) : undefined)
  const steps = perform(broken?.unreadable === undefined ? work : { ...work, unreadable: broken.unreadable })
  const hangsAt = !spared && broken === undefined && faults.strikes('moverHangs') ? random.below(4) : Infinity
  const failsAt = broken?.end === undefined ? Infinity : work.mishap === undefined ? random.below(3) : 0
  let pause = 0
  let cancel = (): void => undefined
  const hang = (index: number, then: () => void): void => {
    cancel = engine.after(HANG, () => faults.healed && random.chance(MOSTLY) ? then() : hang(index, then))
    events.paused?.(index, 60_000)
  }
  const step = (): void => {
    const next = advance(task, steps)
    const index = pause++
    // One with few steps hangs when all its work is done.
    if ('end' in next) return index <= hangsAt && hangsAt !== Infinity ? hang(index, () => events.ended(next.end)) : events.ended(next.end)
    if (index === hangsAt) return hang(index, step)
    cancel = index === failsAt
      ? engine.after(next.milliseconds * random.next(), () => events.ended(broken?.end as MoverEnd))
      : engine.after(next.milliseconds, step)
    events.paused?.(index, next.milliseconds)
  }
  cancel = engine.after(0, step)
  return {
    kill: () => cancel(),
    terminate() {
      cancel()
      return endOf(task, new TransientError('MoverKilled', 'The mover was asked to stop. It will be tried again.'))
    },
  }
}

function perform(work: Work): Steps {
  switch (work.task.operation) {
    case 'backup': return backup(work)
    case 'restore': return restore(work)
    case 'delete': return deletePoints(work)
    case 'check': return check(work)
    case 'prune': return prune(work)
  }
}

function advance(task: Task, steps: Steps): { readonly milliseconds: number } | { readonly end: MoverEnd } {
  try {
    const { done, value } = steps.next()
    return done === true ? { end: { exitCode: EXIT.done, message: encodeResult(value as Result) } } : { milliseconds: value as number }
  } catch (error) {
    if (!(error instanceof UserError) && !(error instanceof TransientError)) throw error
    return { end: endOf(task, error) }
  }
}

/** How a mover ends that threw this, as the shipped one does. */
export function endOf({ operation }: Task, error: Error): MoverEnd {
  return { exitCode: exitCode(error), message: encodeResult(failure(operation, error)) }
}
