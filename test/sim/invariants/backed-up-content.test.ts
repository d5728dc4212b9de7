import { backedUpContent } from './backed-up-content.ts'
import { tryHistories } from './histories.ts'
import type { History } from './history.ts'
import { RESOURCE } from './resources.ts'
import { backup, claim, ended, volume } from './samples.ts'

interface Stored {
  readonly content: string
  readonly committed?: boolean
  readonly handle?: string
  readonly errors?: number
}

/** A volume of several generations, a minute each, a run in the third, and what it stored. */
function run(h: History, { content, committed = true, handle = 'archive/data/nightly-1', errors = 0 }: Stored, spec = {}): void {
  h.disks.create('vol-data', '')
  h.put('cluster', RESOURCE.volumes, volume(h.put('user', RESOURCE.claims, claim())))
  for (const number of [1, 2, 3]) { h.pass(60); h.disks.write('vol-data', `shop/data#${number}`) }
  const { metadata: { uid } } = h.put('hooks', RESOURCE.backups, backup({ spec, status: { phase: 'Running' } }))
  const store = h.stores.at('s3://bucket/shop')
  store.setCommitted(store.add({ namespace: 'shop', volume: 'data', backup: 'nightly-1', run: uid, strategy: 'tar', handle, content, errors, at: 0 }), committed)
  h.pass(60)
  h.disks.write('vol-data', 'shop/data#4')
}

/** Another mover of the run has stored the same. */
function add(h: History, handle: string): void {
  const store = h.stores.at('s3://bucket/shop')
  const [{ run: by = '' } = {}] = store.points()
  store.setCommitted(store.add({ namespace: 'shop', volume: 'data', backup: 'nightly-1', run: by, strategy: 'tar', handle, content: 'shop/data#3', errors: 0, at: 0 }), true)
}

const complete = (h: History, spec = {}): unknown => h.put('metacontroller', RESOURCE.backups, backup({ spec, status: ended('Completed') }))

tryHistories(backedUpContent, [
  ['what was there when the run began', h => { run(h, { content: 'shop/data#3' }); complete(h) }],
  ['what was written while it ran', h => { run(h, { content: 'shop/data#4' }); complete(h) }],
  ['what was there before', h => { run(h, { content: 'shop/data#2' }); complete(h) }, /its content "shop\/data#2" was not on that volume while the run ran/],
  ['with files that could not be read', h => { run(h, { content: 'shop/data#3', errors: 2 }); complete(h) }, /but 2 files of it could not be read/],
  ['half of it', h => { run(h, { content: 'shop/data#3~part' }); complete(h) }, /holds shop\/data#3~part, which is not whole/],
  ['nothing', h => { run(h, { content: '' }); complete(h) }, /the volume was empty/],
  ['no point', h => { run(h, { content: 'shop/data#3', committed: false }); complete(h) }, /there is no committed point of it/],
  ['another handle', h => { run(h, { content: 'shop/data#3', handle: 'other' }); complete(h) }, /but the point has other/],
  ['that of one of two movers, of which the other was given up', h => { run(h, { content: 'shop/data#3', handle: 'other' }); add(h, 'archive/data/nightly-1'); complete(h) }],
  ['the bucket was emptied meanwhile', h => { run(h, { content: 'shop/data#3' }); h.stores.at('s3://bucket/shop').empty(Date.now()); complete(h) }],
  ['a failed volume needs none', h => { run(h, { content: 'x', committed: false }); h.put('metacontroller', RESOURCE.backups, backup({ status: ended('Failed') })) }],
  ['a snapshot that was never taken', h => { run(h, { content: 'x' }, { strategy: 'snapshot' }); complete(h, { strategy: 'snapshot' }) }, /no committed point/],
])
