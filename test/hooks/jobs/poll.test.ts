import assert from 'node:assert/strict'
import test from 'node:test'
import { pollSeconds } from '../../../hooks/jobs/poll.ts'

const NOW = new Date('2026-11-21T02:00:00Z')
const table: readonly [string, string | undefined, number][] = [
  ['just begun', '2026-11-21T02:00:00Z', 5],
  ['for half a minute', '2026-11-21T01:59:30Z', 5],
  ['for two minutes', '2026-11-21T01:58:00Z', 20],
  ['for an hour', '2026-11-21T01:00:00Z', 60],
  ['in the future, by a clock that is wrong', '2026-11-21T03:00:00Z', 5],
  ['nobody knows since when', undefined, 5],
]
for (const [sentence, since, seconds] of table) test(`${sentence}: ${seconds} s`, () => assert.equal(pollSeconds(since, NOW), seconds))

test('ten minutes of waiting are some two dozen looks', () => {
  let looks = 0
  for (let waited = 0; waited < 600; looks++) waited += pollSeconds(new Date(NOW.getTime() - waited * 1000).toISOString(), NOW)
  assert.ok(looks > 15 && looks < 30, String(looks))
})
