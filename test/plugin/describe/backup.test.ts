import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { describeBackup, nextForBackup } from '../../../plugin/describe/backup.ts'
import type { Backup } from '../../../schemas/generated/types.ts'
import { aBackup, completed, failed } from '../objects.ts'

const time = '2026-11-20T01:00:00Z'
const NEXT: Readonly<Record<string, readonly [Backup, RegExp | undefined]>> = {
  'a good one can be restored': [aBackup('b', time, { status: completed(time, 'data') }), /restore b --volume data=data-restored/],
  'the good part of a partial one can be restored': [aBackup('b', time, { status: { phase: 'PartiallyFailed', volumes: [{ pvc: 'x', phase: 'Failed' }, { pvc: 'y', phase: 'Completed' }] } }), /--volume y=/],
  'one that goes on can be waited for': [aBackup('b', time), /wait b -n shop$/],
  'a failed one has logs': [aBackup('b', time, { status: failed('x') }), /logs b -n shop$/],
  'a failed snapshot has none': [aBackup('b', time, { spec: { strategy: 'snapshot' }, status: failed('x') }), undefined],
  'one on its way out needs nothing': [aBackup('b', time, { status: { phase: 'Deleting' } }), undefined],
}

describe('nextForBackup', () => {
  for (const [sentence, [backup, expected]] of Object.entries(NEXT)) {
    it(sentence, () => {
      const next = nextForBackup(backup)
      if (expected === undefined) assert.equal(next, undefined)
      else assert.match(next ?? '', expected)
    })
  }
})

describe('describeBackup', () => {
  it('says who asked for a deletion, and how it goes', () => {
    const text = describeBackup(aBackup('b', time, { status: { phase: 'Deleting', deletion: { requestedBy: 'retention', reason: 'older than 30d', failures: 2 } } })).join('\n')
    assert.match(text, /Deletion: +asked for by retention: older than 30d \(2 attempts failed\)/)
  })
  it('says who asked before the hooks have seen it, and that nobody understands what is no request', () => {
    const asked = (text: string): string => describeBackup(aBackup('b', time, { status: completed(time, 'data'), annotations: { 'holdfast.dev/delete-requested': text } })).join('\n')
    assert.match(asked('{"requestedBy":"user","reason":"old"}'), /Deletion: +asked for by user: old\n/)
    assert.match(asked('true'), /Deletion: +not understood, so nothing is removed: true\n/)
  })
  it('has the message of each volume', () => {
    const text = describeBackup(aBackup('b', time, { status: { phase: 'Failed', volumes: [{ pvc: 'data', phase: 'Failed', message: 'no space' }] } })).join('\n')
    assert.match(text, /Messages:\n {2}data: no space$/)
  })
  it('says what kubectl delete does', () => assert.match(describeBackup(aBackup('b', time, { spec: { deletionPolicy: 'Delete' } })).join('\n'), /On kubectl delete: +the data goes too/))
})
