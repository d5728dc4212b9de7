import { usageFailure } from './failure.ts'

const UNITS: Readonly<Record<string, number>> = { ms: 0.001, s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 }

/**
 * Seconds of a duration flag: `90`, `90s`, `10m`, `1h30m`. Looser than lib/durations (kubectl takes bare numbers and 0).
 * @throws Failure (usage) naming the flag.
 */
export const durationFlag = (flag: string, text: string): number => {
  if (/^\d+$/.test(text)) return Number(text)
  if (!/^(\d+(ms|[smhdw]))+$/.test(text)) {
    throw usageFailure(`--${flag} must be a time such as 30s, 10m or 1h30m; got "${text}"`)
  }
  return [...text.matchAll(/(\d+)(ms|[smhdw])/g)].reduce((sum, [, count, unit]) => sum + Number(count) * (UNITS[unit ?? ''] ?? 0), 0)
}
