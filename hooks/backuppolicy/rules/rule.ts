import type { Reason } from '../../../lib/reasons.ts'
import type { KubeObject } from '../../hook.ts'
import type { PolicyView } from '../view.ts'
import type { SelectedVolumes } from '../volumes.ts'

/** A reason for machines and a sentence for people: what, what was got, what to do next. */
export interface Finding {
  readonly reason: Reason
  readonly message: string
}

/** What the rules of a policy look at. */
export interface RuleInput {
  readonly view: PolicyView
  readonly volumes: SelectedVolumes
  /** Undefined when the cluster has no snapshot API, or when the strategy does not need it. */
  readonly snapshotClasses: readonly KubeObject[] | undefined
}

/** Why a policy must not act; undefined when this rule has no objection. */
export type Rule = (input: RuleInput) => Finding | undefined
