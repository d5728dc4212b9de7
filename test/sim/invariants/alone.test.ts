import { LABEL } from '../../../lib/api.ts'
import { alone } from './alone.ts'
import { tryHistories } from './histories.ts'
import type { History } from './history.ts'
import { RESOURCE } from './resources.ts'
import { backup, job } from './samples.ts'

function removes(h: History, minutes: number, phase = 'Running'): void {
  const record = h.put('user', RESOURCE.backups, backup())
  const labels = { [LABEL.role]: 'backup', [LABEL.backup]: 'nightly-1' }
  h.put('cluster', 'v1/pods', { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'mover', namespace: 'shop', labels }, status: { phase } })
  h.pass(60 * minutes)
  const removal = job(record, { name: 'nightly-1-delete-0', role: 'delete' })
  h.put('metacontroller', RESOURCE.jobs, { ...removal, metadata: { ...removal.metadata, labels: { ...removal.metadata.labels, [LABEL.backup]: 'nightly-1' } } })
}

tryHistories(alone, [
  ['a mover of the run is at work', h => removes(h, 5), /to remove the data of Backup nightly-1, and pod mover of that run is at work/],
  ['the mover has ended', h => removes(h, 5, 'Succeeded')],
  ['the mover began in the same moment', h => removes(h, 0)],
])
