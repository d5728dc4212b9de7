import { ANNOTATION } from '../../../lib/api.ts'
import { tryHistories } from './histories.ts'
import type { History } from './history.ts'
import { reclaimPolicy } from './reclaim-policy.ts'
import { RESOURCE } from './resources.ts'
import { claim, volume } from './samples.ts'

const note = { [ANNOTATION.handover]: '{}' }

function begin(h: History) {
  const made = h.put('user', RESOURCE.claims, claim())
  const put = (actor: 'user' | 'hooks' | 'cluster', policy: string, annotations?: Readonly<Record<string, string>>): unknown => h.put(actor, RESOURCE.volumes, volume(made, { policy, ...(annotations && { annotations }) }))
  put('cluster', 'Delete')
  return put
}

tryHistories(reclaimPolicy, [
  ['kept for a while and given back', h => { const put = begin(h); put('hooks', 'Retain', note); put('hooks', 'Delete'); h.end() }],
  ['kept for ever', h => { const put = begin(h); put('hooks', 'Retain', note); h.end() }, /pv-data was Delete and is left Retain/],
  ['kept without a note', h => { begin(h)('hooks', 'Retain') }, /hooks set PersistentVolume pv-data to Retain, it was Delete/],
  ['given back while it is handed over', h => { const put = begin(h); put('hooks', 'Retain', note); put('hooks', 'Delete', note) }, /to Delete in the middle of its handover/],
  ['gone while it is handed over', h => { begin(h)('hooks', 'Retain', note); h.remove('cluster', RESOURCE.volumes, { metadata: { name: 'pv-data' } }) }, /pv-data went in the middle of its handover/],
  ['gone afterwards', h => { begin(h)('hooks', 'Delete'); h.remove('cluster', RESOURCE.volumes, { metadata: { name: 'pv-data' } }) }],
  ['kept because it was there before', h => { begin(h)('hooks', 'Retain', { [ANNOTATION.reclaimPolicy]: 'Delete' }); h.end() }],
  ['with a note that is not true', h => { begin(h)('hooks', 'Retain', { [ANNOTATION.reclaimPolicy]: 'Recycle' }) }, /to Retain, it was Delete/],
  ['somebody else wants it so', h => { begin(h)('user', 'Retain'); h.end() }],
])
