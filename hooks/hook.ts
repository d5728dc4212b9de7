import type { Effect } from './effects/effect.ts'
import type { KubeObject, Mover, ObjectMeta } from '../schemas/generated/types.ts'
import type { Live } from './live.ts'

export type { KubeObject, ObjectMeta }

/** Objects by `Kind.version` or `Kind.group/version`, then by `namespace/name` (cluster-scoped: `name`), as hook v2 sends them. */
export type ObjectsByKind = Readonly<Record<string, Readonly<Record<string, KubeObject>>>>

export interface SyncRequest<Parent> {
  readonly parent: Parent
  readonly children: ObjectsByKind
  readonly related: ObjectsByKind
  readonly finalizing: boolean
}

/** Which other objects a parent wants to see. Must follow from the parent's spec alone: Metacontroller caches it by generation. */
export interface RelatedRule {
  readonly apiVersion: string
  readonly resource: string
  readonly namespace?: string
  readonly names?: readonly string[]
  readonly labelSelector?: { readonly matchLabels?: object; readonly matchExpressions?: readonly object[] }
}

/** What `decide` answers: the whole desired status, every desired child, and what has to be done besides. */
export interface Decision {
  readonly status: Readonly<Record<string, unknown>>
  readonly children: readonly KubeObject[]
  readonly effects: readonly Effect[]
  /** Which of the effects belong together, by the volume that they are for. What is refused to one part does not stop the others. */
  readonly parts?: readonly Part[]
  readonly resyncAfterSeconds?: number
  /** Only read in finalize calls. */
  readonly finalized?: boolean
}

/** Effects that rest on one another, and on no other part's. */
export interface Part {
  readonly name: string
  /** The very objects of `effects`. */
  readonly effects: readonly Effect[]
}

/** Settings of the server that decisions need; part of the input so that `decide` stays pure. */
export interface Settings {
  /** Image of the mover. */
  readonly moverImage: string
  /** Pull policy of the mover image. @default IfNotPresent */
  readonly imagePullPolicy: 'Always' | 'IfNotPresent' | 'Never'
  /** For movers whose record says nothing of it, and for checks of repositories, which have no such settings. @default none */
  readonly moverDefaults?: Pick<Mover, 'resources' | 'runAs'>
}

/**
 * One kind's webhook. `observe` does the few live reads the decision needs at this time and nothing else; `decide` is pure;
 * the server then executes the effects and answers.
 */
export interface Hook<Parent, Observed> {
  /** Lower-case kind; the URL is `/<kind>/{sync,finalize,customize}`. */
  readonly kind: string
  customize(parent: Parent): readonly RelatedRule[]
  observe(request: SyncRequest<Parent>, live: Live, now: Date): Promise<Observed>
  decide(input: DecideInput<Parent, Observed>): Decision
  /** An observed child as an answer lists it so that it stays exactly as it is. A kind without effects needs none. */
  readonly kept?: (child: KubeObject) => KubeObject
}

export interface DecideInput<Parent, Observed> {
  readonly request: SyncRequest<Parent>
  readonly observed: Observed
  readonly now: Date
  readonly settings: Settings
  /** Parts of a former decision on the same evidence that the API server refuses, each with its words: nothing of theirs is done. */
  readonly refused?: Readonly<Record<string, string>>
}
