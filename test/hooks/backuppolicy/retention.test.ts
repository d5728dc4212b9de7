import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { applyRetention } from '../../../hooks/backuppolicy/retention.ts'
import type { BackupPolicy } from '../../../schemas/generated/types.ts'
import { backup, leaving, policy } from '../../lib/backups.ts'
import { viewIn } from './request.ts'

const now = new Date('2026-11-30T12:00:00Z')
const day = (number: number) => `2026-11-${String(number).padStart(2, '0')}T02:00:00Z`
const runs = (count: number, phase = 'Completed') => Array.from({ length: count }, (_, index) => backup(`${phase}-${index + 1}`.toLowerCase(), phase, day(index + 1)))
const apply = (change: { spec?: Partial<BackupPolicy['spec']>, metadata?: Partial<BackupPolicy['metadata']> }, backups = runs(14)) =>
  applyRetention(viewIn({ policy: policy(change), backups }), now)
const allow = (count: string) => ({ annotations: { 'holdfast.dev/allow-deletions': count } })

describe('applyRetention', () => {
  it('asks for deletion and says who and why', () => {
    const { effects, held } = apply({ spec: { retention: { maxBackups: 13 } } })
    assert.equal(held, undefined)
    assert.deepEqual(effects, [{
      type: 'annotateBackup',
      target: { namespace: 'shop', name: 'completed-1', uid: 'uid-completed-1' },
      annotations: { 'holdfast.dev/delete-requested': '{"requestedBy":"retention","reason":"beyond maxBackups 13"}' },
    }])
  })

  const cases: [string, Parameters<typeof apply>[0], number, boolean][] = [
    ['does nothing without retention', {}, 0, false],
    ['does nothing while suspended', { spec: { suspend: true, retention: { maxBackups: 1 } } }, 0, false],
    ['deletes ten at once', { spec: { retention: { maxBackups: 4 } } }, 10, false],
    ['deletes none of eleven', { spec: { retention: { maxBackups: 3 } } }, 0, true],
    ['deletes eleven when eleven are allowed', { spec: { retention: { maxBackups: 3 } }, metadata: allow('11') }, 11, false],
    ['deletes none of twelve when eleven are allowed', { spec: { retention: { maxBackups: 2 } }, metadata: allow('11') }, 0, true],
    ['does not take words for a number', { spec: { retention: { maxBackups: 3 } }, metadata: allow('all') }, 0, true],
    ['does not let the annotation lower the limit', { spec: { retention: { maxBackups: 4 } }, metadata: allow('1') }, 10, false],
  ]
  for (const [sentence, change, count, isHeld] of cases) {
    it(sentence, () => {
      const { effects, held } = apply(change)
      assert.deepEqual([effects.length, held !== undefined], [count, isHeld])
    })
  }

  it('names the command that lets it go on', () => {
    const { held } = apply({ spec: { retention: { maxBackups: 2 } } })
    assert.match(held ?? '', /delete 12 restore points/)
    assert.match(held ?? '', /kubectl annotate backuppolicy nightly -n shop holdfast\.dev\/allow-deletions=12 --overwrite$/)
  })

  it('lets failed runs go ten at a time, without a breaker', () => {
    const backups = [...runs(20, 'Failed'), backup('good', 'Completed', day(28))]
    const { effects, held } = apply({ spec: { failedHistoryLimit: 1 } }, backups)
    assert.deepEqual([effects.length, held], [10, undefined])
  })

  it('asks for no more than ten failed runs in all to be on their way', () => {
    const backups = [...runs(20, 'Failed').map((one, index) => (index < 8 ? leaving(one) : one)), backup('good', 'Completed', day(28))]
    assert.equal(apply({ spec: { failedHistoryLimit: 1 } }, backups).effects.length, 2)
  })

  it('lets no failed run go while suspended, whatever it holds', () => {
    assert.deepEqual(apply({ spec: { suspend: true, failedHistoryLimit: 1 } }, runs(20, 'Failed')).effects, [])
  })

  it('holds failed runs back too while it is held', () => {
    const backups = [...runs(14), ...runs(9, 'Failed')]
    assert.deepEqual(apply({ spec: { retention: { maxBackups: 1 }, failedHistoryLimit: 0 } }, backups).effects, [])
  })
})
