import { chooseVolumes } from '../../lib/volume-choice.ts'
import type { PolicyView } from './view.ts'

/** Which of the matching claims are backed up, and how many are not, by reason. */
export interface SelectedVolumes {
  /** Names of claims, sorted. */
  readonly names: readonly string[]
  /** Such as `2 not bound yet`. */
  readonly skipped: readonly string[]
}

/** The claims to back up: those that match, except temporary ones, the destination, and those without data. */
export const selectVolumes = ({ claims, choice, repository }: PolicyView): SelectedVolumes => {
  const { names, skipped } = chooseVolumes(claims, choice?.record?.spec ?? repository?.spec)
  return { names, skipped: skipped.map(({ reason, names: left }) => `${left.length} ${reason}`) }
}
