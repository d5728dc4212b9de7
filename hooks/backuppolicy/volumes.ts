import { ANNOTATION, LABEL, MANAGED_BY } from '../../lib/api.ts'
import type { KubeObject } from '../hook.ts'
import { claimDestination } from '../jobs/store.ts'
import type { PolicyView } from './view.ts'

/** Which of the matching claims are backed up, and how many are not, by reason. */
export interface SelectedVolumes {
  /** Names of claims, sorted. */
  readonly names: readonly string[]
  /** Such as `2 not bound yet`. */
  readonly skipped: readonly string[]
}

type Skip = readonly [reason: string, applies: (claim: KubeObject, destination: string | undefined) => boolean]

// First match wins. A claim whose volume was lost is kept: its run fails and says so, instead of passing over it silently.
const SKIPS: readonly Skip[] = [
  ['being deleted', ({ metadata }) => metadata.deletionTimestamp !== undefined],
  ['temporary, made by a restore', (claim) => isOurs(claim)],
  ['the destination itself', ({ metadata }, destination) => metadata.name === destination],
  ['not bound yet, so without data', ({ status }) => !['Bound', 'Lost'].includes((status as { phase?: string } | undefined)?.phase ?? '')],
]

/** The claims to back up: those that match, except temporary ones, the destination, and those without data. */
export const selectVolumes = ({ claims, choice, repository }: PolicyView): SelectedVolumes => {
  const place = choice?.record?.spec ?? repository?.spec
  const destination = place?.type === 'pvc' ? claimDestination(place).claim : undefined
  const judged = claims.map((claim) => ({ name: claim.metadata.name, skip: SKIPS.find(([, applies]) => applies(claim, destination))?.[0] }))
  const counts = SKIPS.map(([reason]) => ({ reason, count: judged.filter(({ skip }) => skip === reason).length }))
  return {
    names: judged.filter(({ skip }) => skip === undefined).map(({ name }) => name).toSorted(),
    skipped: counts.filter(({ count }) => count > 0).map(({ reason, count }) => `${count} ${reason}`),
  }
}

// Only what we make for ourselves has a role. A claim that a restore has published is the user's like any other from then on.
const isOurs = ({ metadata: { labels, annotations } }: KubeObject): boolean =>
  labels?.[LABEL.role] !== undefined || (labels?.[LABEL.managedBy] === MANAGED_BY && annotations?.[ANNOTATION.restoredBy] === undefined)
