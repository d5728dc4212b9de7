const SOONEST = 5
const RAREST = 60

/**
 * When to look again at what nothing reports about (a pod that does not start, a name that is taken): every 5 s at first, then
 * after a sixth of the time that it has lasted, at most a minute. `since` is RFC 3339; unknown counts as now. Seconds.
 */
export function pollSeconds(since: string | undefined, now: Date): number {
  const waited = (now.getTime() - Date.parse(since ?? '')) / 1000
  return Number.isNaN(waited) ? SOONEST : Math.min(RAREST, Math.max(SOONEST, Math.ceil(waited / 6)))
}
