import type { Layout } from '../layout.ts'

/** A process of the cluster. All run on the machine, inside the cluster's network. */
export interface Component {
  name: string
  /** Writes its configuration. Called before each start. */
  prepare?: (layout: Layout) => Promise<void> | void
  command: (layout: Layout) => string[]
  env?: (layout: Layout) => Record<string, string>
  /** Answers true once it serves. */
  ready?: (layout: Layout) => Promise<boolean>
  /** These are started anew after it. */
  dependents?: readonly string[]
}
