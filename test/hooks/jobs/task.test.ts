import assert from 'node:assert/strict'
import { test } from 'node:test'
import { taskIn } from '../../../hooks/jobs/task.ts'

function job(name: string, value?: string) {
  const containers = [{ name: 'produce' }, { name, env: [{ name: 'HOME', value: '/tmp' }, { name: 'HOLDFAST_TASK', ...(value !== undefined && { value }) }] }]
  return { apiVersion: 'batch/v1', kind: 'Job', metadata: { name: 'j' }, spec: { template: { spec: { containers } } } }
}

const rows: readonly (readonly [string, object, object | undefined])[] = [
  ['the task of the mover', job('mover', '{"storeId":"one"}'), { storeId: 'one' }],
  ['none of another container', job('other', '{"storeId":"one"}'), undefined],
  ['none without a value', job('mover'), undefined],
  ['none that is no JSON', job('mover', '{"storeId'), undefined],
  ['none of a Job without a template', { apiVersion: 'batch/v1', kind: 'Job', metadata: { name: 'j' } }, undefined],
]
for (const [sentence, one, task] of rows) test(sentence, () => assert.deepEqual(taskIn(one as Parameters<typeof taskIn>[0]), task))
