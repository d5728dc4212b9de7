import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { BackupStatus, KubeObject, Task } from '../../../schemas/generated/types.ts'
import { repository } from './objects.ts'
import { play, type Scene } from './scene.ts'

const begun: BackupStatus = { phase: 'Running', startTime: '2026-11-21T02:00:00Z', volumes: [{ pvc: 'data', phase: 'Pending' }] }
const deleting: BackupStatus = { phase: 'Deleting', deletion: { requestedBy: 'user', reason: 'old', priorPhase: 'Completed' }, volumes: [{ pvc: 'data', phase: 'Completed', handle: 'a' }] }
const asked = { metadata: { annotations: { 'holdfast.dev/delete-requested': '{"requestedBy":"user","reason":"old"}' } } }
const [one, two] = [repository('Ready', { storeId: 'one' }), repository('Ready', { storeId: 'two' })]

/** Sentence, scene, what the Job is told, what the status says. */
const rows: readonly (readonly [string, Scene, string | undefined, string | undefined])[] = [
  ['a run begins with the store that its repository is known to be', { repository: one }, 'one', 'one'],
  ['a run before any check has told it has none', { repository: repository('Ready') }, undefined, undefined],
  ['a run keeps the store that it began with, whatever its repository is now', { repository: two, status: { ...begun, storeId: 'one' } }, 'one', 'one'],
  ['a removal is from the store of the run', { repository: two, status: { ...deleting, storeId: 'one' } }, 'one', 'one'],
  ['a removal of what a version before made is from the store that the repository is known to be', { repository: one, status: deleting }, 'one', 'one'],
  ['also while the repository is not ready', { repository: repository('Failed', { storeId: 'one' }), status: deleting }, 'one', 'one'],
]

/** A second volume, beside the Job of the first. */
async function second(job: KubeObject, storeId?: string) {
  const { children, status } = await play({ repository: two, spec: { volumes: ['data', 'logs'] }, jobs: [job], ...(storeId !== undefined && { status: { ...begun, storeId } }) })
  return [taskOf(children.find(({ spec }) => spec !== undefined)).storeId, status.storeId]
}

test('a run whose status was never written is in the store that its Job was told of', async () => {
  const [job] = (await play({ repository: one })).children
  assert.ok(job !== undefined)
  assert.deepEqual(await second(job), ['one', 'one'])
  assert.deepEqual(await second(job, 'two'), ['one', 'one'], 'whatever a status says that was written before the Job was seen')
  const changed = (from: string, to: string) => JSON.parse(JSON.stringify(job).replace(from, to)) as KubeObject
  const others = [['"value":"{', '"value":"'], ['\\"one\\"', '5'], ['\\"one\\"', `\\"${'x'.repeat(65)}\\"`], ['\\"operation\\":\\"backup\\"', '\\"operation\\":\\"delete\\"']] as const
  for (const [from, to] of others) assert.deepEqual(await second(changed(from, to)), ['two', 'two'], to)
})

for (const [sentence, scene, told, noted] of rows) {
  test(sentence, async () => {
    const { children, status } = await play(scene)
    assert.deepEqual([taskOf(children[0]).storeId, status.storeId], [told, noted])
  })
}

test('a run that waits has no store yet: its repository may still be made anew', async () => {
  assert.equal((await play({ repository: repository('Failed', { storeId: 'one' }) })).status.storeId, undefined)
})

test('a removal that is announced notes the store', async () => {
  const { status } = await play({ ...asked, repository: one, status: { ...deleting, phase: 'Completed', deletion: undefined } as BackupStatus })
  assert.deepEqual([status.phase, status.storeId], ['Deleting', 'one'])
})

test('a snapshot is in no store', async () => {
  const { status } = await play({ repository: one, spec: { strategy: 'snapshot' }, status: { ...begun, volumes: [] } })
  assert.equal(status.storeId, undefined)
})

function taskOf(job?: KubeObject): Partial<Task> {
  const { template } = job?.spec as { template: { spec: { containers: readonly { env: readonly { name: string; value?: string }[] }[] } } }
  return JSON.parse(template.spec.containers[0]?.env.find(({ name }) => name === 'HOLDFAST_TASK')?.value ?? '{}') as Partial<Task>
}
