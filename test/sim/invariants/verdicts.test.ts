import { tryHistories } from './histories.ts'
import { RESOURCE } from './resources.ts'
import { backup, ended } from './samples.ts'
import { verdicts } from './verdicts.ts'

const two = { spec: { volumes: ['data', 'logs'] } }
const running = backup({ ...two, status: { phase: 'Running' } })

tryHistories(verdicts, [
  ['all volumes are good', h => { h.put('user', RESOURCE.backups, backup({ status: { phase: 'Running' } })); h.put('metacontroller', RESOURCE.backups, backup({ status: ended('Completed') })) }],
  ['one is not there', h => { h.put('user', RESOURCE.backups, running); h.put('metacontroller', RESOURCE.backups, backup({ ...two, status: ended('Completed') })) }, /nightly-1 is Completed, but its volume logs is not there/],
  ['one has failed', h => {
    h.put('user', RESOURCE.backups, running)
    h.put('metacontroller', RESOURCE.backups, backup({ ...two, status: { ...ended('Completed'), volumes: [{ pvc: 'data', phase: 'Completed' }, { pvc: 'logs', phase: 'Failed' }] } }))
  }, /its volume logs is Failed/],
  ['somebody has edited the status', h => {
    h.put('user', RESOURCE.backups, running)
    h.put('user', RESOURCE.backups, backup({ ...two, status: { phase: 'Running', volumes: [] } }))
    h.put('metacontroller', RESOURCE.backups, backup({ ...two, status: ended('Completed') }))
  }],
])
