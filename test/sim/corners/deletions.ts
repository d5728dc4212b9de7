import { ANNOTATION } from '../../../lib/api.ts'
import type { Backup } from '../../../schemas/generated/types.ts'
import { repositoryOf } from '../scenarios/objects.ts'
import { inPhase, isGone, type Step } from '../scenarios/scenario.ts'
import { pathOf, STAGE } from '../scenarios/stage.ts'
import { annotated, backup, backupObject, restoreObject, until, write } from '../scenarios/steps.ts'
import type { Request } from '../api/api.ts'
import type { World } from '../world.ts'
import type { Corner, CornerStep } from './corner.ts'
import { comeLate, tearSnapshot } from './snapshots.ts'
import { act, answered, apply, backupEnds, before, check, count, ends, faults, frozen, KILLED, moverFails, noMore, patched, removed, request, saysUnmade, statusEdited, stranger, tried, wait } from './steps.ts'

const SNAPSHOTS = 'snapshot.storage.k8s.io/v1/volumesnapshots'
const asked = patched('Backup', 'first', annotated(ANNOTATION.deleteRequested))
const gone = until('the record is gone', 'Backup', 'first', isGone, 1800)

/** How data goes: whole, alone, and not under those who read it. */
export const DELETION_CORNERS: readonly Corner[] = [
  {
    name: 'data that a Restore reads stays until that has ended', repository: true, steps: [
      write('data'), ...backup('first', 'tar'), faults('moverHangs'), apply(restoreObject('again', { backup: 'first', volumes: [{ source: 'data', target: 'copy' }], mover: { timeoutSeconds: 400 } })), until('it has begun', 'Restore', 'again', inPhase('Running')), wait(180), asked, wait(60),
      until('the data is kept', 'Backup', 'first', inPhase('Completed')), ends('Restore', 'again', { phase: 'Failed', reason: 'DeadlineExceeded' }), faults(), gone, nothingStored(),
    ],
  },
  { name: 'a run is deleted while its mover is at work', repository: true, steps: [write('data'), faults('moverHangs'), apply(backupObject('first', 'tar', {})), until('it runs', 'Backup', 'first', inPhase('Running')), wait(120), asked, faults(), gone, nothingStored()] },
  {
    name: 'a mover that hangs and lost its Job ends by its own deadline', repository: true, steps: [
      write('data'), faults('moverHangs'), apply(backupObject('first', 'tar', { mover: { timeoutSeconds: 600 } })), until('it runs', 'Backup', 'first', inPhase('Running')), wait(120), orphaned('first-backup-data'), wait(2), asked, wait(300), there(), faults(), gone, nothingStored(),
    ],
  },
  {
    name: 'a delete Job that was suspended after a failed try is made anew', marks: ['reason/DeletionFailed'], repository: true, steps: [
      write('data'), ...backup('first', 'tar'), moverFails('delete', KILLED), asked, tried('first-delete-0'), patched('Job', 'first-delete-0', { spec: { suspend: true } }),
      ends('Backup', 'first', { phase: 'Deleting', reason: 'DeletionFailed' }), moverFails('delete', undefined), gone, nothingStored(),
    ],
  },
  {
    name: 'a delete Job that a quota refuses is told, and made when it may be', repository: true,
    steps: [write('data'), ...backup('first', 'tar'), noMore('jobs.batch'), asked, saysUnmade('Backup', 'first'), wait(3600), there(), removed('ResourceQuota', 'none'), gone, nothingStored()],
  },
  {
    name: 'a delete Job whose name is taken gets another', repository: true,
    steps: [write('data'), ...backup('first', 'tar'), apply(stranger('first-delete-0')), asked, gone, nothingStored(), until('theirs is there', 'Job', 'first-delete-0', object => object !== undefined)],
  },
  { name: 'a run that never stored anything needs no mover to be removed', repository: true, steps: [...backupEnds('tar', { reason: 'VolumeNotFound' }, { volumes: ['never'] }), asked, gone, until('no mover was made', 'Job', 'first-delete-0', isGone)] },
  {
    name: 'data is not removed without its repository, and the record waits for it', marks: ['reason/DeletionFailed'], repository: true, steps: [
      write('data'), ...backup('first', 'tar'), removed('BackupRepository', 'main'), until('it is gone', 'BackupRepository', 'main', isGone), asked, ends('Backup', 'first', { phase: 'Deleting', reason: 'DeletionFailed' }), wait(120), there(),
      apply(repositoryOf(STAGE.destination)), gone, nothingStored(),
    ],
  },
  {
    name: 'a record that is going waits for a repository that is there and that no cache shows', repository: true, steps: [
      write('data'), apply(backupObject('first', 'tar', { deletionPolicy: 'Delete' })), ends('Backup', 'first', { phase: 'Completed', reason: 'Completed' }), removed('BackupRepository', 'main'), until('it is gone', 'BackupRepository', 'main', isGone),
      wait(5), frozen('holdfast.dev/v1alpha1/backuprepositories', 90), apply(repositoryOf(STAGE.destination)), removed('Backup', 'first'), wait(60), there(), gone, nothingStored(),
    ],
  },
  {
    name: 'a record that cannot take its data along leaves without it', repository: true, steps: [
      write('data'), apply(backupObject('first', 'tar', { deletionPolicy: 'Delete' })), ends('Backup', 'first', { phase: 'Completed', reason: 'Completed' }), removed('BackupRepository', 'main'), until('it is gone', 'BackupRepository', 'main', isGone),
      removed('Backup', 'first'), gone, stillStored(),
    ],
  },
  {
    name: 'what the spec does not describe any more is not removed', without: 'rules', repository: true, steps: [
      write('data'), ...backup('first', 'tar'), patched('Backup', 'first', { spec: { volumes: ['other'] } }), asked, wait(300), there(), stillStored(), patched('Backup', 'first', { spec: { volumes: ['data'] } }), gone, nothingStored(),
    ],
  },
  {
    name: 'a request to delete that does not say who asks is told and destroys nothing', repository: true, steps: [
      write('data'), ...backup('first', 'tar'), patched('Backup', 'first', { metadata: { annotations: { [ANNOTATION.deleteRequested]: '{"reason":"none of yours"}' } } }), wait(120), stillStored(), until('it is as it was', 'Backup', 'first', inPhase('Completed')),
    ],
  },
  {
    name: 'a record that somebody else changes as it goes is removed at the next try', repository: true,
    steps: [write('data'), ...backup('first', 'tar'), answered({ method: 'DELETE', path: /\/backups\/first$/, status: 409, reason: 'Conflict' }), asked, wait(120), there(), answered(), gone, nothingStored()],
  },
  { name: 'where there are no snapshots none is removed', without: 'snapshots', steps: [write('data'), ...backupEnds('snapshot', { reason: 'SnapshotsUnavailable' }), asked, gone] },
  {
    name: 'snapshots that nobody can see do not count as removed', without: 'snapshots', marks: ['reason/DeletionFailed'], steps: [
      write('data'), ...backupEnds('snapshot', { reason: 'SnapshotsUnavailable' }), wait(5), statusEdited('Backup', 'first', { volumes: [{ pvc: 'data', phase: 'Completed', snapshotName: 'first-snap-data', contentName: 'content', handle: 'handle', driver: 'csi.holdfast.test' }] }),
      wait(5), asked, ends('Backup', 'first', { phase: 'Deleting', reason: 'DeletionFailed' }), wait(300), there(), patched('Backup', 'first', { metadata: { annotations: { [ANNOTATION.deleteRequested]: null } } }), removed('Backup', 'first'), gone,
    ],
  },
  {
    name: 'a VolumeSnapshot that is no child any more goes with its data', steps: [
      write('data'), ...backup('first', 'snapshot'), patched('VolumeSnapshot', 'first-snap-data', { metadata: { labels: null, ownerReferences: null } }), wait(60), asked, gone, nothingStored(), count(SNAPSHOTS, 0),
    ],
  },
  {
    name: 'so does one whose labels somebody takes away while its record is going', steps: [
      write('data'), ...backup('first', 'snapshot'), answered({ method: 'PATCH', path: /volumesnapshotcontents/, status: 503, reason: 'ServiceUnavailable' }), asked, removed('Backup', 'first'), wait(20),
      patched('VolumeSnapshot', 'first-snap-data', { metadata: { labels: null } }), wait(20), answered(), gone, nothingStored(), count(SNAPSHOTS, 0),
    ],
  },
  {
    name: 'a snapshot that was taken and torn away before its record knew of it goes too', steps: [
      write('data'), apply(backupObject('first', 'snapshot', {})), until('it has a content', 'VolumeSnapshot', 'first-snap-data', object => (object?.status as { boundVolumeSnapshotContentName?: string } | undefined)?.boundVolumeSnapshotContentName !== undefined),
      act(tearSnapshot), asked, gone, nothingStored(),
    ],
  },
  {
    name: 'a content that is told already to take its snapshot along is not told again', steps: [
      write('data'), ...backup('first', 'snapshot'), before({ method: 'PATCH', path: /volumesnapshotcontents/ }, again), asked, gone, nothingStored(),
    ],
  },
  {
    name: 'a record waits for the content of its snapshot, but not for ever', steps: [
      write('data'), answered({ method: 'POST', path: /\/volumesnapshotclasses$/, status: 201, reason: 'Created' }), apply(backupObject('first', 'snapshot', {})), until('it has no content', 'VolumeSnapshot', 'first-snap-data', object => object !== undefined),
      patched('VolumeSnapshot', 'first-snap-data', { metadata: { finalizers: ['example.com/held'] } }), removed('Backup', 'first'), wait(30), there(), gone, answered(), patched('VolumeSnapshot', 'first-snap-data', { metadata: { finalizers: null } }),
      until('all is gone', 'VolumeSnapshot', 'first-snap-data', isGone),
    ],
  },
  {
    name: 'what a failed run has stored goes with it', repository: true,
    steps: [write('data'), faults('storeErrorAfterWrite'), apply(backupObject('first', 'tar', { mover: { backoffLimit: 0 } })), ends('Backup', 'first', { phase: 'Failed', reason: 'StoreUnreachable' }), faults(), removed('Job', 'first-backup-data'), wait(10), asked, gone, nothingStored()],
  },
  {
    name: 'a record with deletionPolicy Delete takes its data along', repository: true,
    steps: [write('data'), apply(backupObject('first', 'tar', { deletionPolicy: 'Delete' })), ends('Backup', 'first', { phase: 'Completed', reason: 'Completed' }), removed('Backup', 'first'), gone, nothingStored()],
  },
  {
    name: 'a record stays until it is certain that its snapshots are gone', steps: [
      write('data'), ...backup('first', 'snapshot'), answered({ method: 'GET', path: /volumesnapshotcontents/, status: 503, reason: 'ServiceUnavailable' }), asked, wait(120), there(), answered(), gone, nothingStored(),
    ],
  },
  {
    name: 'nor is one snapshot gone that cannot be read, though all can be listed', steps: [
      write('data'), ...backup('first', 'snapshot'), answered({ method: 'GET', path: /volumesnapshotcontents\/./, status: 503, reason: 'ServiceUnavailable' }), asked, wait(120), there(), answered(), gone, nothingStored(),
    ],
  },
  {
    name: 'nor does a snapshot stay that was torn away while its data was being removed', steps: [
      write('data'), ...backup('first', 'snapshot'), faults('snapshotFails'), asked, wait(30), there(), act(tearSnapshot), faults(), gone, nothingStored(),
    ],
  },
  {
    name: 'a snapshot that came late under the name makes room, and goes with the data', steps: [
      write('data'), ...backup('first', 'snapshot'), answered({ method: 'POST', path: /volumesnapshotcontents$/, status: 503, reason: 'ServiceUnavailable' }), act(comeLate), wait(60), answered(), wait(120),
      check(misled), asked, gone, nothingStored(),
    ],
  },
  {
    name: 'snapshots of a record with deletionPolicy Delete go with it, and not before', steps: [
      write('data'), apply(backupObject('first', 'snapshot', { deletionPolicy: 'Delete' })), ends('Backup', 'first', { phase: 'Completed', reason: 'Completed' }), removed('VolumeSnapshot', 'first-snap-data'), wait(60),
      until('it is bound again', 'VolumeSnapshot', 'first-snap-data', object => (object?.status as { readyToUse?: boolean } | undefined)?.readyToUse === true), removed('Backup', 'first'), gone, nothingStored(),
    ],
  },
  {
    name: 'a driver that cannot remove a snapshot is asked again', marks: ['reason/DeletionFailed'], steps: [
      write('data'), ...backup('first', 'snapshot'), faults('snapshotFails'), asked, ends('Backup', 'first', { phase: 'Deleting', reason: 'DeletionFailed' }), wait(120), there(), faults(), gone, nothingStored(),
    ],
  },
]

/** Takes a Job away, and leaves its pods. */
function orphaned(name: string): CornerStep {
  return act(world => request(world, { method: 'DELETE', path: pathOf(STAGE.namespace, { kind: 'Job', name }), body: { propagationPolicy: 'Orphan' } }))
}

function there(): Step {
  return until('the record is there', 'Backup', 'first', object => object !== undefined)
}

/** Another process has done the same a moment before, so ours is refused; and before it is tried again somebody does it by hand. */
function again(world: World, { path, body }: Request): void {
  const { spec } = body as { readonly spec?: object }
  request(world, { method: 'PATCH', path, body: { metadata: { labels: { touched: 'yes' } } } })
  let left = 2
  world.cluster.mishaps.answer = asked => {
    if (asked.method !== 'GET' || asked.path !== path || --left > 0) return undefined
    world.cluster.mishaps.answer = undefined
    return void request(world, { method: 'PATCH', path, body: { spec } })
  }
}

/** Its data is in the repository. */
function stillStored(): CornerStep {
  return check(({ cluster: { stores } }) => stores.points().some(({ committed }) => committed) ? undefined : 'nothing is stored')
}

/** Neither in a repository nor in the storage. */
function nothingStored(): CornerStep {
  return check(({ cluster: { disks, stores } }) => disks.snapshots().length + stores.points().length === 0 ? undefined : `stored is ${[...disks.snapshots(), ...stores.points().map(({ handle }) => handle)].join(', ')}`)
}

/** Whether the VolumeSnapshot leads elsewhere than the record says. */
function misled({ api }: World): string | undefined {
  const volume = (api.read(pathOf(STAGE.namespace, { kind: 'Backup', name: 'first' })) as Backup | undefined)?.status?.volumes?.[0]
  const snapshot = api.all(SNAPSHOTS)[0] as { readonly status?: { readonly boundVolumeSnapshotContentName?: string } } | undefined
  return snapshot?.status?.boundVolumeSnapshotContentName === volume?.contentName ? undefined : `the VolumeSnapshot leads to ${JSON.stringify(snapshot?.status)}, the record says ${volume?.contentName}`
}
