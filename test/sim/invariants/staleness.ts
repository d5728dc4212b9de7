import type { Watched } from './invariant.ts'

/** How long a cache may hide something that somebody did, in milliseconds: what a fault holds back, and what is lost comes with the next resync. */
export const STALE = 20 * 60_000

/** How wrong a clock may be, in milliseconds: nothing, unless such a fault has struck in this world. Hooks and API server may each be an hour off. */
export function skewOf({ faults }: Pick<Watched, 'faults'>): number {
  const struck = (faults.counts.get('hookClockSkew') ?? 0) + (faults.counts.get('clockJump') ?? 0)
  return struck === 0 ? 0 : 2 * 3_600_000
}

/** Whether something in this world may have made a cache show what is no longer so. */
export function mayBeStale({ faults }: Pick<Watched, 'faults'>): boolean {
  return (['cacheLag', 'cacheTimeTravel', 'watchEventDropped', 'metacontrollerCrash', 'outage'] as const).some(fault => (faults.counts.get(fault) ?? 0) > 0)
}
