import assert from 'node:assert/strict'
import test from 'node:test'
import { deleteArchive, sweepArchives } from '../../../mover/archive/delete.ts'
import { writeText } from '../../../mover/stores/store.ts'
import { keys } from '../stores/conformance.ts'
import { memoryStore } from '../stores/memory.ts'

const DAY = 86_400_000

test('a point goes whole, its neighbours with similar names stay', async () => {
  const store = memoryStore()
  for (const key of ['archive/a/b1/manifest.json', 'archive/a/b1/data.tar', 'archive/a/b10/manifest.json', 'archive/ab/b1/data.tar']) await writeText(store, key, key)
  await deleteArchive(store, { volume: 'a', backup: 'b1' })
  assert.deepEqual(await keys(store, ''), ['archive/a/b10/manifest.json', 'archive/ab/b1/data.tar'])
  await deleteArchive(store, { volume: 'a', backup: 'b1' })
})

test('points of a namespace whose destination lies inside this one stay, whatever that namespace is called', async () => {
  let now = Date.now() - 30 * DAY
  const store = memoryStore(() => new Date(now))
  const others = ['archive', 'probe-lab', 'restic'].flatMap(namespace => [
    'holdfast-id', 'archive/data/b1/data.tar', 'archive/data/b1/manifest.json', 'restic/config', 'restic/keys/0a', 'restic/snapshots/0b', 'restic/data/0c/0c0d',
  ].map(key => `${namespace}/${key}`))
  for (const key of others) await writeText(store, key, key)
  now += 30 * DAY
  await writeText(store, 'archive/volume/today/manifest.json', 'tells how old the others are')
  await sweepArchives(store, new Date(now))
  for (const [volume, backup] of [['volume', 'today'], ['archive', 'data'], ['restic', 'keys'], ['restic', 'snapshots'], ['restic', 'data']] as const) await deleteArchive(store, { volume, backup })
  assert.deepEqual(await keys(store, ''), others.toSorted())
})

test('the manifest goes first, so that a deletion that is cut off leaves no point', async () => {
  const store = memoryStore()
  for (const name of ['data.tar', 'manifest.json']) await writeText(store, `archive/a/b1/${name}`, name)
  let removed = 0
  const failing = { ...store, delete: async (key: string) => removed++ === 1 ? Promise.reject(new Error('cut')) : store.delete(key) }
  await assert.rejects(deleteArchive(failing, { volume: 'a', backup: 'b1' }), /cut/)
  assert.deepEqual(await keys(store, ''), ['archive/a/b1/data.tar'])
})

test('what a listing does not show is removed by its name', async () => {
  const store = memoryStore()
  for (const name of ['data.stream.gz', 'manifest.json']) await writeText(store, `archive/a/b1/${name}`, name)
  await deleteArchive({ ...store, list: async function* () {} }, { volume: 'a', backup: 'b1' })
  assert.deepEqual(await keys(store, ''), [])
})

test('a store that keeps what it said it removed is not believed', async () => {
  const store = memoryStore()
  await writeText(store, 'archive/a/b1/data.tar', 'x')
  await assert.rejects(deleteArchive({ ...store, delete: async () => undefined }, { volume: 'a', backup: 'b1' }), { name: 'TransientError', reason: 'StoreUnreachable' })
})

for (const [sentence, age, names, kept] of [
  ['data without a manifest, nine days old, goes', 9 * DAY, ['data.tar'], []],
  ['data without a manifest, seven days old, may still be at work: so long may a run take', 7 * DAY, ['data.tar'], ['data.tar']],
  ['a whole point stays, however old', 900 * DAY, ['data.tar', 'manifest.json'], ['data.tar', 'manifest.json']],
  ['a manifest without data is for a person to look at', 900 * DAY, ['manifest.json'], ['manifest.json']],
] as const) {
  test(`sweep: ${sentence}`, async () => {
    let now = Date.now() - age
    const store = memoryStore(() => new Date(now))
    for (const name of names) await writeText(store, `archive/a/b1/${name}`, name)
    await writeText(store, 'restic/config', 'not ours to sweep')
    now += age
    await writeText(store, 'archive/a/b2/manifest.json', 'of today')
    await sweepArchives(store, new Date(now))
    assert.deepEqual(await keys(store, ''), [...kept.map(name => `archive/a/b1/${name}`), 'archive/a/b2/manifest.json', 'restic/config'])
  })
}

test('sweep: probes of checks that were cut off go after eight days', async () => {
  let now = Date.now() - 9 * DAY
  const store = memoryStore(() => new Date(now))
  await writeText(store, 'probe-old', 'x')
  now += 9 * DAY
  await writeText(store, 'probe-new', 'x')
  assert.equal(await sweepArchives(store, new Date(now)), 1)
  assert.deepEqual(await keys(store, ''), ['probe-new'])
})
