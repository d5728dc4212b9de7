import { isTerminal } from '../../lib/phases.ts'
import type { Backup, BackupStatus } from '../../schemas/generated/types.ts'
import type { DecideInput, Decision } from '../hook.ts'
import { deletion } from './deletion.ts'
import { factsOf, type Facts } from './facts.ts'
import type { BackupObserved } from './observe.ts'
import { queue } from './queue.ts'
import { run } from './run.ts'
import { settled } from './settled.ts'
import { markAll } from './snapshots.ts'

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

/** The record is being deleted and nobody asked for its data: what runs is stopped, what is stored stays, and says whose it is. */
function release(facts: Facts): Decision | undefined {
  if (!facts.finalizing) return undefined
  return { status: keptStatus(facts), children: [], effects: markAll(facts), finalized: true }
}

function keptStatus({ status, backup }: Facts): BackupStatus {
  const phase = isTerminal(status.phase) ? {} : { phase: status.phase ?? ('New' as const) }
  return { ...status, ...phase, ...(backup.metadata.generation !== undefined && { observedGeneration: backup.metadata.generation }) }
}
