import { AGAIN, sameAgain } from '../refused.ts'
import { shorten } from '../jobs/finding.ts'
import { pollSeconds } from '../jobs/poll.ts'
import type { Step, VolumeInput } from './model.ts'
import { kept } from './objects.ts'
import { entryOf, MESSAGE_LIMIT } from './steps.ts'

/**
 * The step of a volume one of whose effects the API server refuses, while the others go on. Nothing that the effect comes before is done: the
 * claim and the Job that are there stay, unless the volume is held already, and a verdict stays.
 */
export function refusedStep(input: VolumeInput, words: string): Step {
  const { handover, job, previous, temporary, temporaryIs } = input.facts
  const children = handover === undefined ? [...(temporary && temporaryIs === 'ours' ? [kept(temporary)] : []), ...(job ? [kept(job)] : [])] : []
  const resyncAfterSeconds = handover === undefined ? 60 : pollSeconds(handover.since, input.now)
  if (previous?.phase === 'Completed' || previous?.phase === 'Failed') return { volume: previous, children, resyncAfterSeconds }
  const phase = handover ? 'Publishing' : previous?.phase ?? 'Running'
  const message = sameAgain(previous?.message, shorten(`${words}; ${AGAIN}`, MESSAGE_LIMIT))
  return { volume: entryOf(input, { phase, reason: 'ApiRefused', message }), children, resyncAfterSeconds }
}
