import assert from 'node:assert/strict'
import test from 'node:test'
import { readManifest } from '../../../mover/archive/manifest.ts'
import type { Store } from '../../../mover/stores/store.ts'

const handles = [
  '', 'archive', 'archive/data', 'archive/data/', 'archive//b', '/archive/data/b', 'archive/data/b/', 'archive/data/b/c', 'other/data/b',
  '../shop/archive/data/b', 'archive/../../shop/archive/data/b', 'archive/../b', 'archive/data/..', './archive/data/b', 'archive/data/b\n', 'archive/%2e%2e/b', 'archive\\data\\b', 'abc123', '--help',
]

for (const handle of handles) {
  test(`${JSON.stringify(handle)} is the handle of no point, and the store is not asked for it`, async () => {
    const asked: string[] = []
    const store = new Proxy({} as Store, { get: (_, name) => (key: string) => { asked.push(`${String(name)} ${key}`) } })
    await assert.rejects(readManifest(store, handle), { reason: 'PointNotFound' })
    assert.deepEqual(asked, [])
  })
}

test('whatever handle a mover told, what is read lies below the own prefix', () => {
  const asked: string[] = []
  const store = { get: (key: string) => { asked.push(key); return Promise.resolve(undefined) } } as unknown as Store
  for (const handle of [...handles, 'archive/data/b']) void readManifest(store, handle).catch(() => undefined)
  assert.deepEqual(asked, ['archive/data/b/manifest.json'])
})
