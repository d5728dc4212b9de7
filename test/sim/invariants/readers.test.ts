import { tryHistories } from './histories.ts'
import type { History } from './history.ts'
import { readers } from './readers.ts'
import { RESOURCE } from './resources.ts'
import { backup, ended, restore } from './samples.ts'

function reading(h: History, phase: 'Running' | 'Completed' = 'Running'): void {
  h.put('user', RESOURCE.backups, backup({ status: ended('Completed') }))
  h.put('metacontroller', RESOURCE.restores, restore({ status: { phase, backup: 'nightly-1' } }))
}

const doom = (h: History): unknown => h.put('metacontroller', RESOURCE.backups, backup({ status: { ...ended('Completed'), phase: 'Deleting' } }))

tryHistories(readers, [
  ['a Restore reads it', h => { reading(h); h.pass(300); doom(h) }, /data of Backup nightly-1 is to be removed while Restore again \(Running\) reads it/],
  ['a Restore has read it', h => { reading(h, 'Completed'); h.pass(300); doom(h) }],
  ['a Restore begins in the same moment', h => { reading(h); h.pass(5); doom(h) }],
  ['the Restore is leaving', h => { reading(h); h.pass(300); h.put('user', RESOURCE.restores, restore({ deletionTimestamp: 'now', status: { phase: 'Running', backup: 'nightly-1' } })); doom(h) }],
])
