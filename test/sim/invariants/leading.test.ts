import { tryHistories } from './histories.ts'
import type { History } from './history.ts'
import { leading } from './leading.ts'
import { RESOURCE } from './resources.ts'
import { backup, content, ended, request } from './samples.ts'

function good(h: History): ReturnType<History['put']> {
  h.disks.create('vol-data', 'shop/data#1')
  h.disks.snapshot('vol-data', 'snap-1')
  const made = h.put('cluster', RESOURCE.contents, content('Retain'))
  const status = ended('Completed')
  const record = h.put('user', RESOURCE.backups, backup({ spec: { strategy: 'snapshot' } }))
  h.put('metacontroller', RESOURCE.backups, { ...record, status: { ...status, volumes: status.volumes?.map(volume => ({ ...volume, handle: 'snap-1', contentName: made.metadata.name })) } })
  return made
}

const other = { ...content('Retain', 'another'), spec: { deletionPolicy: 'Retain', source: { snapshotHandle: 'snap-1' } }, status: {} }

tryHistories(leading, [
  ['the only content goes', h => { const made = good(h); h.remove('hooks', RESOURCE.contents, made) }, /content-of-nightly-1-snap-data went, and no other leads to the good snapshot of volume data in Backup nightly-1/],
  ['another leads to it already', h => { const made = good(h); h.put('hooks', RESOURCE.contents, other); h.remove('hooks', RESOURCE.contents, made) }],
  ['a person has removed it', h => { const made = good(h); h.remove('user', RESOURCE.contents, made) }],
  ['its removal was asked for', h => { const made = good(h); h.put('user', RESOURCE.backups, backup({ spec: { strategy: 'snapshot' }, status: ended('Completed'), annotations: request('user') })); h.remove('cluster', RESOURCE.contents, made) }],
])
