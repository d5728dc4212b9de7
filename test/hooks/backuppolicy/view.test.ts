import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { viewOf } from '../../../hooks/backuppolicy/view.ts'
import { TransientError } from '../../../lib/errors.ts'
import { backup, policy } from '../../lib/backups.ts'
import { claim, requestOf, viewIn } from './request.ts'

const without = (group: string, finalizing = false) => {
  const request = requestOf({ finalizing })
  const { [group]: _left, ...related } = request.related
  return { ...request, related }
}

describe('viewOf', () => {
  for (const group of ['Backup.holdfast.dev/v1alpha1', 'PersistentVolumeClaim.v1', 'BackupRepository.holdfast.dev/v1alpha1']) {
    it(`does not take a missing group ${group} for an empty one`, () => assert.throws(() => viewOf(without(group)), TransientError))
  }
  it('needs only Backups to finalize', () => {
    assert.throws(() => viewOf(without('Backup.holdfast.dev/v1alpha1', true)), TransientError)
    assert.deepEqual(viewOf(without('PersistentVolumeClaim.v1', true)).claims, [])
  })
  it('takes only Backups that name the policy', () => {
    const foreign = { ...backup('other', 'Completed', '2026-11-20T02:00:00Z'), spec: { policy: 'weekly', strategy: 'tar' as const, volumes: [] } }
    assert.deepEqual(viewIn({ backups: [foreign, backup('own', 'Completed', '2026-11-20T02:00:00Z')] }).backups.map(({ metadata }) => metadata.name), ['own'])
  })
  it('does not ask for claims that a bad selector could not select', () => {
    const bad = policy({ spec: { selector: { matchLabels: { 'a b': 'c' } } } })
    assert.deepEqual(viewIn({ policy: bad, claims: [claim('data')] }).claims, [])
  })
  it('finds the repository by name', () => {
    const { choice, repository } = viewIn()
    assert.equal(repository?.metadata.name, choice?.name)
    assert.equal(viewIn({ repositories: [] }).repository, undefined)
  })
})
