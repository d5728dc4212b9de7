import assert from 'node:assert/strict'
import test from 'node:test'
import { readTask } from '../../../mover/run/task.ts'

const good = { operation: 'backup', strategy: 'tar', namespace: 'ns', backup: 'b', volume: 'v', path: '/volumes/v', store: { type: 'directory', path: '/repository/ns' } }

test('a good task is read', () => {
  assert.deepEqual(readTask(JSON.stringify(good)), good)
})

for (const [sentence, text, words] of [
  ['no task', undefined, /HOLDFAST_TASK is empty/],
  ['an empty task', '', /HOLDFAST_TASK is empty/],
  ['not JSON', '{', /not JSON/],
  ['not an object', '[]', /object/],
  ['an unknown operation', JSON.stringify({ ...good, operation: 'explode' }), /operation/],
  ['an unknown field', JSON.stringify({ ...good, colour: 'red' }), /additional/],
  ['a time that is none', JSON.stringify({ ...good, time: 'noon' }), /time/],
  ['no volume', JSON.stringify({ ...good, volume: undefined }), /volume/],
  ['a restore without a handle', JSON.stringify({ ...good, operation: 'restore' }), /handle/],
  ['an s3 store without a bucket', JSON.stringify({ ...good, store: { type: 's3' } }), /bucket/],
  ['a directory that is not absolute', JSON.stringify({ ...good, store: { type: 'directory', path: 'x' } }), /absolute/],
  ['a volume that would leave its folder', JSON.stringify({ ...good, volume: '../x' }), /not a Kubernetes name/],
  ['a point that would leave its folder', JSON.stringify({ ...good, operation: 'delete', points: [{ volume: 'a/b' }] }), /not a Kubernetes name/],
] as const) {
  test(`${sentence} is InvalidTask and says so`, () => {
    assert.throws(() => readTask(text), (error: Error & { reason?: string }) => error.reason === 'InvalidTask' && words.test(error.message))
  })
}
