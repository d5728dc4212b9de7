import type { Mutant } from './mutant.ts'
import { ANSWER_MUTANTS } from './planted/answers.ts'
import { DELETION_MUTANTS } from './planted/deletion.ts'
import { EVIDENCE_MUTANTS } from './planted/evidence.ts'
import { MANIFEST_MUTANTS } from './planted/manifests.ts'
import { RESTORE_MUTANTS } from './planted/restores.ts'
import { RETENTION_MUTANTS } from './planted/retention.ts'
import { SCHEDULE_MUTANTS } from './planted/schedule.ts'
import { SNAPSHOT_MUTANTS } from './planted/snapshots.ts'
import { TRUTH_MUTANTS } from './planted/truth.ts'

const PLANTED = [
  SCHEDULE_MUTANTS, RETENTION_MUTANTS, EVIDENCE_MUTANTS, TRUTH_MUTANTS,
  SNAPSHOT_MUTANTS, DELETION_MUTANTS, RESTORE_MUTANTS, ANSWER_MUTANTS, MANIFEST_MUTANTS,
]

/** Every planted bug. */
export const MUTANTS: readonly Mutant[] = PLANTED.flat()

/** Those that every test run plants: one of most sorts, all of which stories kill in seconds. All mutants together take an hour or two. */
export const SAMPLE = ['run-name-from-now', 'failed-runs-count-as-points', 'status-over-jobs', 'users-snapshot-class', 'data-before-status', 'error-answered-as-empty', 'token-in-the-log'] as const

/** The mutant of that name. Throws when there is none. */
export function mutantNamed(name: string): Mutant {
  const found = MUTANTS.find(mutant => mutant.name === name)
  if (found === undefined) throw new Error(`there is no mutant ${name}; there is ${MUTANTS.map(mutant => mutant.name).join(', ')}`)
  return found
}
