import { ANNOTATION } from '../../../lib/api.ts'
import type { Backup, KubeObject } from '../../../schemas/generated/types.ts'
import { inPhase, isGone, type Step } from '../scenarios/scenario.ts'
import { pathOf, STAGE } from '../scenarios/stage.ts'
import { annotated, backup, backupObject, restoreObject, until, write } from '../scenarios/steps.ts'
import type { World } from '../world.ts'
import type { Corner, CornerStep } from './corner.ts'
import { tearSnapshot } from './snapshots.ts'
import { act, answered, apply, check, ends, faults, KILLED, moverFails, noMore, patched, removed, request, saysUnmade, tried, wait } from './steps.ts'

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
      write('data'), faults('moverHangs'), apply(backupObject('first', 'tar', { mover: { timeoutSeconds: 600 } })), until('it runs', 'Backup', 'first', inPhase('Running')), wait(120), orphaned('first-backup-data'), asked, wait(300), there(), faults(), gone, nothingStored(),
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

/** Neither in a repository nor in the storage. */
function nothingStored(): CornerStep {
  return check(({ cluster: { disks, stores } }) => disks.snapshots().length + stores.points().length === 0 ? undefined : `stored is ${[...disks.snapshots(), ...stores.points().map(({ handle }) => handle)].join(', ')}`)
}

const SNAPSHOTS = 'snapshot.storage.k8s.io/v1/volumesnapshots'

/** The VolumeSnapshot is torn away, and a call that was long on its way makes it as the run had asked for it. */
function comeLate(world: World): void {
  const { apiVersion, kind, metadata: { name, namespace, labels, ownerReferences }, spec } = world.api.all(SNAPSHOTS)[0] as KubeObject
  tearSnapshot(world)
  request(world, { method: 'POST', path: `/apis/${apiVersion}/namespaces/${namespace}/volumesnapshots`, body: { apiVersion, kind, metadata: { name, labels, ownerReferences }, spec } })
}

/** Whether the VolumeSnapshot leads elsewhere than the record says. */
function misled({ api }: World): string | undefined {
  const volume = (api.read(pathOf(STAGE.namespace, { kind: 'Backup', name: 'first' })) as Backup | undefined)?.status?.volumes?.[0]
  const snapshot = api.all(SNAPSHOTS)[0] as { readonly status?: { readonly boundVolumeSnapshotContentName?: string } } | undefined
  return snapshot?.status?.boundVolumeSnapshotContentName === volume?.contentName ? undefined : `the VolumeSnapshot leads to ${JSON.stringify(snapshot?.status)}, the record says ${volume?.contentName}`
}
