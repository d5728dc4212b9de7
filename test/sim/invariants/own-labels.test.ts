import { tryHistories } from './histories.ts'
import { ownLabels } from './own-labels.ts'
import { RESOURCE } from './resources.ts'
import { backup, claim } from './samples.ts'

const tracked = { ...backup(), metadata: { ...backup().metadata, labels: { 'argocd.argoproj.io/instance': 'shop' } } }

tryHistories(ownLabels, [
  ['labels of ours', h => { h.put('hooks', RESOURCE.backups, backup()) }],
  ['a label of another tool', h => { h.put('hooks', RESOURCE.backups, tracked) }, /Backup nightly-1 carries label argocd.argoproj.io\/instance/],
  ['made by somebody else', h => { h.put('user', RESOURCE.backups, tracked) }],
  ['a restored claim has what its user asked for', h => { h.put('hooks', RESOURCE.claims, claim({ labels: { app: 'shop' } })) }],
])
