import type { Backup } from '../../schemas/generated/types.ts'
import type { DecideInput, Decision } from '../hook.ts'
import { deletion } from './deletion.ts'
import { factsOf, type Facts } from './facts.ts'
import type { BackupObserved } from './observe.ts'
import { queue } from './queue.ts'
import { releaseRecord } from './release.ts'
import { run } from './run.ts'
import { settled } from './settled.ts'

/** What becomes of a Backup. The stages are asked in this order; the first that is concerned decides. */
export function decide(input: DecideInput<Backup, BackupObserved>): Decision {
  const facts = factsOf(input)
  for (const stage of STAGES) {
    const decision = stage(facts)
    if (decision) return decision
  }
  return run(facts)
}

/** What comes before a run goes on. */
export const STAGES: readonly ((facts: Facts) => Decision | undefined)[] = [deletion, release, settled, queue]

function release(facts: Facts): Decision | undefined {
  return facts.finalizing ? releaseRecord(facts) : undefined
}
