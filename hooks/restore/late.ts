import { parseTime } from '../../lib/timestamps.ts'
import type { Decision } from '../hook.ts'
import { takeAllBack } from './finalize.ts'
import type { Observed, RestoreRequest } from './model.ts'

/** Longer than any call of a hook may take. */
const LATE_SECONDS = 600
const LOOK_SECONDS = 60

/**
 * A Restore that has ended. A call that Metacontroller gave up on may still carry out what it decided before the end, and hold a volume
 * that nobody will publish any more: for a while that is looked for and taken back.
 */
export function endedRestore(request: RestoreRequest, observed: Observed, now: Date): Decision {
  const again = mayComeLate(request, now) && { resyncAfterSeconds: LOOK_SECONDS }
  return { status: { ...request.parent.status }, children: [], effects: takeAllBack(request, observed), ...again }
}

/** Whether a call that began before the end of a Restore may not have ended yet. */
export function mayComeLate({ parent }: RestoreRequest, now: Date): boolean {
  const end = parseTime(parent.status?.completionTime)
  return end !== undefined && now.getTime() < end + LATE_SECONDS * 1000
}
