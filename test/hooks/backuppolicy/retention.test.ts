import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { applyRetention } from '../../../hooks/backuppolicy/retention.ts'
import type { BackupPolicy } from '../../../schemas/generated/types.ts'
import { backup, leaving, lost, policy } from '../../lib/backups.ts'
import { viewIn } from './request.ts'

const now = new Date('2026-11-30T12:00:00Z')
const day = (number: number) => `2026-11-${String(number).padStart(2, '0')}T02:00:00Z`
const runs = (count: number, phase = 'Completed') => Array.from({ length: count }, (_, index) => backup(`${phase}-${index + 1}`.toLowerCase(), phase, day(index + 1)))
const apply = (change: { spec?: Partial<BackupPolicy['spec']>, metadata?: Partial<BackupPolicy['metadata']> }, backups = runs(14)) =>
  applyRetention(viewIn({ policy: policy(change), backups }), now)
const young = { creationTimestamp: day(13) }
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
    ['deletes eleven when eleven are allowed', { spec: { retention: { maxBackups: 3 } }, metadata: allow('11@1') }, 11, false],
    ['deletes none of twelve when eleven are allowed', { spec: { retention: { maxBackups: 2 } }, metadata: allow('11@1') }, 0, true],
    ['deletes none when they were allowed for an older spec', { spec: { retention: { maxBackups: 3 } }, metadata: { ...allow('11@1'), generation: 2 } }, 0, true],
    ['does not take words for a number', { spec: { retention: { maxBackups: 3 } }, metadata: allow('all') }, 0, true],
    ['does not let the annotation lower the limit', { spec: { retention: { maxBackups: 4 } }, metadata: allow('1@1') }, 10, false],
  ]
  for (const [sentence, change, count, isHeld] of cases) {
    it(sentence, () => {
      const { effects, held } = apply(change)
      assert.deepEqual([effects.length, held !== undefined], [count, isHeld])
    })
  }

  it('names the command that lets it go on', () => {
    const { held } = apply({ spec: { retention: { maxBackups: 2 } } })
    assert.match(held?.message ?? '', /delete 12 restore points/)
    assert.match(held?.message ?? '', /kubectl annotate backuppolicies.holdfast.dev nightly -n shop holdfast\.dev\/allow-deletions=12@1 --overwrite$/)
  })

  it('says why a consent is not honoured', () => {
    const { held } = apply({ spec: { retention: { maxBackups: 2 } }, metadata: allow('60') })
    assert.match(held?.message ?? '', /so it deletes none; annotation holdfast\.dev\/allow-deletions is not honoured, it has to be COUNT@GENERATION; if that is meant: kubectl/)
  })

  const december = (number: number) => `2026-12-0${number}T02:00:00Z`
  const told: [string, Parameters<typeof apply>[0], Parameters<typeof apply>[1], RegExp | undefined][] = [
    ['says what it does not count because a clock was wrong', { spec: { retention: { maxBackups: 5 } } }, [...runs(2), backup('x', 'Completed', december(1))],
      /^a clock was wrong: kept and not counted until the time at which it says it ended: Backup x \(2026-12-01T02:00:00Z\)$/],
    ['names three and counts the rest', { spec: { retention: { maxBackups: 5 } } }, [1, 2, 3, 4, 5].map((number) => backup(`x${number}`, 'Completed', december(number))), /Backup x5 .*, Backup x4 .*, Backup x3 .* and 2 more$/],
    ['says that a run of the future holds all', { spec: { retention: { maxBackups: 1 } } }, [...runs(3), backup('x', 'Completed', december(1)), backup('f', 'Failed', december(2))], /no restore point is deleted meanwhile, because f may be the newest run and is not good$/],
    ['also one that has lost its snapshot', { spec: { retention: { maxBackups: 1 } } }, [...runs(3), lost(backup('l', 'Completed', december(1)))], /because l may be the newest run/],
    ['has no word for clocks that differ as clocks do', { spec: { retention: { maxBackups: 5 } } }, [...runs(2), backup('x', 'Completed', '2026-11-30T12:01:00Z')], undefined],
    ['nor without retention', {}, [backup('x', 'Completed', december(1))], undefined],
    ['nor while suspended', { spec: { suspend: true, retention: { maxBackups: 5 } } }, [backup('x', 'Completed', december(1))], undefined],
    ['says how many it keeps of an earlier policy', { spec: { retention: { maxBackups: 1 } }, metadata: young }, runs(14),
      /^12 restore points are older than this policy, of an earlier one of its name or made by a clock that was wrong, and kept; to let its retention have them: kubectl annotate backuppolicies.holdfast.dev nightly -n shop holdfast\.dev\/adopt-backups=uid-1 --overwrite$/],
    ['of one too', { spec: { retention: { maxBackups: 1 } }, metadata: young }, runs(1), /^1 restore point is older/],
    ['says that the word for another policy is not honoured', { spec: { retention: { maxBackups: 1 } }, metadata: { ...young, annotations: { 'holdfast.dev/adopt-backups': 'uid-0' } } }, runs(2), /kept; annotation .* has to be the UID of this policy; to let/],
    ['says both', { spec: { retention: { maxBackups: 1 } }, metadata: young }, [...runs(2), backup('x', 'Completed', december(1))], /^2 restore points are older .*--overwrite; a clock was wrong: .*Backup x/],
    ['has no word of an earlier policy without retention', { metadata: young }, runs(2), undefined],
    ['nor once they are adopted', { spec: { retention: { maxBackups: 14 } }, metadata: { ...young, annotations: { 'holdfast.dev/adopt-backups': 'uid-1' } } }, runs(14), undefined],
    ['tells of the ten deletions first', { spec: { retention: { maxBackups: 1 } } }, [...runs(14), backup('x', 'Completed', december(1))], /^retention would delete 13 restore points/],
  ]
  for (const [sentence, change, backups, expected] of told) {
    it(sentence, () => {
      const { held } = apply(change, backups)
      if (expected === undefined) assert.equal(held, undefined)
      else assert.match(held?.message ?? '', expected)
    })
  }

  it('goes on with the rest while it keeps what is of the future', () => {
    const { effects, held } = apply({ spec: { retention: { maxBackups: 13 } } }, [...runs(14), backup('x', 'Completed', december(1))])
    assert.deepEqual([effects.map((effect) => 'target' in effect && effect.target.name), held?.reason], [['completed-1'], 'CompletedInFuture'])
  })

  it('goes on with its own points while it keeps those of an earlier policy', () => {
    const { effects, held } = apply({ spec: { retention: { maxBackups: 1 } }, metadata: young })
    assert.deepEqual([effects.map((effect) => 'target' in effect && effect.target.name), held?.reason], [['completed-13'], 'OlderThanPolicy'])
  })

  it('holds those that it adopts when they are too many to go at once', () => {
    const { effects, held } = apply({ spec: { retention: { maxBackups: 1 } }, metadata: { ...young, annotations: { 'holdfast.dev/adopt-backups': 'uid-1' } } })
    assert.deepEqual([effects, held?.reason], [[], 'RetentionHeld'])
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
