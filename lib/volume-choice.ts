import type { Destination, KubeObject } from '../schemas/generated/types.ts'
import { ANNOTATION, LABEL, MANAGED_BY } from './api.ts'

/** A claim that matches a selector and is left out all the same. */
export interface SkipRule {
  /** Follows "it is". */
  readonly reason: string
  readonly applies: (claim: KubeObject, place: Destination | undefined) => boolean
  /** Time may end it, so who names such a claim may wait for it. */
  readonly passing?: true
}

/** Which of some claims are backed up, and which are not, by reason. */
export interface VolumeChoice {
  /** Names of claims, sorted. */
  readonly names: readonly string[]
  /** In the order of the rules. */
  readonly skipped: readonly { readonly reason: string, readonly names: readonly string[] }[]
}

/** The claims to back up of those that match, whoever asks for the run: its slot or a person. `place` is where it is stored, if that is in a repository. */
export const chooseVolumes = (claims: readonly KubeObject[], place: Destination | undefined): VolumeChoice => {
  const judged = claims.map((claim) => ({ name: claim.metadata.name, rule: skipRuleOf(claim, place) }))
  const namesBy = (wanted: SkipRule | undefined) => judged.filter(({ rule }) => rule === wanted).map(({ name }) => name).toSorted()
  const skipped = SKIP_RULES.map((rule) => ({ reason: rule.reason, names: namesBy(rule) }))
  return { names: namesBy(undefined), skipped: skipped.filter(({ names }) => names.length > 0) }
}

/** The rule that leaves a claim out; undefined when it is backed up. */
export const skipRuleOf = (claim: KubeObject, place: Destination | undefined): SkipRule | undefined =>
  SKIP_RULES.find(({ applies }) => applies(claim, place))

/** Only what we make for ourselves has a role. A claim that a restore has published is the user's like any other from then on. */
export const isTemporary = ({ metadata: { labels, annotations } }: KubeObject): boolean =>
  labels?.[LABEL.role] !== undefined || (labels?.[LABEL.managedBy] === MANAGED_BY && annotations?.[ANNOTATION.restoredBy] === undefined)

/** Name of the claim that a destination is in; undefined when it is in none. */
export const destinationClaim = ({ type, url }: Destination): string | undefined =>
  type === 'pvc' ? /^pvc:\/\/\/*([^/]+)/.exec(url)?.[1] : undefined

const isGoing = ({ metadata }: KubeObject): boolean => metadata.deletionTimestamp !== undefined

/** It would be archived into itself, and grow with each run until it is full. */
const isDestination = ({ metadata }: KubeObject, place: Destination | undefined): boolean =>
  place !== undefined && metadata.name === destinationClaim(place)

// A claim whose volume was lost is kept: its run fails and says so, instead of passing over it silently.
const isUnbound = ({ status }: KubeObject): boolean =>
  !['Bound', 'Lost'].includes((status as { phase?: string } | undefined)?.phase ?? '')

// First match wins.
const SKIP_RULES: readonly SkipRule[] = [
  { reason: 'being deleted', applies: isGoing },
  { reason: 'temporary, made by a restore', applies: isTemporary },
  { reason: 'the destination itself', applies: isDestination },
  { reason: 'not bound yet, so without data', applies: isUnbound, passing: true },
]
