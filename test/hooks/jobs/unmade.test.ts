import assert from 'node:assert/strict'
import test from 'node:test'
import { busySince, isLate, unmade } from '../../../hooks/jobs/unmade.ts'

const now = new Date('2026-11-21T02:00:16Z')

for (const [since, expected] of [['2026-11-21T02:00:00Z', true], ['2026-11-21T02:00:01Z', false], ['2027-01-01T00:00:00Z', false], ['nonsense', false], [undefined, false]] as const) {
  test(`what was asked for at ${since} is ${expected ? '' : 'not '}late`, () => assert.equal(isLate(since, now), expected))
}

test('it is said where Metacontroller tells more', () => {
  const parent = { apiVersion: 'holdfast.dev/v1alpha1', kind: 'BackupRepository', metadata: { name: 'store', namespace: 'shop' } }
  assert.match(unmade('Job a', parent), /^Job a has not been made; .*: kubectl describe backuprepository store -n shop$/)
})

test('a parent is busy since its condition Reconciling became True', () => {
  const condition = { type: 'Reconciling', status: 'True', reason: 'Running', message: '', lastTransitionTime: '2026-11-21T01:00:00Z' } as const
  assert.equal(busySince([condition]), condition.lastTransitionTime)
  assert.equal(busySince([{ ...condition, status: 'False' }]), undefined)
  assert.equal(busySince(undefined), undefined)
})
