import { ANNOTATION, LABEL } from '../../../lib/api.ts'
import type { OwnerReference } from '../../../schemas/generated/types.ts'
import { tryHistories } from './histories.ts'
import type { History } from './history.ts'
import { leftovers } from './leftovers.ts'
import { RESOURCE } from './resources.ts'
import { backup, claim, content, ended, volume } from './samples.ts'

const temporary = claim({ name: 'tmp', labels: { [LABEL.role]: 'restore' }, annotations: { [ANNOTATION.target]: 'copy' } })

function released(h: History, policy: string): void {
  const made = h.put('metacontroller', RESOURCE.claims, temporary)
  h.remove('metacontroller', RESOURCE.claims, made)
  h.put('cluster', RESOURCE.volumes, { ...volume(made, { policy }), status: { phase: 'Released' } })
}

/** A temporary claim on its way out, and a pod that names it. */
function held(h: History, ownerReferences: readonly OwnerReference[]): void {
  h.put('metacontroller', RESOURCE.claims, { ...temporary, metadata: { ...temporary.metadata, deletionTimestamp: 'now' } })
  h.put('cluster', RESOURCE.pods, { kind: 'Pod', metadata: { name: 'pod', namespace: 'shop', ownerReferences }, spec: { volumes: [{ persistentVolumeClaim: { claimName: 'tmp' } }] } })
}

function snapped(h: History): void {
  h.put('metacontroller', RESOURCE.backups, backup({ status: { ...ended('Completed'), volumes: [{ pvc: 'data', phase: 'Completed', snapshotName: 'nightly-1-snap-data', handle: 'snap-1' }] } }))
}

tryHistories(leftovers, [
  ['nothing is left', h => { h.put('user', RESOURCE.claims, claim()); h.end() }],
  ['a temporary claim', h => { h.put('metacontroller', RESOURCE.claims, temporary); h.end() }, /temporary claim shop\/tmp is left/],
  ['a temporary claim that a pod holds which nobody owns', h => { held(h, []); h.end() }],
  ['one that a pod of ours holds', h => { held(h, [{ apiVersion: 'batch/v1', kind: 'Job', name: 'job', uid: 'uid' }]); h.end() }, /temporary claim shop\/tmp is left and cannot go/],
  ['its volume', h => { released(h, 'Delete'); h.end() }, /PersistentVolume pv-tmp of temporary claim tmp is Released, and nobody takes it away/],
  ['its volume, which the class keeps', h => { released(h, 'Retain'); h.end() }],
  ['the marks of a handover', h => { h.put('cluster', RESOURCE.volumes, { kind: 'PersistentVolume', metadata: { name: 'pv', labels: { [LABEL.restoreUid]: 'uid' } } }); h.end() }, /pv still carries the marks of a handover/],
  ['a content without labels', h => { snapped(h); h.put('cluster', RESOURCE.contents, content('Retain', 'nightly-1-snap-data', false)); h.end() }, /carries none of our labels/],
  ['a content with labels', h => { snapped(h); h.put('cluster', RESOURCE.contents, content('Retain')); h.end() }],
  ['two contents of one snapshot', h => { snapped(h); h.put('cluster', RESOURCE.contents, content('Retain')); h.put('hooks', RESOURCE.contents, { ...content('Retain'), metadata: { ...content('Retain').metadata, name: 'second' } }); h.end() }, /has two contents: content-of-nightly-1-snap-data and second/],
  ['a content of somebody else', h => { snapped(h); h.put('cluster', RESOURCE.contents, content('Retain', 'theirs', false)); h.end() }],
])
