import { ANNOTATION, LABEL } from '../../../lib/api.ts'
import { tryHistories } from './histories.ts'
import type { History } from './history.ts'
import { RESOURCE } from './resources.ts'
import { restoredContent } from './restored-content.ts'
import { backup, claim, ended, restore, volume } from './samples.ts'

const RESTORE_UID = 'uid-of-restore'
const annotations = { [ANNOTATION.backup]: 'nightly-1', [ANNOTATION.volume]: 'data', [ANNOTATION.restoreUid]: RESTORE_UID }

function bind(h: History, sample: ReturnType<typeof claim>, content: string) {
  const made = h.put('hooks', RESOURCE.claims, sample)
  h.disks.create(`vol-${made.metadata.name}`, content)
  h.put('cluster', RESOURCE.volumes, volume(made))
  h.step()
  return made
}

/** A run that failed, ran again after somebody had taken its status, and was good. */
function failedFirst(h: History, content: string): void {
  const failed = { ...ended('Failed'), volumes: [{ pvc: 'data', phase: 'Failed' }] }
  h.put('hooks', RESOURCE.backups, backup())
  h.put('metacontroller', RESOURCE.backups, backup({ status: failed as never }))
  h.put('user', RESOURCE.backups, backup())
  restored(h, content)
}

/** A restore point of data, and a claim that is restored from it. */
function restored(h: History, content: string) {
  const { metadata: { uid } } = h.put('hooks', RESOURCE.backups, backup())
  const store = h.stores.at('s3://bucket/shop')
  store.setCommitted(store.add({ namespace: 'shop', volume: 'data', backup: 'nightly-1', run: uid, strategy: 'tar', handle: 'archive/data/nightly-1', content: 'shop/data#1', errors: 0, at: 0 }), true)
  h.put('metacontroller', RESOURCE.backups, backup({ status: ended('Completed') }))
  return bind(h, claim({ name: 'copy', annotations }), content)
}

function say(h: History, phase: 'Completed' | 'Running'): void {
  const again = restore({ status: { phase, volumes: [{ source: 'data', target: 'copy', phase }] } })
  h.put('metacontroller', RESOURCE.restores, { ...again, metadata: { ...again.metadata, uid: RESTORE_UID } })
}

tryHistories(restoredContent, [
  ['the whole point', h => { restored(h, 'shop/data#1'); say(h, 'Completed') }],
  ['the point of a run that had failed, and ran again when somebody took its status', h => failedFirst(h, 'shop/data#1')],
  ['another than it then had', h => failedFirst(h, 'shop/data#7'), /is not the restore point/],
  ['half of it', h => { restored(h, 'shop/data#1~part') }, /claim shop\/copy shows "shop\/data#1~part", which is not the restore point of data in Backup nightly-1/],
  ['nothing', h => { restored(h, '') }, /shows ""/],
  ['another point', h => { restored(h, 'shop/data#7') }, /is not the restore point/],
  ['the workload goes on writing', h => { restored(h, 'shop/data#1'); h.disks.write('vol-copy', 'shop/copy#2'); h.step() }],
  ['Completed without a claim', h => say(h, 'Completed'), /says that copy is Completed, but the claim is not there/],
  ['Completed with somebody else\'s claim', h => { bind(h, claim({ name: 'copy' }), 'shop/copy#1'); say(h, 'Completed') }, /but the claim is another's/],
  ['Completed, and somebody deleted the claim', h => {
    const made = restored(h, 'shop/data#1')
    h.put('user', RESOURCE.claims, { ...made, metadata: { ...made.metadata, deletionTimestamp: 'now' } })
    h.remove('cluster', RESOURCE.claims, made)
    say(h, 'Completed')
  }],
  ['a user\'s claim is written over', h => { bind(h, claim(), 'shop/data#1'); h.disks.write('vol-data', 'shop/logs#1'); h.step() }, /claim shop\/data shows "shop\/logs#1", which nobody wrote there/],
  ['a user\'s claim is deleted', h => h.remove('metacontroller', RESOURCE.claims, bind(h, claim(), '')), /metacontroller deleted claim shop\/data, which is the user's/],
  ['a user\'s claim is changed', h => { bind(h, claim(), ''); h.put('hooks', RESOURCE.claims, claim({ labels: { our: 'own' } })) }, /hooks changed claim shop\/data/],
  ['a published claim is withdrawn after it was bound', h => h.remove('hooks', RESOURCE.claims, restored(h, 'shop/data#1')), /deleted claim shop\/copy, which was bound already/],
  ['a published claim is withdrawn before that', h => { h.remove('hooks', RESOURCE.claims, h.put('hooks', RESOURCE.claims, { ...claim({ name: 'copy', annotations }), status: { phase: 'Pending' } })) }],
  ['a temporary claim whose labels somebody removed is changed', h => { const about = { name: 'tmp', annotations: { [ANNOTATION.target]: 'copy' } }; bind(h, claim(about), 'x~part'); h.put('metacontroller', RESOURCE.claims, claim(about)) }],
  ['a temporary claim goes', h => h.remove('metacontroller', RESOURCE.claims, bind(h, claim({ name: 'tmp', labels: { [LABEL.role]: 'restore' } }), 'x~part'))],
  ['a volume is lost', h => { const made = bind(h, claim(), ''); h.remove('cluster', RESOURCE.volumes, volume(made)) }, /PersistentVolume pv-data is gone, but claim shop\/data is bound to it/],
  ['a volume goes with its claim', h => { const made = bind(h, claim(), ''); h.remove('user', RESOURCE.claims, made); h.remove('cluster', RESOURCE.volumes, volume(made)) }],
])
