import { expressionProblem, isInterval, nextWallTime } from './cron-expression.ts'
import type { Reason } from './reasons.ts'
import { firstChange, firstInstantOf, isTimeZone, wallTimeOf } from './time-zone.ts'

const MINUTE = 60_000

/** More slots than this are not counted. */
export const MAX_COUNTED_SLOTS = 1000

/** Slots that have come due. */
export interface DueSlots {
  /** The newest one: the one to run. */
  readonly newest: Date
  /** How many older ones came due as well, at most `MAX_COUNTED_SLOTS`. */
  readonly missed: number
}

/** Why a schedule cannot be used: InvalidTimeZone or InvalidSchedule; undefined when it can. A schedule that never occurs cannot. */
export const checkSchedule = (expression: string, timeZone: string): { reason: Reason, message: string } | undefined => {
  const problem = expressionProblem(expression)
  if (problem !== undefined) {
    return { reason: 'InvalidSchedule', message: `schedule ${JSON.stringify(expression)} cannot be used: ${problem}` }
  }
  if (isTimeZone(timeZone)) return undefined
  const message = `time zone ${JSON.stringify(timeZone)} is not known: write an IANA name such as Europe/Berlin or Etc/UTC`
  return { reason: 'InvalidTimeZone', message }
}

/**
 * The first slot strictly after an instant; undefined for a schedule or zone that cannot be used.
 *
 * A schedule with fixed hours (`30 2 * * *`) runs once for every time of day it names: when the clock is put forward over
 * that time, at the first moment after the gap; when the clock shows it twice, at the first. A schedule whose hour field
 * begins with `*` counts elapsed time: it runs at every moment at which the clock shows a matching time, so in a repeated
 * hour twice and in a skipped hour not at all.
 */
export const nextSlot = (expression: string, timeZone: string, after: Date): Date | undefined => {
  if (checkSchedule(expression, timeZone) !== undefined) return undefined
  const next = isInterval(expression) ? nextMoment : nextTimeOfDay
  const slot = next(expression, timeZone, after.getTime())
  return slot === undefined ? undefined : new Date(slot)
}

/** The slots in (after, until]; undefined when there is none. Takes no longer for a year of minutes than for a day. */
export const dueSlots = (expression: string, timeZone: string, window: { after: Date, until: Date }): DueSlots | undefined => {
  const slotAfter = (instant: number) => nextSlot(expression, timeZone, new Date(instant))?.getTime() ?? Infinity
  const until = window.until.getTime()
  const first = slotAfter(window.after.getTime())
  if (first > until) return undefined
  const newest = newestSlot(slotAfter, first, until)
  let missed = 0
  for (let slot = first; slot < newest && missed < MAX_COUNTED_SLOTS; slot = slotAfter(slot)) missed += 1
  return { newest: new Date(newest), missed }
}

// Halves the time that may still hold a newer slot, instead of walking over every slot of a long outage.
const newestSlot = (slotAfter: (instant: number) => number, first: number, until: number): number => {
  let [newest, end] = [first, until]
  while (end - newest >= MINUTE) {
    const middle = newest + Math.floor((end - newest) / 2)
    const slot = slotAfter(middle)
    if (slot <= until) newest = slot
    else end = middle
  }
  return newest
}

const nextTimeOfDay = (expression: string, zone: string, after: number): number | undefined => {
  let wall: number | undefined = wallTimeOf(zone, after)
  while (wall !== undefined) {
    wall = nextWallTime(expression, wall)
    const instant: number | undefined = wall === undefined ? undefined : firstInstantOf(zone, wall)
    if (instant !== undefined && instant > after) return instant
  }
  return undefined
}

// Goes from one change of the zone's offset to the next; between two of them wall time and elapsed time run alike.
const nextMoment = (expression: string, zone: string, after: number): number | undefined => {
  for (let start = after; ;) {
    const offset = wallTimeOf(zone, start) - start
    const wall = nextWallTime(expression, start + offset)
    if (wall === undefined) return undefined
    const change = firstChange(zone, start, wall - offset)
    if (change === undefined) return wall - offset
    const atChange = wallTimeOf(zone, change)
    if (nextWallTime(expression, atChange - MINUTE) === atChange) return change
    start = change
  }
}
