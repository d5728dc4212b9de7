import type { BackupRepository } from '../../schemas/generated/types.ts'
import type { Decision, DecideInput } from '../hook.ts'
import { pollSeconds } from '../jobs/poll.ts'
import { busySince } from '../jobs/unmade.ts'
import { repositoryChildren } from './children.ts'
import { currentJob, type Observed } from './model.ts'
import { progressOf, type Progress } from './progress.ts'
import { repositoryStatus } from './status.ts'

/** Whether backups can be written to a place, found out by a check Job of its own. */
export function decideRepository(input: DecideInput<BackupRepository, Observed>): Decision {
  const { request, now } = input
  // The data stays where it is; only the record of the place goes, and its Jobs with it.
  if (request.finalizing) return { status: { ...request.parent.status }, children: [], effects: [], finalized: true }
  const progress = progressOf(input)
  return {
    status: repositoryStatus(request.parent, progress, now),
    children: repositoryChildren(input, progress),
    effects: [],
    resyncAfterSeconds: resyncOf(progress, input),
  }
}

/** Events of the Job come by themselves; pods that cannot start, and time, do not. */
function resyncOf(progress: Progress, { request, now }: DecideInput<BackupRepository, Observed>): number | undefined {
  switch (progress.state) {
    case 'invalid': return undefined
    case 'ready': return progress.dueSeconds || 5
    case 'failed': return progress.retrySeconds || 5
    case 'checking': return pollSeconds(currentJob(request)?.metadata.creationTimestamp ?? busySince(request.parent.status?.conditions), now)
  }
}
