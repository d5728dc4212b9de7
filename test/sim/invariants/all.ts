import { alone } from './alone.ts'
import { answers } from './answers.ts'
import { backedUpContent } from './backed-up-content.ts'
import { breaker } from './breaker.ts'
import { busyLoop } from './busy-loop.ts'
import { concurrency } from './concurrency.ts'
import { conditions } from './conditions.ts'
import { dataDeletion } from './data-deletion.ts'
import { deadlines } from './deadlines.ts'
import type { InvariantOf } from './invariant.ts'
import { keptPoints } from './kept-points.ts'
import { knownRepository } from './known-repository.ts'
import { leading } from './leading.ts'
import { leftovers } from './leftovers.ts'
import { newestGood } from './newest-good.ts'
import { ownLabels } from './own-labels.ts'
import { readers } from './readers.ts'
import { reclaimPolicy } from './reclaim-policy.ts'
import { recordDeletion } from './record-deletion.ts'
import { restoredContent } from './restored-content.ts'
import { retention } from './retention.ts'
import { runningJob } from './running-job.ts'
import { sameAnswer } from './same-answer.ts'
import { secrets } from './secrets.ts'
import { slots } from './slots.ts'
import { terminalPhase } from './terminal-phase.ts'
import { verdicts } from './verdicts.ts'

/** Everything that must hold, S1 to S13 of design §5, D1 to D12 about the data itself, and L3 about time. */
export const INVARIANTS: readonly InvariantOf[] = [
  sameAnswer, runningJob, concurrency, slots, terminalPhase, retention, dataDeletion, recordDeletion, conditions, secrets, answers, breaker, busyLoop,
  backedUpContent, keptPoints, restoredContent, leftovers, newestGood, reclaimPolicy,
  knownRepository, readers, verdicts, ownLabels, deadlines, alone, leading,
]
