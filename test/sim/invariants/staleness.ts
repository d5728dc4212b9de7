import type { Watched } from './invariant.ts'

/** How long a cache may hide something that somebody did, in milliseconds: what a fault holds back, and what is lost comes with the next resync. */
export const STALE = 20 * 60_000

/** How far two times of the API server's clock may be off, in milliseconds: nothing, unless it has jumped in this world. The hooks' own decides nothing. */
export function skewOf({ faults }: Pick<Watched, 'faults'>): number {
  return (faults.counts.get('clockJump') ?? 0) === 0 ? 0 : 2 * 3_600_000
}

/** Whether something in this world may have made a cache show what is no longer so. */
export function mayBeStale({ faults }: Pick<Watched, 'faults'>): boolean {
  return (['cacheLag', 'cacheTimeTravel', 'watchEventDropped', 'metacontrollerCrash', 'outage'] as const).some(fault => (faults.counts.get(fault) ?? 0) > 0)
}
