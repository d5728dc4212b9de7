import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { Cron } from 'croner'
import fc from 'fast-check'
import { checkSchedule, dueSlots, MAX_COUNTED_SLOTS, nextSlot } from '../../lib/cron.ts'
import { slotsByScan } from './slots-by-scan.ts'

const MINUTE = 60_000
const ZONES = [
  'Etc/UTC', 'Europe/Berlin', 'Europe/London', 'America/New_York', 'America/Havana', 'America/Santiago', 'Africa/Cairo', 'Africa/Casablanca',
  'Asia/Beirut', 'Asia/Kolkata', 'Asia/Kathmandu', 'Australia/Lord_Howe', 'Pacific/Chatham', 'America/St_Johns', 'Pacific/Kiritimati',
]
// Every change of the clock in these zones in 2026 lies in one of these windows of eight days, as does ordinary time.
const DAYS = ['2026-02-14', '2026-03-06', '2026-03-20', '2026-03-27', '2026-04-03', '2026-04-22', '2026-07-01', '2026-09-04', '2026-09-25', '2026-10-02', '2026-10-23', '2026-10-30']

const slotsFrom = (expression: string, zone: string, after: Date, count: number): string[] => {
  const slots: Date[] = []
  for (let slot = nextSlot(expression, zone, after); slot !== undefined && slots.length < count; slot = nextSlot(expression, zone, slot)) slots.push(slot)
  return slots.map((slot) => slot.toISOString())
}

describe('checkSchedule', () => {
  for (const expression of ['* * * * *', '0 2 * * *', '*/15 0-6,22,23 1,15 JAN-MAR MON-FRI', '30 4 29 2 *', '0 0 31 * sun', '0 0 ? * 7', '0 0 30 2 MON', '5/15 * * * *', '0 0 * * 1-5/2', '0 0 1/2 * *', '0 0 * * */2']) {
    it(`accepts "${expression}"`, () => assert.equal(checkSchedule(expression, 'Europe/Berlin'), undefined))
  }

  const refused: [string, RegExp][] = [
    ['', /five fields/], [' ', /five fields/], ['* * * *', /but there are 4/], ['0 * * * * *', /but there are 6/], ['@daily', /macros/], ['@every 5m', /macros/],
    ['TZ=UTC 0 2 * * *', /but there are 6/], ['0  2 * * *', /but there are 6/], ['0 0 30 2 *', /never occurs: there is no day 30 in month 2/], ['0 0 31 4,6,9,11 *', /never occurs/],
    ['H H * * *', /field "minute"/], ['0 0 L * *', /field "day of month"/], ['0 0 * * 1#1', /field "day of week"/], ['0 0 15W * *', /field "day of month"/], ['0 0 * * 1/2', /field "day of week"/],
    ['? 0 * * *', /field "minute"/], ['0 MON * * *', /field "hour"/], ['60 * * * *', /0-59/], ['0 24 * * *', /0-23/], ['0 0 0 * *', /1-31/], ['0 0 * 13 *', /1-12/],
    ['0 0 * * 8', /0-7/], ['*/0 * * * *', /cannot repeat/], ['0 22-2 * * *', /22-2/], ['-1 * * * *', /field "minute"/], ['1,,2 * * * *', /field "minute"/], ['2026-01-02T00:00:00', /five fields/],
  ]
  for (const [expression, message] of refused) {
    it(`refuses "${expression}"`, () => {
      const problem = checkSchedule(expression, 'Etc/UTC')
      assert.equal(problem?.reason, 'InvalidSchedule')
      assert.match(problem?.message ?? '', message)
      assert.equal(nextSlot(expression, 'Etc/UTC', new Date(0)), undefined)
    })
  }

  for (const zone of ['', 'Mars/Base', '+02:00', 'GMT+1', 'Local', 'Europe/Berlin ']) {
    it(`refuses the time zone ${JSON.stringify(zone)}`, () => {
      assert.equal(checkSchedule('0 2 * * *', zone)?.reason, 'InvalidTimeZone')
      assert.equal(nextSlot('0 2 * * *', zone, new Date(0)), undefined)
    })
  }

  it('answers for any text', () => {
    const token = fc.constantFrom('*', '0', '5', '59', '/', '-', ',', 'L', '#', 'MON', 'FEB', '?', ' ', '@', '31', '2')
    fc.assert(fc.property(fc.oneof(fc.string(), fc.array(token, { maxLength: 20 }).map((parts) => parts.join(''))), (expression) => {
      const problem = checkSchedule(expression, 'Europe/Berlin')
      assert.equal(problem === undefined, nextSlot(expression, 'Europe/Berlin', new Date('2026-01-01T00:00:00Z')) !== undefined)
    }), { numRuns: 1000 })
  })
})

describe('nextSlot when the clock changes', () => {
  const cases: [string, string, string, string, string[]][] = [
    ['moves a skipped time to the end of the gap', '30 2 * * *', 'Europe/Berlin', '2026-03-28T12:00:00Z', ['2026-03-29T01:00', '2026-03-30T00:30']],
    ['runs two skipped times once', '0,30 2 * * *', 'Europe/Berlin', '2026-03-28T12:00:00Z', ['2026-03-29T01:00', '2026-03-30T00:00', '2026-03-30T00:30']],
    ['runs a repeated time once, the first', '30 2 * * *', 'Europe/Berlin', '2026-10-24T12:00:00Z', ['2026-10-25T00:30', '2026-10-26T01:30']],
    ['runs every hour of a day with 25', '30 * * * *', 'Europe/Berlin', '2026-10-24T23:00:00Z', ['2026-10-24T23:30', '2026-10-25T00:30', '2026-10-25T01:30', '2026-10-25T02:30']],
    ['runs every hour of a day with 23', '30 * * * *', 'Europe/Berlin', '2026-03-29T00:00:00Z', ['2026-03-29T00:30', '2026-03-29T01:30', '2026-03-29T02:30']],
    ['knows half-hour changes', '0 2 * * *', 'Australia/Lord_Howe', '2026-10-03T00:00:00Z', ['2026-10-03T15:30', '2026-10-04T15:00']],
    ['knows a midnight that does not exist', '0 0 * * *', 'Africa/Cairo', '2026-04-23T12:00:00Z', ['2026-04-23T22:00', '2026-04-24T21:00']],
    ['asks for the same midnight early and late', '0 0 * * *', 'America/Havana', '2026-10-31T05:00:00Z', ['2026-11-01T04:00', '2026-11-02T05:00']],
    ['moves a skipped day to the next', '0 12 30 12 *', 'Pacific/Apia', '2011-12-01T00:00:00Z', ['2011-12-30T10:00', '2012-12-29T22:00']],
    ['finds 29 February over a century', '0 0 29 2 *', 'Etc/UTC', '2096-03-01T00:00:00Z', ['2104-02-29T00:00']],
    ['takes either day when day and weekday are given', '0 0 13 * FRI', 'Etc/UTC', '2026-11-01T00:00:00Z', ['2026-11-06T00:00', '2026-11-13T00:00', '2026-11-20T00:00']],
    ['is strictly after', '0 2 * * *', 'Etc/UTC', '2026-11-21T02:00:00Z', ['2026-11-22T02:00']],
    ['sees a slot a millisecond ahead', '0 2 * * *', 'Etc/UTC', '2026-11-21T01:59:59.999Z', ['2026-11-21T02:00']],
  ]
  for (const [sentence, expression, zone, after, expected] of cases) {
    it(sentence, () => assert.deepEqual(slotsFrom(expression, zone, new Date(after), expected.length).map((slot) => slot.slice(0, 16)), expected))
  }
})

const start = fc.tuple(fc.constantFrom(...DAYS), fc.nat(8 * 24 * 60 - 1)).map(([day, minutes]) => new Date(Date.parse(`${day}T00:00:00Z`) + minutes * MINUTE))
const numbers = (max: number) => fc.uniqueArray(fc.nat(max), { minLength: 1, maxLength: 3 }).map((list) => list.join(','))
const weekday = fc.constantFrom('*', '*', '0', '1-5', '7')
const fixedTime = fc.tuple(numbers(59), fc.oneof(numbers(3), numbers(23)), weekday).map(([minute, hour, day]) => `${minute} ${hour} * * ${day}`)
const interval = fc.tuple(fc.oneof(numbers(59), fc.constantFrom('*/15', '*/20', '7-59/30')), fc.constantFrom('*', '*/2'), weekday).map(([minute, hour, day]) => `${minute} ${hour} * * ${day}`)

describe('nextSlot, many zones around every change of the clock', () => {
  it('agrees with croner', () => {
    fc.assert(fc.property(fc.oneof(fixedTime, interval), fc.constantFrom(...ZONES), start, (expression, zone, after) => {
      const oracle = new Cron(expression, { timezone: zone, mode: '5-part', fixedTimeRule: 'no-wildcard', paused: true })
      assert.deepEqual(slotsFrom(expression, zone, after, 5), oracle.nextRuns(5, after).map((slot) => slot.toISOString()))
    }), { numRuns: 1500 })
  })

  it('agrees with a scan of every minute, steps within fixed hours too', () => {
    const steps = fc.tuple(fc.constantFrom('*', '*/10', '*/25'), numbers(3)).map(([minute, hour]) => `${minute} ${hour} * * *`)
    fc.assert(fc.property(steps, fc.constantFrom(...ZONES), fc.constantFrom(...DAYS), fc.nat(6), (expression, zone, day, offset) => {
      const from = new Date(Date.parse(`${day}T00:00:00Z`) + offset * 1440 * MINUTE)
      const until = new Date(from.getTime() + 2 * 1440 * MINUTE)
      const slots = slotsFrom(expression, zone, from, 700).filter((slot) => Date.parse(slot) <= until.getTime())
      assert.deepEqual(slots, slotsByScan(expression, zone, from, until))
    }), { numRuns: 40 })
  })

  it('gives the same next slot from every moment before it', () => {
    fc.assert(fc.property(fc.oneof(fixedTime, interval), fc.constantFrom(...ZONES), start, fc.double({ min: 0, max: 1, noNaN: true }), (expression, zone, after, part) => {
      const slot = nextSlot(expression, zone, after)?.getTime() ?? 0
      const between = new Date(after.getTime() + Math.floor((slot - after.getTime() - 1) * part))
      assert.equal(nextSlot(expression, zone, between)?.getTime(), slot)
    }), { numRuns: 500 })
  })
})

describe('dueSlots', () => {
  const due = (expression: string, after: string, until: string) => dueSlots(expression, 'Europe/Berlin', { after: new Date(after), until: new Date(until) })

  it('is undefined before the slot', () => assert.equal(due('0 2 * * *', '2026-11-21T01:00:00Z', '2026-11-22T00:59:59Z'), undefined))
  it('has the slot at its very moment', () => {
    assert.deepEqual(due('0 2 * * *', '2026-11-21T01:00:00Z', '2026-11-22T01:00:00Z'), { newest: new Date('2026-11-22T01:00:00Z'), missed: 0 })
  })
  it('counts the older ones', () => {
    assert.deepEqual(due('0 2 * * *', '2026-11-01T01:00:00Z', '2026-11-22T01:30:00Z'), { newest: new Date('2026-11-22T01:00:00Z'), missed: 20 })
  })
  it('stops counting, but finds the newest of a year of minutes', () => {
    assert.deepEqual(due('* * * * *', '2025-11-21T00:00:00Z', '2026-11-21T00:00:30Z'), { newest: new Date('2026-11-21T00:00:00Z'), missed: MAX_COUNTED_SLOTS })
  })

  it('agrees with walking over every slot', () => {
    fc.assert(fc.property(fc.oneof(fixedTime, interval), fc.constantFrom(...ZONES), start, fc.nat(3 * 1440), (expression, timeZone, after, minutes) => {
      const until = new Date(after.getTime() + minutes * MINUTE)
      const slots = slotsFrom(expression, timeZone, after, 300).filter((slot) => Date.parse(slot) <= until.getTime())
      const answer = dueSlots(expression, timeZone, { after, until })
      assert.equal(answer?.newest.toISOString(), slots.at(-1))
      assert.equal(answer?.missed, slots.length === 0 ? undefined : slots.length - 1)
    }), { numRuns: 200 })
  })
})
