import type { KubeObject, Volume } from '../../schemas/generated/types.ts'
import type { Effect } from '../effects/effect.ts'

/** How far a run has come, and what is wanted next. */
export interface Progress {
  readonly volumes: readonly Volume[]
  readonly children: readonly KubeObject[]
  readonly effects: readonly Effect[]
  /** When to look again although nothing may report by then. */
  readonly resyncAfterSeconds?: number
}

/** How often a pod that has not started is looked at: nothing reports about it. */
export const POLL_SECONDS = 5

/** The nearest of several times to look again; undefined when there is none. Never below one second. */
export function soonest(...seconds: readonly (number | undefined)[]): number | undefined {
  const known = seconds.filter((value) => value !== undefined)
  return known.length === 0 ? undefined : Math.max(1, Math.min(...known))
}
