import type { KubeObject } from '../../../schemas/generated/types.ts'

/** An object of the scenario's namespace. */
export interface Place {
  readonly kind: string
  readonly name: string
}

/** One thing that somebody does or waits for. The same steps are played in the simulator and on a real node. */
export type Step =
  | { readonly step: 'apply'; readonly object: object }
  | { readonly step: 'patch'; readonly at: Place; readonly patch: object }
  | { readonly step: 'delete'; readonly at: Place; readonly propagation?: 'Foreground' | 'Background' }
  /** The workload writes new data to a claim, which is made and bound when it is not there. */
  | { readonly step: 'write'; readonly claim: string }
  /**
   * Waits until an object (undefined while it is absent) is as it should be; then everything there is goes to the trace when it has settled.
   * What is only passed through is left at once for the next step, and leaves no trace: what else is there depends on the moment.
   */
  | {
    readonly step: 'until'; readonly what: string; readonly at: Place; readonly holds: (object: Seen | undefined) => boolean
    readonly seconds?: number; readonly passing?: boolean
  }
  | { readonly step: 'wait'; readonly seconds: number }

/** An object as a condition looks at it. */
export type Seen = KubeObject & {
  readonly spec?: Record<string, unknown>
  readonly status?: { readonly phase?: string; readonly reason?: string; readonly conditions?: readonly { readonly type: string; readonly status: string }[]; readonly [field: string]: unknown }
}

export interface Scenario {
  readonly name: string
  readonly steps: readonly Step[]
  /** Whether it needs a repository destination; the player gives `BackupRepository` main. */
  readonly repository: boolean
  /** What is wrong with the end, where two good ends need not be equal. */
  readonly judge?: (last: readonly string[]) => string | undefined
  /** Left out on a real node: why. */
  readonly simulatorOnly?: string
}

/** `Backup` or `Restore` in one of these phases. */
export function inPhase(...phases: readonly string[]): (object: Seen | undefined) => boolean {
  return object => phases.includes(object?.status?.phase ?? '')
}

/** Absent. */
export const isGone = (object: Seen | undefined): boolean => object === undefined

/** With condition Ready as said. */
export function isReady(status: 'True' | 'False'): (object: Seen | undefined) => boolean {
  return object => object?.status?.conditions?.some(condition => condition.type === 'Ready' && condition.status === status) === true
}
