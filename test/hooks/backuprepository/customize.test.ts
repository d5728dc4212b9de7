import assert from 'node:assert/strict'
import test from 'node:test'
import { customizeRepository } from '../../../hooks/backuprepository/customize.ts'
import { customizeAnswer } from '../../../hooks/validate-answer.ts'
import { PVC, repository, S3 } from './samples.ts'

const cases = [
  { says: 's3 needs nothing', spec: S3, rules: [] },
  { says: 'nfs needs nothing', spec: { type: 'nfs', url: 'nfs://files/exports' }, rules: [] },
  { says: 'pvc needs its claim', spec: PVC, rules: [{ apiVersion: 'v1', resource: 'persistentvolumeclaims', namespace: 'shop', names: ['disk'] }] },
  { says: 'pvc without a claim in its url asks for none, not for all', spec: { type: 'pvc', url: 'pvc:///' }, rules: [] },
] as const
for (const { says, spec, rules } of cases) {
  test(says, () => {
    assert.deepEqual(customizeRepository(repository(spec)), rules)
    customizeAnswer(customizeRepository(repository(spec)))
  })
}
