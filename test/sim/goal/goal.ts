import type { ApiServer } from '../api/api.ts'
import type { Cluster } from '../cluster/cluster.ts'
import type { Engine } from '../engine.ts'
import type { Faults } from '../faults.ts'
import type { Blame } from '../invariants/blame.ts'
import { policiesLeft } from './policies.ts'
import { repositoriesLeft } from './repositories.ts'
import { retentionLeft } from './retention.ts'
import { runsLeft } from './runs.ts'
import { snapshotsLeft } from './snapshots.ts'
import { stuckLeft } from './stuck.ts'

/** What the goal is looked for in. */
export interface GoalParts {
  readonly api: ApiServer
  readonly engine: Engine
  readonly faults: Faults
  readonly cluster: Cluster
  readonly blame: Blame
}

/** One part of the goal: what is still missing, as sentences. */
export type Goal = (parts: GoalParts) => readonly string[]

const GOALS: readonly Goal[] = [stuckLeft, runsLeft, repositoriesLeft, policiesLeft, retentionLeft, snapshotsLeft]

/** What keeps a healed world from being as everybody wants it; empty when nothing does. */
export function expectGoal(parts: GoalParts): string[] {
  return GOALS.flatMap(goal => goal(parts))
}
