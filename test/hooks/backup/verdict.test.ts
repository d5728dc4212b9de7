import assert from 'node:assert/strict'
import { test } from 'node:test'
import { verdictOf } from '../../../hooks/backup/verdict.ts'
import type { Volume } from '../../../schemas/generated/types.ts'

const good: Volume = { pvc: 'good', phase: 'Completed' }
const partial: Volume = { pvc: 'partial', phase: 'PartiallyFailed', reason: 'UnreadableFiles', message: '2 files' }
const failed = (reason: string, pvc = 'bad'): Volume => ({ pvc, phase: 'Failed', reason, message: 'it broke' })

const rows: readonly [string, Volume[], string, string, RegExp][] = [
  ['all good', [good, good], 'Completed', 'Completed', /2 volumes backed up/],
  ['one good', [good], 'Completed', 'Completed', /1 volume backed up/],
  ['all failed for one reason', [failed('WrongKey'), failed('WrongKey', 'b')], 'Failed', 'WrongKey', /bad: it broke/],
  ['all failed for different reasons', [failed('WrongKey'), failed('OutOfMemory')], 'Failed', 'AllVolumesFailed', /bad: it broke/],
  ['one of two failed', [good, failed('WrongKey')], 'PartiallyFailed', 'SomeVolumesFailed', /1 of 2 volumes failed; bad/],
  ['one not whole', [good, partial], 'PartiallyFailed', 'UnreadableFiles', /1 of 2 volumes not whole; partial: 2 files/],
  ['the only one not whole', [partial], 'PartiallyFailed', 'UnreadableFiles', /2 files/],
  ['one not whole, one failed', [partial, failed('WrongKey')], 'PartiallyFailed', 'SomeVolumesFailed', /bad/],
]

for (const [sentence, volumes, phase, reason, message] of rows) {
  test(`${sentence} → ${phase} ${reason}`, () => {
    const verdict = verdictOf(volumes)
    assert.deepEqual([verdict.phase, verdict.reason], [phase, reason])
    assert.match(verdict.message, message)
  })
}
