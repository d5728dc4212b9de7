import { Cron } from 'croner'

/** A schedule in force, as one text each. */
export interface Scheduled {
  readonly schedule: string
  readonly timeZone: string
}

const known = new Map<string, Cron | undefined>()

/** Whether an instant (milliseconds) is a slot. */
export function isSlot(scheduled: Scheduled, instant: number): boolean {
  return nextSlotAfter(scheduled, instant - 1000) === instant
}

/** How many slots lie strictly between two instants; counts to 1,001 at most. */
export function countSlots(scheduled: Scheduled, after: number, before: number): number {
  let count = 0
  for (let slot = nextSlotAfter(scheduled, after); slot !== undefined && slot < before && count <= 1000; slot = nextSlotAfter(scheduled, slot)) count += 1
  return count
}

/** The first slot strictly after an instant. */
export function nextSlotAfter(scheduled: Scheduled, after: number): number | undefined {
  return cronOf(scheduled)?.nextRun(new Date(after))?.getTime()
}

/** The newest slot at or before an instant, not before `from`. */
export function newestSlot(scheduled: Scheduled, from: number, until: number): number | undefined {
  let newest: number | undefined
  for (let slot = nextSlotAfter(scheduled, from); slot !== undefined && slot <= until; slot = nextSlotAfter(scheduled, slot)) newest = slot
  return newest
}

function cronOf({ schedule, timeZone }: Scheduled): Cron | undefined {
  const key = `${schedule}|${timeZone}`
  if (!known.has(key)) known.set(key, parse(schedule, timeZone))
  return known.get(key)
}

/**
 * What our manual calls a fixed hour is told by the hour field alone; to the other library a step or an asterisk in the minutes
 * makes any hour one that repeats. So the minutes of a fixed hour are written one by one.
 */
function spelledOut(schedule: string): string {
  const [minutes = '', hours = '', ...rest] = schedule.split(' ')
  if (hours.startsWith('*') || !/^\*(\/\d+)?$/.test(minutes)) return schedule
  const step = Number(minutes.slice(2) || 1)
  const all = Array.from({ length: Math.ceil(60 / step) }, (_, index) => index * step)
  return [all.join(','), hours, ...rest].join(' ')
}

function parse(schedule: string, timeZone: string): Cron | undefined {
  try {
    const cron = new Cron(spelledOut(schedule), { timezone: timeZone, mode: '5-part', fixedTimeRule: 'no-wildcard', paused: true })
    // A zone is only looked at when it is needed.
    return cron.nextRun(new Date(0)) === undefined ? undefined : cron
  } catch {
    return undefined
  }
}
