import { isTerminal } from '../../lib/phases.ts'
import type { Restore } from '../../schemas/generated/types.ts'
import type { Decision } from '../hook.ts'
import { shorten } from '../jobs/finding.ts'
import { waitsEvent } from './events.ts'
import type { Facts } from './facts.ts'
import { mention } from './objects.ts'

/** How often to look whether a Restore has ended: its events go to other objects. */
const LOOK_SECONDS = 15

/**
 * Nothing of a restore point is removed under a Restore that reads it. A Restore ends by itself, in time or by its deadlines (also when the node of its
 * mover is dead), and one that has not begun refuses a Backup that is to be removed; so this waits for a while only. Undefined when nobody reads.
 */
export function awaitReaders(facts: Facts): Decision | undefined {
  const names = facts.observed.restores.filter((restore) => reads(restore as Restore, facts.name)).map(({ metadata }) => metadata.name)
  if (names.length === 0) return undefined
  const message = shorten(`its data is removed when Restore ${names.toSorted().join(', ')}, which reads it, has ended`)
  const children = [...Object.values(facts.jobs), ...Object.values(facts.snapshots ?? {})].map(mention)
  return { status: { ...facts.status }, children, effects: [waitsEvent(facts.backup, message)], resyncAfterSeconds: LOOK_SECONDS, finalized: false }
}

function reads({ metadata, status }: Restore, backup: string): boolean {
  return metadata.deletionTimestamp === undefined && status?.backup === backup && !isTerminal(status.phase ?? 'New')
}
