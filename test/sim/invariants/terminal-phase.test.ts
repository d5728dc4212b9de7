import { tryHistories } from './histories.ts'
import { RESOURCE } from './resources.ts'
import { backup, ended, restore } from './samples.ts'
import { terminalPhase } from './terminal-phase.ts'

const good = ended('Completed')

tryHistories(terminalPhase, [
  ['it stays as it is, and is deleted in the end', h => {
    h.put('metacontroller', RESOURCE.backups, backup({ status: good }))
    h.put('metacontroller', RESOURCE.backups, backup({ status: { ...good, phase: 'Deleting', volumes: [{ ...good.volumes?.[0], pvc: 'data', phase: 'Deleted' }] } }))
  }],
  ['it runs again', h => { h.put('metacontroller', RESOURCE.backups, backup({ status: good })); h.put('metacontroller', RESOURCE.backups, backup({ status: { phase: 'Running' } })) }, /was Completed and is Running again/],
  ['it changes its mind', h => { h.put('metacontroller', RESOURCE.backups, backup({ status: good })); h.put('metacontroller', RESOURCE.backups, backup({ status: { ...good, phase: 'Failed' } })) }, /was Completed and is Failed/],
  ['another end', h => { h.put('metacontroller', RESOURCE.backups, backup({ status: good })); h.put('metacontroller', RESOURCE.backups, backup({ status: ended('Completed', '2026-11-21T11:00:00Z') })) }, /ended at 2026-11-21T10:00:00Z, now it says 2026-11-21T11:00:00Z/],
  ['a volume begins again in a run that goes on', h => {
    h.put('metacontroller', RESOURCE.backups, backup({ status: { phase: 'Running', volumes: [{ pvc: 'data', phase: 'Failed' }] } }))
    h.put('metacontroller', RESOURCE.backups, backup({ status: { phase: 'Running', volumes: [{ pvc: 'data', phase: 'Running' }] } }))
  }, /volume data was Failed and is Running again/],
  ['a volume is forgotten', h => { h.put('metacontroller', RESOURCE.backups, backup({ status: good })); h.put('metacontroller', RESOURCE.backups, backup({ status: { ...good, volumes: [] } })) }, /no longer knows its volume data/],
  ['a handle changes', h => {
    h.put('metacontroller', RESOURCE.backups, backup({ status: good }))
    h.put('metacontroller', RESOURCE.backups, backup({ status: { ...good, volumes: [{ ...good.volumes?.[0], pvc: 'data', phase: 'Completed', handle: 'other' }] } }))
  }, /handle of volume data was archive\/data\/nightly-1 and is other/],
  ['what somebody else wrote is believed', h => { h.put('metacontroller', RESOURCE.backups, backup({ status: good })); h.put('user', RESOURCE.backups, backup({ status: { phase: 'Running' } })); h.put('metacontroller', RESOURCE.backups, backup({ status: ended('Failed') })) }],
  ['a restore begins again', h => {
    h.put('metacontroller', RESOURCE.restores, restore({ status: { phase: 'Failed', volumes: [{ source: 'data', target: 'copy', phase: 'Failed' }] } }))
    h.put('metacontroller', RESOURCE.restores, restore({ status: { phase: 'Failed', volumes: [{ source: 'data', target: 'copy', phase: 'Running' }] } }))
  }, /volume copy was Failed and is Running again/],
])
