import type { KubeObject } from '../../../schemas/generated/types.ts'
import { LOCAL } from '../cluster/provision.ts'
import { RESOURCE } from '../invariants/resources.ts'
import { SNAPSHOT_CLASS, snapshotClassOf } from '../scenarios/objects.ts'
import { inPhase, isGone, type Seen, type Step } from '../scenarios/scenario.ts'
import { STAGE } from '../scenarios/stage.ts'
import { backup, backupObject, restored, until, write } from '../scenarios/steps.ts'
import type { World } from '../world.ts'
import type { Corner, CornerStep } from './corner.ts'
import { act, answered, apply, backupEnds, bound, byHand, check, claim, count, ends, EXPORT, faults, frozen, noMore, patched, removed, request, restoreEnds, saysUnmade, tornAway, volumeIs, wait } from './steps.ts'

const CLASS = { apiVersion: 'storage.k8s.io/v1', kind: 'StorageClass', metadata: { name: 'foreign' }, provisioner: 'other.example', reclaimPolicy: 'Delete', volumeBindingMode: 'Immediate' }
/** What claims get that name no class, on many a small cluster. */
const BY_DEFAULT = { apiVersion: 'storage.k8s.io/v1', kind: 'StorageClass', metadata: { name: 'local-path', annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' } }, provisioner: LOCAL, reclaimPolicy: 'Delete', volumeBindingMode: 'Immediate' }
const SNAPSHOT = 'first-snap-data'
const SNAPSHOTS = 'volumesnapshots.snapshot.storage.k8s.io'
const SOON = { mover: { startupTimeoutSeconds: 30 } }
/** Somebody's, with the name that ours would have. Its class is not there, so it holds nothing. */
const THEIRS = { apiVersion: 'snapshot.storage.k8s.io/v1', kind: 'VolumeSnapshot', metadata: { name: SNAPSHOT }, spec: { volumeSnapshotClassName: 'theirs', source: { persistentVolumeClaimName: 'data' } } }
const COPY = { backup: 'first', volumes: [{ source: 'data', target: 'copy' }] }

/** Snapshots that fail, are late, or get lost. */
export const SNAPSHOT_CORNERS: readonly Corner[] = [
  { name: 'reason/SnapshotFailed', steps: [write('data'), faults('snapshotFails'), ...backupEnds('snapshot', { reason: 'SnapshotFailed' }, { mover: { timeoutSeconds: 120 } })] },
  { name: 'reason/SnapshotTimeout', steps: [write('data'), faults('snapshotSlow'), ...backupEnds('snapshot', { reason: 'SnapshotTimeout' }, { mover: { timeoutSeconds: 30 } })] },
  {
    name: 'a driver that succeeds late is waited for', marks: ['reason/SnapshotFailed'],
    steps: [write('data'), faults('snapshotFails'), apply(backupObject('first', 'snapshot', {})), saysSnapshotFailed(), { step: 'wait', seconds: 60 }, faults(), ends('Backup', 'first', { phase: 'Completed', reason: 'Completed' })],
  },
  {
    name: 'a claim that is deleted before its snapshot is begun does not hold its run, nor what waits for it, for a day', marks: ['reason/VolumeNotFound'], steps: [
      write('data'), claim('other', {}), write('other'), apply(backupObject('first', 'snapshot', { volumes: ['data', 'other'] })), until('the snapshot is asked for', 'VolumeSnapshot', SNAPSHOT, object => object !== undefined), act(tearClaim),
      volumeIs('Backup', 'first', { pvc: 'data', phase: 'Running', reason: 'VolumeNotFound' }), ends('Backup', 'first', { phase: 'PartiallyFailed', reason: 'SomeVolumesFailed' }), volumeIs('Backup', 'first', { pvc: 'data', phase: 'Failed', reason: 'VolumeNotFound' }),
    ],
  },
  {
    name: 'a snapshot that is taken but not ready is no restore point yet',
    steps: [
      write('data'), faults('snapshotSlow'), apply(backupObject('first', 'snapshot', {})), until('the driver has taken it', 'VolumeSnapshot', SNAPSHOT, object => (object?.status as { readyToUse?: boolean } | undefined)?.readyToUse === false),
      { step: 'wait', seconds: 20 }, until('the run goes on', 'Backup', 'first', object => object?.status?.phase === 'Running'), faults(), ends('Backup', 'first', { phase: 'Completed', reason: 'Completed' }),
    ],
  },
  {
    name: 'a class of another driver', marks: ['reason/NoSnapshotClass'],
    steps: [write('data'), apply({ ...(snapshotClassOf('theirs') as object), driver: 'other.example' }), ...backupEnds('snapshot', { reason: 'NoSnapshotClass' }, { snapshotClassName: 'theirs' })],
  },
  {
    name: 'a volume that no driver made has no snapshots', marks: ['reason/UnsupportedVolume'], steps: [
      apply(EXPORT), claim('data', { storageClassName: '' }), bound('data'), ...backupEnds('snapshot', { reason: 'UnsupportedVolume' }),
    ],
  },
  { name: 'a volume of a driver without a class', marks: ['reason/NoSnapshotClass'], steps: [apply(CLASS), claim('data', { storageClassName: 'foreign' }), bound('data'), ...backupEnds('snapshot', { reason: 'NoSnapshotClass' }, { snapshotClassName: undefined })] },
  {
    name: 'a class that an admission policy refuses ends the run at its deadline', marks: ['reason/ApiRefused'], steps: [
      write('data'), refusedClass(403, 'Forbidden'), apply(backupObject('first', 'snapshot', { mover: { timeoutSeconds: 120 } })), ends('Backup', 'first', { phase: 'Running', reason: 'ApiRefused' }), ends('Backup', 'first', { phase: 'Failed', reason: 'ApiRefused' }),
    ],
  },
  {
    name: 'a class that is refused for a while only delays the run', steps: [
      write('data'), refusedClass(403, 'Forbidden'), apply(backupObject('first', 'snapshot', {})), ends('Backup', 'first', { phase: 'Running', reason: 'ApiRefused' }), wait(120), answered(), ends('Backup', 'first', { phase: 'Completed', reason: 'Completed' }),
    ],
  },
  {
    name: 'a VolumeSnapshot that a quota refuses', marks: ['reason/SnapshotTimeout'],
    steps: [write('data'), noMore(SNAPSHOTS), ...backupEnds('snapshot', { reason: 'SnapshotTimeout' }, SOON)],
  },
  {
    name: 'one that a quota refuses for a while',
    steps: [write('data'), noMore(SNAPSHOTS), apply(backupObject('first', 'snapshot', {})), saysUnmade('Backup', 'first'), removed('ResourceQuota', 'none'), ends('Backup', 'first', { phase: 'Completed', reason: 'Completed' })],
  },
  {
    name: 'a VolumeSnapshot whose name is taken', marks: ['reason/TargetExists'], steps: [
      write('data'), apply(THEIRS), ...backupEnds('snapshot', { reason: 'TargetExists' }, SOON), until('theirs is as it was', 'VolumeSnapshot', SNAPSHOT, object => object?.metadata.labels === undefined && object?.metadata.deletionTimestamp === undefined),
    ],
  },
  {
    name: 'a VolumeSnapshot that is there and that no cache shows is waited for', steps: [
      write('data'), frozen('snapshot.storage.k8s.io/v1/volumesnapshots', 300), apply(backupObject('first', 'snapshot', SOON)), wait(200), ends('Backup', 'first', { phase: 'Completed', reason: 'Completed' }),
    ],
  },
  {
    name: 'reason/ApiConflict', steps: [
      write('data'), refusedClass(409, 'Conflict'), apply(backupObject('first', 'snapshot', {})), wait(400), answered(), ends('Backup', 'first', { phase: 'Completed', reason: 'Completed' }),
    ],
  },
  {
    name: 'a run ends although its Events are refused', steps: [
      write('data'), answered({ method: 'POST', path: /\/events$/, status: 403, reason: 'Forbidden' }), apply(backupObject('first', 'snapshot', {})), ends('Backup', 'first', { phase: 'Completed', reason: 'Completed' }),
    ],
  },
  {
    name: 'a raw block volume is restored as one', steps: [
      claim('data', { volumeMode: 'Block' }), write('data'), ...backup('first', 'snapshot'), ...restored('again', COPY),
      until('the copy is a device', 'PersistentVolumeClaim', 'copy', object => object?.spec?.volumeMode === 'Block' && object.status?.phase === 'Bound'),
    ],
  },
  { name: 'a VolumeSnapshot that was torn away is bound again, and its old content goes', steps: [write('data'), ...backup('first', 'snapshot'), act(tearSnapshot), isReadyAgain(), wait(120), count('snapshot.storage.k8s.io/v1/volumesnapshotcontents', 1), ...restored('again', COPY)] },
  { name: 'a VolumeSnapshot that was deleted is bound again', steps: [write('data'), ...backup('first', 'snapshot'), removed('VolumeSnapshot', SNAPSHOT), { step: 'wait', seconds: 60 }, isReadyAgain(), ...restored('again', COPY)] },
  {
    name: 'one that was deleted twice is bound again', steps: [
      write('data'), ...backup('first', 'snapshot'), removed('VolumeSnapshot', SNAPSHOT), { step: 'wait', seconds: 60 }, isReadyAgain(), removed('VolumeSnapshot', SNAPSHOT), { step: 'wait', seconds: 60 }, isReadyAgain(), ...restored('again', COPY),
    ],
  },
  {
    name: 'what led to a snapshot stays until something else does', steps: [
      write('data'), ...backup('first', 'snapshot'), answered({ method: 'POST', path: /volumesnapshotcontents$/, status: 503, reason: 'ServiceUnavailable' }), removed('VolumeSnapshot', SNAPSHOT), wait(90),
      count('snapshot.storage.k8s.io/v1/volumesnapshotcontents', 1), answered(), isReadyAgain(), ...restored('again', COPY),
    ],
  },
  {
    name: 'a VolumeSnapshot that Metacontroller does not see is not lost', steps: [
      write('data'), ...backup('first', 'snapshot'), patched('VolumeSnapshot', SNAPSHOT, { metadata: { labels: null, ownerReferences: null } }), wait(120), until('it is as it was', 'VolumeSnapshot', SNAPSHOT, object => object?.metadata.labels === undefined),
      count('snapshot.storage.k8s.io/v1/volumesnapshotcontents', 1), until('the record says nothing of it', 'Backup', 'first', inPhase('Completed')),
    ],
  },
  {
    name: 'a snapshot whose content cannot be read is not lost', steps: [
      write('data'), ...backup('first', 'snapshot'), answered({ method: 'GET', path: /volumesnapshotcontents\/./, status: 503, reason: 'ServiceUnavailable' }), removed('VolumeSnapshot', SNAPSHOT), wait(120),
      check(({ api }) => JSON.stringify(api.all(RESOURCE.backups)).includes('SnapshotLost') ? 'the record says that the snapshot is lost' : undefined), answered(), isReadyAgain(), ...restored('again', COPY),
    ],
  },
  {
    name: 'reason/SnapshotLost', steps: [
      write('data'), ...backup('first', 'snapshot'), act(lost), removed('VolumeSnapshot', SNAPSHOT), until('it is gone', 'VolumeSnapshot', SNAPSHOT, isGone), { step: 'wait', seconds: 60 },
      until('the record says so', 'Backup', 'first', object => JSON.stringify(object?.status?.volumes).includes('SnapshotLost')),
    ],
  },
  {
    name: 'a VolumeSnapshot whose content was torn away is no restore point', marks: ['reason/SnapshotLost'],
    steps: [write('data'), ...backup('first', 'snapshot'), act(lost), volumeIs('Backup', 'first', { reason: 'SnapshotLost' }), ...restoreEnds(COPY, { reason: 'SnapshotLost' })],
  },
  {
    name: 'a claim that gets the default class of another provisioner is empty, and is not published', marks: ['reason/ForeignVolume'], steps: [
      byHand(), claim('data', { storageClassName: '' }), write('data'), ...backup('first', 'snapshot'), apply(BY_DEFAULT), ...restoreEnds(COPY, { reason: 'ForeignVolume' }),
    ],
  },
  {
    name: 'backup.volume/keptByEarlier', marks: ['reason/TargetExists'], steps: [
      write('data'), ...backup('first', 'snapshot'), removed('Backup', 'first'), until('first is gone', 'Backup', 'first', isGone), wait(60), write('data'), ...backupEnds('snapshot', { reason: 'TargetExists' }),
      count('snapshot.storage.k8s.io/v1/volumesnapshotcontents', 1),
    ],
  },
  {
    name: 'the user\'s class of another policy makes no snapshot that goes with its object', steps: [
      write('data'), ...backup('first', 'snapshot'), until('the class of the snapshot keeps', 'VolumeSnapshotClass', `holdfast-retain-${SNAPSHOT_CLASS}`, object => (object as { deletionPolicy?: string } | undefined)?.deletionPolicy === 'Retain'),
    ],
  },
]

function refusedClass(status: number, reason: string): CornerStep {
  return answered({ method: 'POST', path: /\/volumesnapshotclasses$/, status, reason })
}

function isReadyAgain(): Step {
  return until('it is there again', 'VolumeSnapshot', SNAPSHOT, object => (object?.status as { readyToUse?: boolean } | undefined)?.readyToUse === true)
}

function tearClaim(world: World): void {
  const claimed = world.api.all('v1/persistentvolumeclaims', STAGE.namespace).find(({ metadata }) => metadata.name === 'data')
  if (claimed === undefined) throw new Error('there is no claim data')
  tornAway(world, claimed)
}

function saysSnapshotFailed(): Step {
  const holds = (object: Seen | undefined): boolean => JSON.stringify(object?.status?.volumes ?? '').includes('SnapshotFailed')
  return until('the record tells what the driver says', 'Backup', 'first', holds)
}

/** The driver has lost it, and whoever noticed has removed what led to it. */
function lost(world: World): void {
  for (const handle of world.cluster.disks.snapshots()) world.cluster.disks.remove(handle)
  for (const content of world.api.all('snapshot.storage.k8s.io/v1/volumesnapshotcontents')) tornAway(world, content)
}

/** As impatient people do: finalizers and all. */
export function tearSnapshot(world: World): void {
  for (const snapshot of world.api.all('snapshot.storage.k8s.io/v1/volumesnapshots')) tornAway(world, snapshot)
}

/** The VolumeSnapshot is torn away, and a call that was long on its way makes it as the run had asked for it. */
export function comeLate(world: World): void {
  const { apiVersion, kind, metadata: { name, namespace, labels, ownerReferences }, spec } = world.api.all('snapshot.storage.k8s.io/v1/volumesnapshots')[0] as KubeObject
  tearSnapshot(world)
  request(world, { method: 'POST', path: `/apis/${apiVersion}/namespaces/${namespace}/volumesnapshots`, body: { apiVersion, kind, metadata: { name, labels, ownerReferences }, spec } })
}
