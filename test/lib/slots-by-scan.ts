const MINUTE = 60_000
const MARGIN = 27 * 60

/** The slots in (from, until] of a schedule with fixed hours, found by looking at the wall clock in every single minute. */
export const slotsByScan = (expression: string, zone: string, from: Date, until: Date): string[] => {
  const [minutes, hours] = expression.split(' ').map((field, index) => valuesOf(field, index === 0 ? 60 : 24))
  const shown = wallClock(zone, from.getTime() - MARGIN * MINUTE, until.getTime() + MARGIN * MINUTE)
  const instants = new Set<number>()
  for (let wall = from.getTime() - MARGIN * MINUTE; wall < until.getTime() + MARGIN * MINUTE; wall += MINUTE) {
    const date = new Date(wall)
    if (!minutes?.has(date.getUTCMinutes()) || !hours?.has(date.getUTCHours())) continue
    const first = shown.find((one) => one.wall === wall) ?? shown.find((one) => one.wall > wall)
    if (first !== undefined) instants.add(first.instant)
  }
  return [...instants].filter((instant) => instant > from.getTime() && instant <= until.getTime())
    .toSorted((a, b) => a - b).map((instant) => new Date(instant).toISOString())
}

const valuesOf = (field: string, size: number): Set<number> => {
  const step = /^\*(?:\/(\d+))?$/.exec(field)
  if (step === null) return new Set(field.split(',').map(Number))
  return new Set(Array.from({ length: size }, (_, value) => value).filter((value) => value % Number(step[1] ?? 1) === 0))
}

const wallClock = (zone: string, from: number, until: number): { instant: number, wall: number }[] => {
  const format = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'medium' })
  const minutes = []
  for (let instant = from; instant <= until; instant += MINUTE) {
    minutes.push({ instant, wall: Date.parse(`${format.format(instant).replace(' ', 'T')}Z`) })
  }
  return minutes
}
