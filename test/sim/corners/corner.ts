import type { Fault } from '../faults.ts'
import type { Step } from '../scenarios/scenario.ts'
import type { World, WorldOptions } from '../world.ts'

/** What only a simulated world lets anybody do. */
export type CornerStep = Step
  /** These faults strike whenever they can from now on, and no others. */
  | { readonly step: 'faults'; readonly faults: readonly Fault[] }
  | { readonly step: 'act'; readonly act: (world: World) => void }

/** A short story that leads to one decision, and to what the product promises then. */
export interface Corner {
  /** The decision, as a mark (`list/rule`, `reason/Word`), or a sentence. */
  readonly name: string
  /** Marks that it leaves besides its name, if that is one. */
  readonly marks?: readonly string[]
  readonly steps: readonly CornerStep[]
  /** Whether a repository `main` is there, and ready. */
  readonly repository?: boolean
  readonly without?: WorldOptions['without']
  /** When it begins, RFC 3339. @default 2026-11-21T09:00:30Z, a Saturday without a clock change */
  readonly start?: string
  /** Why it does not become quiet. */
  readonly restless?: string
}
