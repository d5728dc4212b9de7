import { CronExpressionParser, type CronExpression } from 'cron-parser'
import { remember } from './remember.ts'
import type { WallTime } from './time-zone.ts'

const FIELDS = ['minute', 'hour', 'day of month', 'month', 'day of week'] as const
const MONTHS = 'JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEP|OCT|NOV|DEC'
const DAYS = 'SUN|MON|TUE|WED|THU|FRI|SAT'
const FOREVER = Date.UTC(2000, 0, 1)

/** What is wrong with five cron fields, as a sentence; undefined when nothing is. */
export const expressionProblem = (expression: string): string | undefined => problemOf(expression)

/** The first wall time strictly after another that matches; undefined when there is none. Knows no time zone. */
export const nextWallTime = (expression: string, after: WallTime): WallTime | undefined => {
  try {
    const parsed = parse(expression)
    parsed.reset(new Date(after))
    return parsed.next().getTime()
  } catch {
    return undefined
  }
}

/** Whether the hour field leaves the hour open (`*` or `*` with a step): the schedule then counts elapsed time, not times of day. */
export const isInterval = (expression: string): boolean => /^[*?]/.test(expression.split(' ')[1] ?? '')

const findProblem = (expression: string): string | undefined => {
  if (expression.startsWith('@')) return 'macros are not accepted: write five fields, for example "0 2 * * *"'
  const fields = expression.split(' ')
  if (expression === '' || fields.length !== 5) {
    return `five fields are needed (minute hour day-of-month month day-of-week) but there are ${expression === '' ? 0 : fields.length}`
  }
  const wrong = fields.findIndex((field, index) => !grammarOf(index).test(field))
  if (wrong >= 0) return `field "${FIELDS[wrong]}" is not understood: ${JSON.stringify(fields[wrong])}`
  return parseProblem(expression)
}

const parseProblem = (expression: string): string | undefined => {
  try {
    parse(expression)
  } catch (error) {
    const [, , day, month] = expression.split(' ')
    const cause = error instanceof Error ? error.message : String(error)
    if (cause.includes('day of month definition')) return `it never occurs: there is no day ${day} in month ${month}`
    return cause.charAt(0).toLowerCase() + cause.slice(1)
  }
  return nextWallTime(expression, FOREVER) === undefined ? 'it never occurs' : undefined
}

// Only what cron has everywhere: the parser's own L, #, H and seconds would mean something else, or nothing, elsewhere.
// `1/2` as a day of week too: the parser goes on to 7 and so to Sunday, a CronJob stops at Saturday.
const grammarOf = (index: number): RegExp => {
  const names = index === 3 ? `|${MONTHS}` : index === 4 ? `|${DAYS}` : ''
  const value = `(?:\\d{1,2}${names})`
  const every = index === 2 || index === 4 ? '[*?]' : '\\*'
  const step = '(?:/\\d{1,2})?'
  const item = `(?:(?:${every}|${value}-${value})${step}|${value}${index === 4 ? '' : step})`
  return new RegExp(`^${item}(?:,${item})*$`, 'i')
}

// The expression is asked in UTC only, where it has no daylight saving to go wrong with.
const parse = remember((expression): CronExpression =>
  CronExpressionParser.parse(expression, { tz: 'UTC', currentDate: new Date(FOREVER) }))

const problemOf = remember(findProblem)
