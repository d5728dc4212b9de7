import { tryHistories } from './histories.ts'
import type { History } from './history.ts'
import { recordDeletion } from './record-deletion.ts'
import { RESOURCE } from './resources.ts'
import { backup, ended, request } from './samples.ts'

function stored(h: History, sample = backup({ status: ended('Completed') })) {
  const record = h.put('metacontroller', RESOURCE.backups, sample)
  const store = h.stores.at('s3://bucket/shop')
  const point = store.add({ namespace: 'shop', volume: 'data', backup: 'nightly-1', run: record.metadata.uid, strategy: 'tar', handle: 'h', content: 'c', errors: 0, at: 0 })
  store.setCommitted(point, true)
  return { record, store, point }
}

/** A restic snapshot that no record names, and that no list shows when it is to go. */
function hidden(h: History, { handle, over }: { readonly handle?: string; readonly over: number }) {
  const going = backup({ status: { ...ended('Failed'), volumes: [{ pvc: 'data', phase: 'Running' as const, ...(handle && { handle }) }], phase: 'Deleting', deletion: { requestedBy: 'user', reason: '' } }, annotations: request('user') })
  const record = h.put('metacontroller', RESOURCE.backups, going)
  const store = h.stores.at('s3://bucket/shop')
  store.setCommitted(store.add({ namespace: 'shop', volume: 'data', backup: 'nightly-1', run: record.metadata.uid, strategy: 'external', handle: 'h', content: 'c', errors: 0, at: 1000 }), true)
  store.veil({ over, from: 2000, until: Infinity })
  h.remove('hooks', RESOURCE.backups, record)
}

const doomed = backup({ status: { ...ended('Completed'), phase: 'Deleting', deletion: { requestedBy: 'user', reason: '' } }, annotations: request('user') })

tryHistories(recordDeletion, [
  ['a record is deleted by hand, its data stays', h => { h.remove('cluster', RESOURCE.backups, stored(h).record) }],
  ['we delete a record that nobody wanted gone', h => { h.remove('hooks', RESOURCE.backups, stored(h).record) }, /we deleted Backup nightly-1, although nobody had asked/],
  ['the data went first', h => { const { record, store, point } = stored(h, doomed); store.remove(point); h.remove('hooks', RESOURCE.backups, record) }],
  ['a mover that was not stopped stores it again', h => {
    const { record, store, point } = stored(h, doomed)
    store.remove(point)
    h.remove('hooks', RESOURCE.backups, record)
    store.setCommitted(store.add(point), true)
    h.end()
  }, /is gone, but its data is still there/],
  ['the record goes before its data', h => { h.remove('hooks', RESOURCE.backups, stored(h, doomed).record) }, /is gone, but its data is still there: data in s3:\/\/bucket\/shop/],
  ['with deletionPolicy Delete too', h => { h.remove('metacontroller', RESOURCE.backups, stored(h, backup({ status: ended('Completed'), spec: { deletionPolicy: 'Delete' }, deletionTimestamp: 'now' })).record) }, /its data is still there/],
  ['a slow list hid what no record names', h => hidden(h, { over: 0 })],
  ['a slow list hid what the record names', h => hidden(h, { over: 0, handle: 'h' }), /its data is still there/],
  ['a slow list showed it', h => hidden(h, { over: 1000 }), /its data is still there/],
  ['it was said that the data stays', h => { h.put('hooks', RESOURCE.events, { kind: 'Event', metadata: { name: 'nightly-1.datakept', namespace: 'shop' } }); h.remove('metacontroller', RESOURCE.backups, stored(h, doomed).record) }],
  ['that was refused', h => { untold(h, 403); h.remove('metacontroller', RESOURCE.backups, stored(h, doomed).record) }],
  ['that was not told', h => { untold(h, 503); h.remove('metacontroller', RESOURCE.backups, stored(h, doomed).record) }, /its data is still there/],
])

/** The last word about the record is answered so. */
function untold(h: History, status: number): void {
  const told = { call: { method: 'POST' as const, path: '/api/v1/namespaces/shop/events', body: { metadata: { name: 'nightly-1.datakept' } } }, received: { status, text: '{}' } }
  h.call({ kind: 'backup', verb: 'finalize', request: {}, effects: [], heard: [told] })
}
