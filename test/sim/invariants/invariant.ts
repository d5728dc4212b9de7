import type { Effect } from '../../../hooks/effects/effect.ts'
import type { ApiServer, Change } from '../api/api.ts'
import type { Cluster } from '../cluster/cluster.ts'
import type { Engine } from '../engine.ts'
import type { Faults } from '../faults.ts'
import type { Heard } from '../kubernetes.ts'
import type { Blame } from './blame.ts'

/** Something that must hold. Each method answers with a sentence when it does not. */
export interface Invariant {
  readonly name: string
  /** The S- or D-number and the sentence. */
  readonly title: string
  /** After each change of an object. */
  onChange?(change: Change): string | undefined
  /** After each call of a hook that was answered. */
  onCall?(call: HookCall): string | undefined
  /** After each event of the engine. */
  onStep?(): string | undefined
  /** When everything is healed and settled. */
  atEnd?(): string | undefined
}

/** What invariants look at. */
export interface Watched {
  readonly api: ApiServer
  readonly cluster: Cluster
  readonly engine: Engine
  readonly faults: Faults
  readonly blame: Blame
}

/** One call of a hook. */
export interface HookCall {
  readonly kind: string
  readonly verb: 'sync' | 'finalize' | 'customize'
  readonly request: object
  readonly status: number
  readonly answer: unknown
  /** The answer as it was sent. @default the JSON of `answer` */
  readonly answerText?: string
  /** The second answer to the same input. */
  readonly replayed?: string
  /** What was decided to be done besides, as far as it came. */
  readonly effects: readonly Effect[]
  readonly logs: readonly string[]
  /** What the API server has told it meanwhile, oldest first. */
  readonly heard?: readonly Heard[]
  /** Virtual milliseconds. */
  readonly at: number
}

/** Makes an invariant that watches one world. */
export type InvariantOf = (watched: Watched) => Invariant
