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

/** Somebody deletes the VolumeSnapshot of a content without labels, before or after a status told of it. */
function removed(h: History, isTold: boolean): void {
  const snapshot = { kind: 'VolumeSnapshot', metadata: { name: 'nightly-1-snap-data', namespace: 'shop' } }
  if (isTold) snapped(h)
  const made = h.put('metacontroller', RESOURCE.snapshots, snapshot)
  h.put('user', RESOURCE.snapshots, { ...snapshot, metadata: { ...made.metadata, deletionTimestamp: 'now' } })
  const left = content('Retain', 'nightly-1-snap-data', false)
  h.put('cluster', RESOURCE.contents, { ...left, spec: { ...left.spec as object, volumeSnapshotRef: { namespace: 'shop', name: 'nightly-1-snap-data', uid: made.metadata.uid } } })
  if (!isTold) snapped(h)
}

tryHistories(leftovers, [
  ['nothing is left', h => { h.put('user', RESOURCE.claims, claim()); h.end() }],
  ['a temporary claim', h => { h.put('metacontroller', RESOURCE.claims, temporary); h.end() }, /temporary claim shop\/tmp is left/],
  ['a temporary claim that a pod holds which nobody owns', h => { held(h, []); h.end() }],
  ['one that a pod of ours holds', h => { held(h, [{ apiVersion: 'batch/v1', kind: 'Job', name: 'job', uid: 'uid' }]); h.end() }, /temporary claim shop\/tmp is left and cannot go/],
  ['one that the pod of a Job holds which somebody took away', h => {
    const job = h.put('user', RESOURCE.jobs, { kind: 'Job', metadata: { name: 'job', namespace: 'shop' } })
    held(h, [{ apiVersion: 'batch/v1', kind: 'Job', name: 'job', uid: job.metadata.uid ?? '' }])
    h.end()
  }],
  ['one that somebody took away from its Restore', h => {
    const ownerReferences = [{ apiVersion: 'holdfast.dev/v1alpha1', kind: 'Restore', name: 'again', uid: 'uid' }]
    h.put('metacontroller', RESOURCE.claims, { ...temporary, metadata: { ...temporary.metadata, ownerReferences } })
    h.put('user', RESOURCE.claims, temporary)
    h.end()
  }],
  ['its volume', h => { released(h, 'Delete'); h.end() }, /PersistentVolume pv-tmp of temporary claim tmp is Released, and nobody takes it away/],
  ['its volume, which the class keeps', h => { released(h, 'Retain'); h.end() }],
  ['the marks of a handover', h => { h.put('cluster', RESOURCE.volumes, { kind: 'PersistentVolume', metadata: { name: 'pv', labels: { [LABEL.restoreUid]: 'uid' } } }); h.end() }, /pv still carries the marks of a handover/],
  ['a content without labels', h => { snapped(h); h.put('cluster', RESOURCE.contents, content('Retain', 'nightly-1-snap-data', false)); h.end() }, /carries none of our labels/],
  ['one of a VolumeSnapshot that somebody deleted before any status told of it', h => { removed(h, false); h.end() }],
  ['one of a VolumeSnapshot that a status told of', h => { removed(h, true); h.end() }, /carries none of our labels/],
  ['one of a VolumeSnapshot that a status told of which no cache showed yet', h => { h.strike('cacheLag'); removed(h, true); h.end() }],
  ['a content with labels', h => { snapped(h); h.put('cluster', RESOURCE.contents, content('Retain')); h.end() }],
  ['two contents of one snapshot', h => { snapped(h); h.put('cluster', RESOURCE.contents, content('Retain')); h.put('hooks', RESOURCE.contents, { ...content('Retain'), metadata: { ...content('Retain').metadata, name: 'second' } }); h.end() }, /has two contents: content-of-nightly-1-snap-data and second/],
  ['a content of somebody else', h => { snapped(h); h.put('cluster', RESOURCE.contents, content('Retain', 'theirs', false)); h.end() }],
])
