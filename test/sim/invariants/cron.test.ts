import assert from 'node:assert/strict'
import test from 'node:test'
import { countSlots, isSlot, nextSlotAfter } from './cron.ts'

/** In Berlin the clock shows 02:00 to 02:59 twice on this day, from 00:00Z and from 01:00Z. */
const BETWEEN = [Date.parse('2026-10-25T00:56:00Z'), Date.parse('2026-10-25T02:00:00Z')] as const

const cases: readonly (readonly [sentence: string, schedule: string, timeZone: string, slots: number])[] = [
  ['elapsed time counts where the hour begins with an asterisk', '*/4 * * * *', 'Europe/Berlin', 15],
  ['hours that are named run once, also with steps in their minutes', '*/4 1-23 * * *', 'Europe/Berlin', 0],
  ['and every minute of them, of which three are left', '* 1-23 * * *', 'Europe/Berlin', 3],
  ['a zone without a change has no such hour', '*/4 1-23 * * *', 'Etc/UTC', 15],
]
for (const [sentence, schedule, timeZone, slots] of cases) {
  test(sentence, () => assert.equal(countSlots({ schedule, timeZone }, ...BETWEEN), slots))
}

test('a slot is one to the millisecond', () => {
  const every = { schedule: '*/4 * * * *', timeZone: 'Etc/UTC' }
  assert.deepEqual([isSlot(every, BETWEEN[0]), isSlot(every, BETWEEN[0] + 1)], [true, false])
  assert.equal(nextSlotAfter({ schedule: '0 0 30 2 *', timeZone: 'Etc/UTC' }, BETWEEN[0]), undefined)
})
