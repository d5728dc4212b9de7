import assert from 'node:assert/strict'
import test from 'node:test'
import type { Backup } from '../../../schemas/generated/types.ts'
import { idleness } from './progress.ts'

const healedAt = Date.parse('2026-11-21T10:00:00Z')
const backup = (name: string, status: object) => ({ metadata: { name }, status }) as unknown as Backup
const first = backup('tar-g0', { phase: 'Completed', completionTime: '2026-11-21T09:00:00Z' })
const made = backup('tar-1', { phase: 'Completed', completionTime: '2026-11-21T09:59:59Z' })
const late = backup('tar-2', { phase: 'Completed', completionTime: '2026-11-21T10:00:01Z' })
const failed = backup('tar-3', { phase: 'Failed', completionTime: '2026-11-21T09:30:00Z' })

const rows: readonly (readonly [sentence: string, backups: readonly Backup[], compared: number, found: number])[] = [
  ['a Backup and a restore between the faults are enough', [first, made], 1, 0],
  ['the points of before are not', [first], 1, 1],
  ['nor what was completed when all was well again', [first, late], 1, 1],
  ['nor what failed', [first, failed], 1, 1],
  ['nor a Backup alone', [first, made], 0, 1],
  ['nothing at all is said twice', [], 0, 2],
]

for (const [sentence, backups, compared, found] of rows) {
  test(sentence, () => assert.equal(idleness({ backups, healedAt, compared }).length, found))
}
