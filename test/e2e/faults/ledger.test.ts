import assert from 'node:assert/strict'
import test from 'node:test'
import { Ledger } from './ledger.ts'

const rows: readonly { says: string; good: readonly string[]; maxBackups?: number; lost: readonly string[] }[] = [
  { says: 'all are there', good: ['g0', 'g1', 'g2', 'g3'], lost: [] },
  { says: 'one of a lane without retention is gone', good: ['g1', 'g2', 'g3'], lost: ['g0'] },
  { says: 'retention took the oldest', good: ['g1', 'g2', 'g3'], maxBackups: 3, lost: [] },
  { says: 'the newest is gone, though there are as many as retention keeps', good: ['g0', 'g1', 'g2'], maxBackups: 3, lost: ['g3'] },
  { says: 'one in the middle is gone', good: ['g0', 'g2', 'g3'], maxBackups: 3, lost: ['g1'] },
  { says: 'all are gone', good: [], maxBackups: 1, lost: ['g0', 'g1', 'g2', 'g3'] },
]
for (const { says, good, maxBackups, lost } of rows) {
  test(`points that were good: ${says}`, () => {
    const ledger = new Ledger()
    for (const name of ['g0', 'g1', 'failed', 'g2', 'g3']) ledger.remember(name, {})
    ledger.seenGood('lane', ['g0', 'g1', 'g2', 'g3'])
    assert.deepEqual(ledger.lost('lane', { good, maxBackups }), lost)
  })
}
