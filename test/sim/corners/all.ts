import { FURTHER } from '../scenarios/further.ts'
import { SCENARIOS } from '../scenarios/scenarios.ts'
import { CHANGE_CORNERS } from './changes.ts'
import type { Corner } from './corner.ts'
import { DELETION_CORNERS } from './deletions.ts'
import { DIFFICULTY_CORNERS } from './difficulties.ts'
import { HANDOVER_CORNERS } from './handovers.ts'
import { IDENTITY_CORNERS } from './identities.ts'
import { LABEL_CORNERS } from './labels.ts'
import { MOVER_CORNERS } from './movers.ts'
import { NODE_CORNERS } from './nodes.ts'
import { POD_CORNERS } from './pods.ts'
import { POLICY_CORNERS } from './policies.ts'
import { REBIND_CORNERS } from './rebinds.ts'
import { REPOSITORY_CORNERS } from './repositories.ts'
import { RESTORE_CORNERS } from './restores.ts'
import { RETENTION_CORNERS } from './retention.ts'
import { RUN_CORNERS } from './runs.ts'
import { SCHEDULE_CORNERS } from './schedules.ts'
import { SNAPSHOT_CORNERS } from './snapshots.ts'
import { STRANGER_CORNERS } from './strangers.ts'

/** Corners by what they are about. */
const TOPICS: Readonly<Record<string, readonly Corner[]>> = {
  schedules: SCHEDULE_CORNERS, retention: RETENTION_CORNERS, deletions: DELETION_CORNERS, runs: RUN_CORNERS, movers: MOVER_CORNERS, pods: POD_CORNERS,
  repositories: REPOSITORY_CORNERS, identities: IDENTITY_CORNERS, snapshots: SNAPSHOT_CORNERS, policies: POLICY_CORNERS, restores: RESTORE_CORNERS,
  handovers: HANDOVER_CORNERS, strangers: STRANGER_CORNERS, nodes: NODE_CORNERS, labels: LABEL_CORNERS, rebinds: REBIND_CORNERS, changes: CHANGE_CORNERS,
  difficulties: DIFFICULTY_CORNERS,
}

/** Every rule and every reason is reached in one of these. */
export const CORNERS: readonly Corner[] = Object.values(TOPICS).flat()

/** All that is played without a blow: what people do every day, and the corners. */
export const STORIES: readonly Corner[] = [...SCENARIOS, ...FURTHER, ...CORNERS]

/** The places of all stories in their list, those of some topics first. */
export function storiesFrom(first: readonly string[]): readonly number[] {
  const early = new Set(first.flatMap(topic => TOPICS[topic] ?? []))
  const places = [...STORIES.keys()]
  return [...places.filter(place => early.has(STORIES[place] as Corner)), ...places.filter(place => !early.has(STORIES[place] as Corner))]
}
