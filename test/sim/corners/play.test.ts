import assert from 'node:assert/strict'
import { test } from 'node:test'
import { watchRules } from '../marks.ts'
import { backupObject, write } from '../scenarios/steps.ts'
import { STORIES, storiesFrom } from './all.ts'
import type { Corner } from './corner.ts'
import { playCorner } from './play.ts'
import { act, apply, backupEnds, ends, request, volumeOf, wait } from './steps.ts'

watchRules()

const good: Corner = { name: 'backup.volume/notFound', repository: true, steps: [write('data'), ...backupEnds('tar', { reason: 'VolumeNotFound' }, { volumes: ['never'] })] }
const COMPLETED = { phase: 'Completed', reason: 'Completed' }

/** Corners that are wrong, and what is said of them. */
const WRONG: readonly (readonly [string, Partial<Corner>, RegExp])[] = [
  ['another end', { steps: [write('data'), ...backupEnds('tar', { reason: 'Cancelled' }, { volumes: ['never'] })] }, /^story: .*is Failed Cancelled: not within/],
  ['an end that does not last', { steps: [write('data'), apply(backupObject('first', 'tar', {})), ends('Backup', 'first', { phase: 'Running', reason: 'Running' })] }, /^story: .*did not last/],
  ['a mark that is not left', { marks: ['restore.start.step/neverMade'] }, /^mark: it left no mark restore\.start\.step\/neverMade/],
  ['somebody else at work', { steps: [...good.steps, act(({ engine, api }) => { for (let second = 0; second < 5000; second += 10) engine.after(1000 * second, () => void api.request({ actor: 'hooks', method: 'PATCH', path: '/api/v1/namespaces/stage', body: { metadata: { annotations: { second: String(second) } } } })) })] }, /^S13: it never becomes quiet/],
  ['an invariant', { steps: [write('data'), ...backupEnds('tar', { ...COMPLETED }), act(({ cluster }) => { for (const store of cluster.stores.all()) for (const point of store.points()) store.remove(point) }), wait(1), ends('Backup', 'first', COMPLETED)] }, /^S7: the data of volume data/],
  ['a goal', { steps: [write('data'), isBound(), act(world => request(world, { method: 'DELETE', path: `/api/v1/persistentvolumes/${volumeOf(world, 'data').metadata.name}`, body: {} }))] }, /^goal: .*has been leaving since/],
]

test('a corner that ends as it has to is well', async () => {
  assert.equal(await playCorner(good), undefined)
})

for (const [what, change, said] of WRONG) {
  test(`${what} is told`, async () => {
    const { invariant, message } = await playCorner({ ...good, ...change }) ?? {}
    assert.match(`${invariant}: ${message}`, said)
  })
}

test('every story has a name of its own, and those of a topic can come first', () => {
  assert.equal(new Set(STORIES.map(({ name }) => name)).size, STORIES.length)
  const order = storiesFrom(['handovers'])
  assert.equal(STORIES[order[0] ?? -1]?.name, 'restore.publish/publish')
  assert.deepEqual(order.toSorted((a, b) => a - b), [...STORIES.keys()])
})

/** A claim that is bound, and waited for as the end. */
function isBound(): Corner['steps'][number] {
  return { step: 'until', what: 'the claim is bound', at: { kind: 'PersistentVolumeClaim', name: 'data' }, holds: object => object?.status?.phase === 'Bound' }
}
