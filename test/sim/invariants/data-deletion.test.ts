import { ANNOTATION } from '../../../lib/api.ts'
import { dataDeletion } from './data-deletion.ts'
import { tryHistories } from './histories.ts'
import { START, type History } from './history.ts'
import { RESOURCE } from './resources.ts'
import { backup, content, ended } from './samples.ts'

const LOCATION = 's3://bucket/shop'

/** A Backup with a committed point in a repository. */
function stored(h: History) {
  const { metadata: { uid } } = h.put('hooks', RESOURCE.backups, backup({ status: { phase: 'Running' } }))
  const store = h.stores.at(LOCATION)
  const point = store.add({ namespace: 'shop', volume: 'data', backup: 'nightly-1', run: uid, strategy: 'tar', handle: 'archive/data/nightly-1', content: 'shop/data#1', errors: 0, at: 0 })
  store.setCommitted(point, true)
  h.step()
  return { store, point }
}

function sayDeleting(h: History): void {
  h.put('metacontroller', RESOURCE.backups, backup({ status: { phase: 'Deleting', deletion: { requestedBy: 'user', reason: 'because' } } }))
}

function snapped(h: History): void {
  const volumes = [{ ...ended('Completed').volumes?.[0], pvc: 'data', phase: 'Completed' as const, handle: 'snap-1', snapshotName: 'nightly-1-snap-data' }]
  h.disks.create('vol-data', 'shop/data#1')
  h.disks.snapshot('vol-data', 'snap-1')
  h.put('metacontroller', RESOURCE.backups, backup({ spec: { strategy: 'snapshot' }, status: { ...ended('Completed'), volumes } }))
  h.step()
}

/** A Backup that was made again under its name; its content bears a time at which only the former was there. */
function againUnderItsName(h: History, isSaid: boolean): void {
  h.remove('user', RESOURCE.backups, h.put('user', RESOURCE.backups, backup({ spec: { strategy: 'snapshot' } })))
  const creationTimestamp = new Date(START).toISOString()
  h.pass(60)
  const { metadata: { uid = '' } } = h.put('user', RESOURCE.backups, backup({ spec: { strategy: 'snapshot' } }))
  if (isSaid) sayDeleting(h)
  const made = content('Delete')
  h.put('hooks', RESOURCE.contents, { ...made, metadata: { ...made.metadata, creationTimestamp, annotations: { ...made.metadata.annotations, [ANNOTATION.backupUid]: uid } } })
}

tryHistories(dataDeletion, [
  ['data goes after the record said so', h => { const { store, point } = stored(h); sayDeleting(h); store.remove(point); h.step() }],
  ['data goes', h => { const { store, point } = stored(h); store.remove(point); h.step() }, /data of volume data of Backup shop\/nightly-1 is gone from s3:\/\/bucket\/shop, and its record never said Deleting/],
  ['a manifest goes', h => { const { store, point } = stored(h); store.setCommitted(point, false); h.step() }, /is gone from/],
  ['Deleting without a reason', h => { const { store, point } = stored(h); h.put('metacontroller', RESOURCE.backups, backup({ status: { phase: 'Deleting' } })); store.remove(point); h.step() }, /never said Deleting/],
  ['somebody empties the bucket', h => { const { store } = stored(h); store.empty(0); h.step() }],
  ['a snapshot goes', h => { snapped(h); h.disks.remove('snap-1'); h.step() }, /driver snapshot snap-1 of Backup nightly-1 is gone/],
  ['a snapshot goes after the record said so', h => { snapped(h); sayDeleting(h); h.disks.remove('snap-1'); h.step() }],
  ['somebody let the snapshot go', h => { snapped(h); h.put('user', RESOURCE.contents, content('Delete')); h.disks.remove('snap-1'); h.step() }],
  ['a class of ours that deletes', h => h.put('hooks', RESOURCE.snapshotClasses, { kind: 'VolumeSnapshotClass', metadata: { name: 'holdfast-retain-sim' }, deletionPolicy: 'Delete' }), /has deletionPolicy Delete/],
  ['a content that is Delete from birth', h => { snapped(h); h.put('cluster', RESOURCE.contents, content('Delete')) }, /is made to take its data along/],
  ['a content becomes Delete', h => { snapped(h); h.put('cluster', RESOURCE.contents, content('Retain')); h.put('hooks', RESOURCE.contents, content('Delete')) }, /is made to take its data along/],
  ['a content becomes Delete after the record said so', h => { snapped(h); h.put('cluster', RESOURCE.contents, content('Retain')); sayDeleting(h); h.put('hooks', RESOURCE.contents, content('Delete')) }],
  ['likewise by the word of an API server whose clock went back meanwhile', h => againUnderItsName(h, true)],
  ['and before the record said so', h => againUnderItsName(h, false), /is made to take its data along/],
  ['a content of somebody else', h => h.put('cluster', RESOURCE.contents, content('Delete', 'theirs', false))],
])
