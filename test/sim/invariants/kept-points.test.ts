import { tryHistories } from './histories.ts'
import type { History } from './history.ts'
import { keptPoints } from './kept-points.ts'
import { RESOURCE } from './resources.ts'
import { backup, ended, request } from './samples.ts'

function good(h: History) {
  const { metadata: { uid } } = h.put('hooks', RESOURCE.backups, backup())
  const store = h.stores.at('s3://bucket/shop')
  const stored = { namespace: 'shop', volume: 'data', backup: 'nightly-1', run: uid, strategy: 'tar' as const, handle: 'archive/data/nightly-1', content: 'shop/data#1', errors: 0, at: 0 }
  const point = store.add(stored)
  store.setCommitted(point, true)
  h.put('metacontroller', RESOURCE.backups, backup({ status: ended('Completed') }))
  h.step()
  return { store, point, stored }
}

tryHistories(keptPoints, [
  ['it stays', h => { good(h); h.step() }],
  ['it goes', h => { const { store, point } = good(h); store.remove(point); h.step() }, /the good point of volume data in Backup nightly-1 is gone, and nobody asked for that/],
  ['other data comes in its place', h => { const { store, point, stored } = good(h); store.remove(point); store.setCommitted(store.add({ ...stored, content: 'shop/data#2' }), true); h.step() }, /held shop\/data#1 and holds shop\/data#2/],
  ['it goes although only its record was deleted', h => { const { store, point } = good(h); h.remove('user', RESOURCE.backups, backup()); store.remove(point); h.step() }, /is gone/],
  ['its deletion was asked for', h => { const { store, point } = good(h); h.put('user', RESOURCE.backups, backup({ status: ended('Completed'), annotations: request('user') })); store.remove(point); h.step() }],
  ['the request was not understood', h => { const { store, point } = good(h); h.put('user', RESOURCE.backups, backup({ status: ended('Completed'), annotations: { 'holdfast.dev/delete-requested': 'yes' } })); store.remove(point); h.step() }, /is gone/],
  ['the bucket is emptied', h => { good(h).store.empty(0); h.step() }],
  ['another bucket is emptied', h => { const { store, point } = good(h); h.stores.at('s3://other/shop').empty(0); store.remove(point); h.step() }, /is gone/],
])
