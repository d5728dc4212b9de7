import { ANNOTATION } from '../../../lib/api.ts'
import { childName } from '../../../lib/names.ts'
import type { RestoreSpec } from '../../../schemas/generated/types.ts'
import { DRIVER, SNAPSHOT_CLASS, STORAGE_CLASS } from '../scenarios/objects.ts'
import { isGone, type Seen } from '../scenarios/scenario.ts'
import { pathOf, STAGE } from '../scenarios/stage.ts'
import { backup, restored, restoreObject, until, write } from '../scenarios/steps.ts'
import type { Corner, CornerStep } from './corner.ts'
import { tearSnapshot } from './snapshots.ts'
import { act, answered, apply, check, ends, faults, frozen, patched, removed, request, restoreEnds, volumeIs, wait } from './steps.ts'

const COPY: RestoreSpec = { backup: 'first', volumes: [{ source: 'data', target: 'copy' }] }
const FREE = 'somebodys-volume'
const TEMPORARY = childName('again', 'tmp', 'copy')
const SNAPSHOT = 'first-snap-data'
const OF_TODAY = { volumeSnapshotClassName: SNAPSHOT_CLASS, source: { persistentVolumeClaimName: 'data' } }
const THEIRS = { apiVersion: 'snapshot.storage.k8s.io/v1', kind: 'VolumeSnapshot', metadata: { name: SNAPSHOT }, spec: OF_TODAY }

/** What bears the right name, or turns up in the right place, and is not what was meant. */
export const STRANGER_CORNERS: readonly Corner[] = [
  {
    name: 'restore.start.rule/anotherSnapshot', marks: ['reason/SnapshotLost'], steps: [
      write('data'), ...backup('first', 'snapshot'), write('data'), replaced(), volumeIs('Backup', 'first', { reason: 'SnapshotLost', phase: 'Completed' }),
      ...restoreEnds(COPY, { reason: 'SnapshotLost' }), removed('Restore', 'again'), until('the record is gone', 'Restore', 'again', isGone),
      removed('VolumeSnapshot', SNAPSHOT), until('the point is good again', 'Backup', 'first', object => object?.status?.phase === 'Completed' && !JSON.stringify(object.status.volumes).includes('SnapshotLost'), 1800),
      ...restored('again', COPY),
    ],
  },
  {
    name: 'a stranger that is going is waited for', steps: [
      write('data'), ...backup('first', 'snapshot'), write('data'), replaced({ finalizers: ['example.com/hold'] }), removed('VolumeSnapshot', SNAPSHOT), wait(60),
      patched('VolumeSnapshot', SNAPSHOT, { metadata: { finalizers: null } }), ...restored('again', COPY),
    ],
  },
  {
    name: 'nothing is published of which nobody knows from which of two snapshots it was made', marks: ['reason/SnapshotLost'], steps: [
      write('data'), ...backup('first', 'snapshot'), write('data'), faults('podUnschedulable'), apply(restoreObject('again', COPY)), until('the claim has its volume', 'PersistentVolumeClaim', TEMPORARY, isBound), replaced(), wait(60), faults(),
      ends('Restore', 'again', { phase: 'Failed', reason: 'SnapshotLost' }), until('there is no copy', 'PersistentVolumeClaim', 'copy', isGone), removed('VolumeSnapshot', SNAPSHOT),
      until('the point is good again', 'Backup', 'first', object => object?.status?.phase === 'Completed' && !JSON.stringify(object.status.volumes).includes('SnapshotLost'), 1800),
    ],
  },
  {
    name: 'a snapshot whose content is not to be seen is not restored', marks: ['reason/SnapshotLost'], steps: [
      write('data'), ...backup('first', 'snapshot'), answered({ method: 'GET', path: /volumesnapshotcontents\/./, status: 404, reason: 'NotFound' }),
      ...restoreEnds({ ...COPY, mover: { startupTimeoutSeconds: 60 } }, { reason: 'SnapshotLost' }), answered(),
    ],
  },
  {
    name: 'restore.volume/notItsOwn', marks: ['reason/ForeignVolume'], steps: [
      write('data'), ...backup('first', 'snapshot'), freeVolume('stage/old#1'), ...restoreEnds(COPY, { reason: 'ForeignVolume' }), stays('stage/old#1'),
      removed('Restore', 'again'), until('the record is gone', 'Restore', 'again', isGone), ...restored('again', COPY), stays('stage/old#1'), until('the copy is whole', 'PersistentVolumeClaim', 'copy', isBound),
    ],
  },
  {
    name: 'a free volume with data that a mover is given stays', marks: ['reason/TargetExists'], repository: true, steps: [
      write('data'), ...backup('first', 'tar'), freeVolume('stage/old#1'), ...restoreEnds(COPY, { reason: 'TargetExists' }), stays('stage/old#1'),
      removed('Restore', 'again'), until('the record is gone', 'Restore', 'again', isGone), ...restored('again', COPY), stays('stage/old#1'), until('the copy is whole', 'PersistentVolumeClaim', 'copy', isBound),
    ],
  },
  {
    name: 'and when the restore is deleted at once', repository: true, steps: [
      write('data'), ...backup('first', 'tar'), frozen('v1/persistentvolumeclaims', 60), freeVolume('stage/old#1'), apply(restoreObject('again', COPY)), until('the claim has the volume', 'PersistentVolumeClaim', TEMPORARY, isBound),
      removed('Restore', 'again'), until('the record is gone', 'Restore', 'again', isGone), until('its claim is gone', 'PersistentVolumeClaim', TEMPORARY, isGone), stays('stage/old#1'), until('so it is', 'PersistentVolume', FREE, isReleased),
    ],
  },
  {
    name: 'one that is empty is filled, published, and has its own reclaim policy again', repository: true, steps: [
      write('data'), ...backup('first', 'tar'), freeVolume(''), ...restored('again', COPY), until('it is the copy', 'PersistentVolumeClaim', 'copy', object => object?.spec?.volumeName === FREE && isBound(object)),
      until('it goes with its claim', 'PersistentVolume', FREE, object => object?.spec?.persistentVolumeReclaimPolicy === 'Delete' && object.metadata.annotations?.[ANNOTATION.reclaimPolicy] === undefined),
    ],
  },
]

function isBound(object: Seen | undefined): boolean {
  return object?.status?.phase === 'Bound'
}

function isReleased(object: Seen | undefined): boolean {
  return object?.status?.phase === 'Released' && object.spec?.persistentVolumeReclaimPolicy === 'Retain'
}

/** Somebody's, of the class that claims ask for, and of no claim. */
function freeVolume(content: string): CornerStep {
  return act(world => {
    world.cluster.disks.create(FREE, content)
    const usual = { accessModes: ['ReadWriteOnce'], capacity: { storage: '1Gi' }, volumeMode: 'Filesystem', storageClassName: STORAGE_CLASS }
    const spec = { ...usual, persistentVolumeReclaimPolicy: 'Delete', csi: { driver: DRIVER, volumeHandle: FREE } }
    request(world, { method: 'POST', path: '/api/v1/persistentvolumes', body: { apiVersion: 'v1', kind: 'PersistentVolume', metadata: { name: FREE }, spec } })
  })
}

/** The volume holds what it held. */
function stays(content: string): CornerStep {
  return check(({ api, cluster }) => {
    if (cluster.disks.read(FREE) !== content) return `the free volume holds ${JSON.stringify(cluster.disks.read(FREE))}`
    return api.read(`/api/v1/persistentvolumes/${FREE}`) === undefined ? 'the free volume is gone' : undefined
  })
}

/** Somebody's VolumeSnapshot of today takes the place of ours, before anybody sees that ours is gone. */
function replaced(metadata: object = {}): CornerStep {
  return act(world => {
    tearSnapshot(world)
    const body = { ...THEIRS, metadata: { ...THEIRS.metadata, ...metadata } }
    request(world, { method: 'POST', path: pathOf(STAGE.namespace, { kind: 'VolumeSnapshot' }), body })
  })
}
