import { remember } from './remember.ts'

const HOUR = 3_600_000
const MINUTE = 60_000
// Offsets lie between -12:00 and +14:00; the margin also spans a zone that skips a whole day.
const REACH = 26 * HOUR

/**
 * A time of day and date as a clock on the wall shows it, written as the milliseconds that UTC would have for it.
 * Calendar arithmetic on it knows no daylight saving.
 */
export type WallTime = number

/** Whether the runtime knows the zone. Only names count (`Europe/Berlin`, `UTC`), no bare offsets. */
export const isTimeZone = (zone: string): boolean => {
  if (!/^[A-Za-z]/.test(zone)) return false
  try {
    formatOf(zone)
    return true
  } catch {
    return false
  }
}

/** What a clock in the zone shows at an instant. */
export const wallTimeOf = (zone: string, instant: number): WallTime => instant + offsetOf(zone, instant)

/**
 * The instant at which a clock in the zone first shows a wall time. One that it never shows, because the clock was put forward
 * over it, stands for the first instant after the gap.
 */
export const firstInstantOf = (zone: string, wall: WallTime): number => {
  const offsets = [offsetOf(zone, wall - REACH), offsetOf(zone, wall), offsetOf(zone, wall + REACH)]
  const shown = offsets.map((offset) => wall - offset).filter((instant) => wallTimeOf(zone, instant) === wall)
  if (shown.length > 0) return Math.min(...shown)
  const [earliest, latest] = [wall - Math.max(...offsets), wall - Math.min(...offsets)]
  return firstChange(zone, earliest, latest) ?? latest
}

/** The first instant in (after, until] at which the zone's offset differs from that at `after`; undefined when it stays. */
export const firstChange = (zone: string, after: number, until: number): number | undefined => {
  const offset = offsetOf(zone, after)
  for (let from = after; from < until; from += 7 * 24 * HOUR) {
    const to = Math.min(from + 7 * 24 * HOUR, until)
    if (offsetOf(zone, to) !== offset) return searchChange(zone, from, to)
  }
  return undefined
}

const searchChange = (zone: string, before: number, after: number): number => {
  const offset = offsetOf(zone, before)
  let [low, high] = [Math.floor(before / MINUTE), Math.ceil(after / MINUTE)]
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2)
    if (offsetOf(zone, middle * MINUTE) === offset) low = middle
    else high = middle
  }
  return high * MINUTE
}

const offsetOf = (zone: string, instant: number): number => {
  const [, sign, hours = '0', minutes = '0', seconds = '0'] = /GMT([+-])?(\d+)?:?(\d+)?:?(\d+)?$/.exec(formatOf(zone).format(instant)) ?? []
  const milliseconds = ((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1000
  return sign === '-' ? -milliseconds : milliseconds
}

const formatOf = remember((zone) => new Intl.DateTimeFormat('en-US', { timeZone: zone, timeZoneName: 'longOffset' }))
