import type { KubeObject } from '../../../schemas/generated/types.ts'
import { tryHistories } from './histories.ts'
import type { History } from './history.ts'
import { newestGood } from './newest-good.ts'
import { RESOURCE } from './resources.ts'
import { backup, ended, job, lost, policy, restore } from './samples.ts'

function say(h: History, status: object): void {
  h.put('user', RESOURCE.policies, policy())
  h.put('metacontroller', RESOURCE.policies, policy({ status }))
}

function take(h: History, spec: object = { backup: 'nightly-1' }): void {
  h.put('user', RESOURCE.restores, restore({ spec }))
  h.put('metacontroller', RESOURCE.restores, restore({ spec, status: { phase: 'Running', backup: 'nightly-1' } }))
}

const run = (h: History, status: object, name?: string): unknown => h.put('metacontroller', RESOURCE.backups, backup({ status, ...(name && { name }) }))
/** A good one goes, and another of its name has begun, this many seconds ago. */
const again = (h: History, seconds: number): void => {
  h.remove('metacontroller', RESOURCE.backups, run(h, ended('Completed')) as KubeObject)
  const next = backup({ status: { phase: 'Running' } })
  h.put('user', RESOURCE.backups, { ...next, metadata: { ...next.metadata, uid: 'uid-next' } })
  h.pass(seconds)
}
/** A good one is being removed, for this many seconds. */
const leaves = (h: History, seconds: number): void => {
  const whole = ended('Completed')
  run(h, whole)
  run(h, { ...whole, phase: 'Deleting', deletion: { requestedBy: 'user', reason: '' } })
  h.pass(seconds)
}
const AHEAD = ended('Completed', '2026-11-21T14:00:00Z')

tryHistories(newestGood, [
  ['a good run is the newest good one', h => { run(h, ended('Completed')); say(h, { lastSuccessfulTime: '2026-11-21T10:00:00Z', storedBackups: [{ name: 'nightly-1', phase: 'Completed' }] }) }],
  ['a failed run is', h => { run(h, ended('Failed')); say(h, { lastSuccessfulTime: '2026-11-21T10:00:00Z' }) }, /says that its newest good run ended at 2026-11-21T10:00:00Z, and none did/],
  ['a failed run is stored', h => { run(h, ended('Failed')); say(h, { storedBackups: [{ name: 'nightly-1', phase: 'Failed' }] }) }, /counts nightly-1 among its restore points, which failed/],
  ['what never was is stored', h => say(h, { storedBackups: [{ name: 'nightly-9', phase: 'Completed' }] }), /nightly-9 among its restore points, which does not exist/],
  ['a good run is restored', h => { run(h, ended('Completed')); take(h) }],
  ['a run of before the time asked for', h => { run(h, ended('Completed')); take(h, { policy: 'nightly', asOf: '2026-11-21T10:00:00Z' }) }],
  ['a run of after the time asked for', h => { run(h, ended('Completed')); take(h, { policy: 'nightly', asOf: '2026-11-21T09:59:59Z' }) }, /takes Backup nightly-1, which ended after 2026-11-21T09:59:59Z/],
  ['a failed run is restored', h => { run(h, ended('Failed')); take(h) }, /Restore again takes Backup nightly-1, which is Failed/],
  ['a run that goes on is restored', h => { run(h, { phase: 'Running' }); take(h) }, /which is Running/],
  ['one that went during the call', h => { again(h, 5); take(h) }],
  ['one that went long before', h => { again(h, 60); take(h) }, /which is Running/],
  ['a part is restored by policy', h => {
    run(h, { ...ended('PartiallyFailed'), volumes: [{ pvc: 'data', phase: 'Completed' }, { pvc: 'logs', phase: 'Failed' }] })
    take(h, { policy: 'nightly' })
  }, /one is taken, nightly-1, without a good logs/],
  ['the good part is restored by policy', h => {
    run(h, { ...ended('PartiallyFailed'), volumes: [{ pvc: 'data', phase: 'Completed' }, { pvc: 'logs', phase: 'Failed' }] })
    take(h, { policy: 'nightly', volumes: [{ source: 'data' }] })
  }],
  ['one that is lost is restored by policy', h => { run(h, lost(ended('Completed'))); h.pass(60); take(h, { policy: 'nightly' }) }, /one is taken, nightly-1, without a good data/],
  ['one that was lost just now', h => { run(h, ended('Completed')); h.pass(60); run(h, lost(ended('Completed'))); take(h, { policy: 'nightly' }) }],
  ['one of which somebody took what it says of its volumes', h => { run(h, ended('Completed')); h.pass(60); h.put('user', RESOURCE.backups, backup({ status: { ...ended('Completed'), volumes: [{ pvc: 'logs', phase: 'Completed' }] } })); take(h, { policy: 'nightly', volumes: [{ source: 'data' }] }) }],
  ['one that goes since a moment ago', h => { leaves(h, 5); take(h, { policy: 'nightly' }) }],
  ['one that goes since a while, and was chosen before', h => {
    run(h, ended('Completed'))
    h.put('metacontroller', RESOURCE.jobs, job(h.put('user', RESOURCE.restores, restore({ spec: { policy: 'nightly' } })), { name: 'again-restore-data', role: 'restore' }))
    leaves(h, 60)
    take(h, { policy: 'nightly' })
  }],
  ['one that goes since long ago', h => { leaves(h, 60); take(h, { policy: 'nightly' }) }, /one is taken, nightly-1, without a good data/],
  ['one that is lost is restored by name', h => { run(h, lost(ended('Completed'))); take(h) }],
  ['one of the future is restored by policy', h => { run(h, ended('Completed'), 'older'); run(h, AHEAD); h.pass(60); take(h, { policy: 'nightly' }) }, /takes Backup nightly-1, which says that it ended in the future, although there is older/],
  ['the other has come just now', h => { run(h, AHEAD); h.pass(60); run(h, ended('Completed'), 'older'); take(h, { policy: 'nightly' }) }],
  ['the other is lost', h => { run(h, lost(ended('Completed')), 'older'); run(h, AHEAD); h.pass(60); take(h, { policy: 'nightly' }) }],
  ['the other lacks the volume', h => { run(h, ended('Completed', '2026-11-21T10:00:00Z', 'logs'), 'older'); run(h, AHEAD); h.pass(60); take(h, { policy: 'nightly', volumes: [{ source: 'data' }] }) }],
  ['its time has come', h => { run(h, ended('Completed'), 'older'); run(h, AHEAD); h.pass(4 * 3600); take(h, { policy: 'nightly' }) }],
])
