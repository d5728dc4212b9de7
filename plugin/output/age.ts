/**
 * Time between two moments as kubectl's AGE column has it: `45s`, `5m30s`, `3h12m`, `2d4h`, `12d`, `2y30d`.
 * `<unknown>` without a start, `0s` for the future.
 */
export const age = (since: string | undefined, now: Date): string => {
  const start = Date.parse(since ?? '')
  return Number.isNaN(start) ? '<unknown>' : humanDuration((now.getTime() - start) / 1000)
}

const MINUTE = 60
const HOUR = 3600
const DAY = 86_400
const YEAR = 365 * DAY

/** Seconds as kubectl writes them: two units while the second still matters. */
export const humanDuration = (seconds: number): string => {
  const whole = Math.max(0, Math.floor(seconds))
  if (whole < 2 * MINUTE) return `${whole}s`
  if (whole < 10 * MINUTE) return two(whole, [MINUTE, 'm'], [1, 's'])
  if (whole < 3 * HOUR) return `${Math.floor(whole / MINUTE)}m`
  if (whole < 8 * HOUR) return two(whole, [HOUR, 'h'], [MINUTE, 'm'])
  if (whole < 2 * DAY) return `${Math.floor(whole / HOUR)}h`
  if (whole < 8 * DAY) return two(whole, [DAY, 'd'], [HOUR, 'h'])
  if (whole < 2 * YEAR) return `${Math.floor(whole / DAY)}d`
  return two(whole, [YEAR, 'y'], [DAY, 'd'])
}

type Unit = readonly [seconds: number, letter: string]

const two = (seconds: number, [large, first]: Unit, [small, second]: Unit): string => {
  const rest = Math.floor((seconds % large) / small)
  return `${Math.floor(seconds / large)}${first}${rest === 0 ? '' : `${rest}${second}`}`
}
