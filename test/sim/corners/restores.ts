import { ANNOTATION } from '../../../lib/api.ts'
import { UserError } from '../../../lib/errors.ts'
import { childName } from '../../../lib/names.ts'
import type { RestoreSpec } from '../../../schemas/generated/types.ts'
import { inPhase, isGone, isReady } from '../scenarios/scenario.ts'
import { annotated, backup, backupObject, restored, restoreObject, until, write } from '../scenarios/steps.ts'
import { failureBy } from '../store/mover-failure.ts'
import type { Corner } from './corner.ts'
import { act, answered, apply, bound, byHand, claim, ends, KILLED, moverFails, patched, removed, request, restoreEnds, statusEdited, stranger, tried, volumeIs, wait } from './steps.ts'

const SOON = { mover: { startupTimeoutSeconds: 30 } }
const COPY: RestoreSpec = { backup: 'first', volumes: [{ source: 'data', target: 'copy' }] }
const TWO: RestoreSpec = { backup: 'first', volumes: [{ source: 'data', target: 'copy' }, { source: 'data', target: 'other' }], mover: { parallelism: 1 } }
const DONE = { phase: 'Completed', reason: 'Completed' }
const refused = (reason: 'AccessDenied' | 'BucketNotFound') => ({ end: failureBy('check', new UserError(reason, 'said in a story')) })
const OTHER_DRIVER = apply({ apiVersion: 'storage.k8s.io/v1', kind: 'StorageClass', metadata: { name: 'foreign' }, provisioner: 'other.example', reclaimPolicy: 'Delete', volumeBindingMode: 'Immediate' })

/** Restores that cannot begin, and what is in the way of a volume. */
export const RESTORE_CORNERS: readonly Corner[] = [
  {
    name: 'a restore Job that was suspended after a failed try is given up', repository: true, steps: [
      write('data'), ...backup('first', 'tar'), moverFails('restore', KILLED), apply(restoreObject('again', { ...COPY, ...SOON })), tried('again-restore-copy'), patched('Job', 'again-restore-copy', { spec: { suspend: true } }),
      ends('Restore', 'again', { phase: 'Failed', reason: 'StartupTimeout' }),
    ],
  },
  { name: 'restore.spec/policyName', marks: ['reason/InvalidSpec'], steps: restoreEnds({ policy: 'prod/nightly' }, { reason: 'InvalidSpec' }) },
  {
    name: 'such a restore can be deleted',
    steps: [...restoreEnds({ policy: 'prod/nightly' }, { reason: 'InvalidSpec' }), removed('Restore', 'again'), until('it is gone', 'Restore', 'again', isGone)],
  },
  ofSpec('restore.spec/targetNames', { volumes: [{ source: 'data', target: 'No_Name' }] }),
  ofSpec('restore.spec/distinctTargets', { volumes: [{ source: 'data', target: 'copy' }, { source: 'logs', target: 'copy' }] }),
  ofSpec('restore.spec/labelKeys', { volumes: [{ source: 'data', labels: { 'not a key': 'x' } }] }),
  ofSpec('restore.spec/labelValues', { volumes: [{ source: 'data', labels: { key: 'not a value' } }] }),
  { name: 'restore.backup/noRestorePoint', marks: ['reason/NoRestorePoint'], steps: restoreEnds({ policy: 'never' }, { reason: 'NoRestorePoint' }) },
  { name: 'restore.backup/backupNotFound', marks: ['reason/BackupNotFound'], steps: restoreEnds({ backup: 'never' }, { reason: 'BackupNotFound' }) },
  {
    name: 'restore.backup/backupLeaving', marks: ['reason/BackupNotUsable', 'reason/DeletionFailed'], repository: true, steps: [
      write('data'), ...backup('first', 'tar'), moverFails('delete', { end: failureBy('delete', new UserError('AccessDenied', 'said in a story')) }), patched('Backup', 'first', annotated(ANNOTATION.deleteRequested)),
      until('it is Deleting', 'Backup', 'first', inPhase('Deleting')), ...restoreEnds(COPY, { reason: 'BackupNotUsable' }),
    ],
  },
  {
    name: 'restore.backup/backupRunning', repository: true, steps: [
      write('data'), apply(backupObject('first', 'tar', {})), until('it runs', 'Backup', 'first', inPhase('Running')), apply(restoreObject('again', COPY)), ends('Restore', 'again', { phase: 'New', reason: 'BackupNotUsable' }), ends('Restore', 'again', DONE),
    ],
  },
  { name: 'restore.backup/backupFailed', repository: true, steps: [apply(backupObject('first', 'tar', { volumes: ['never'] })), until('it failed', 'Backup', 'first', inPhase('Failed')), ...restoreEnds(COPY, { reason: 'BackupNotUsable' })] },
  {
    name: 'restore.backup/noVolumes', repository: true, steps: [
      apply(backupObject('first', 'tar', { volumes: [] })), until('it failed', 'Backup', 'first', inPhase('Failed')), statusEdited('Backup', 'first', { phase: 'Completed' }), { step: 'wait', seconds: 5 }, ...restoreEnds({ backup: 'first' }, { reason: 'NoVolumesMatched' }),
    ],
  },
  { name: 'restore.start.rule/targetExists', marks: ['reason/TargetExists', 'restore.start.step/blocked', 'restore.volume/startStep'], repository: true, steps: [write('data'), ...backup('first', 'tar'), ...restoreEnds({ backup: 'first' }, { reason: 'TargetExists' })] },
  {
    name: 'restore.start.rule/backupGone', marks: ['restore.start.step/queued'], repository: true, steps: [
      write('data'), ...backup('first', 'tar'), apply(restoreObject('again', TWO)), volumeIs('Restore', 'again', { target: 'copy', phase: 'Running' }), removed('Backup', 'first'), ends('Restore', 'again', { phase: 'PartiallyFailed', reason: 'SomeVolumesFailed' }),
      volumeIs('Restore', 'again', { target: 'other', phase: 'Failed', reason: 'BackupNotFound' }),
    ],
  },
  { name: 'restore.start.rule/volumeNotInBackup', marks: ['reason/VolumeNotInBackup'], repository: true, steps: [write('data'), ...backup('first', 'tar'), ...restoreEnds({ backup: 'first', volumes: [{ source: 'never' }] }, { reason: 'VolumeNotInBackup' })] },
  {
    // Metacontroller does not see for a while that the Backup is leaving; who looks at the server does.
    name: 'restore.start.rule/backupDeleting', repository: true, steps: [
      write('data'), ...backup('first', 'tar'), moverFails('delete', { end: failureBy('delete', new UserError('AccessDenied', 'said in a story')) }),
      act(({ caches, engine }) => caches.freeze('holdfast.dev/v1alpha1/backups', engine.now() + 60_000)), patched('Backup', 'first', annotated(ANNOTATION.deleteRequested)), patched('PersistentVolumeClaim', 'data', { metadata: { labels: { seen: 'yes' } } }),
      until('it is Deleting', 'Backup', 'first', inPhase('Deleting')), apply(restoreObject('again', { ...TWO, volumes: TWO.volumes?.toReversed() })), until('it has begun', 'Restore', 'again', inPhase('Running')),
      until('one volume is refused', 'Restore', 'again', object => JSON.stringify(object?.status?.volumes).includes('BackupNotUsable')),
    ],
  },
  {
    name: 'restore.start.rule/volumeNotUsable', repository: true, steps: [
      write('data'), apply(backupObject('first', 'tar', { volumes: ['data', 'never'] })), until('it is partial', 'Backup', 'first', inPhase('PartiallyFailed')), ...restoreEnds({ backup: 'first', volumes: [{ source: 'never' }] }, { reason: 'BackupNotUsable' }),
    ],
  },
  {
    name: 'restore.start.rule/snapshotMissing', marks: ['reason/SnapshotLost'], steps: [
      write('data'), ...backup('first', 'snapshot'), act(({ caches, engine }) => caches.freeze('snapshot.storage.k8s.io/v1/volumesnapshots', engine.now() + 60_000)), removed('VolumeSnapshot', 'first-snap-data'), { step: 'wait', seconds: 10 },
      apply(restoreObject('again', COPY)), volumeIs('Restore', 'again', { reason: 'SnapshotLost' }), ends('Restore', 'again', DONE),
    ],
  },
  {
    name: 'restore.start.rule/snapshotNotReady', marks: ['reason/SnapshotLost'], steps: [
      write('data'), ...backup('first', 'snapshot'), statusEdited('VolumeSnapshot', 'first-snap-data', { readyToUse: false }), apply(restoreObject('again', COPY)), volumeIs('Restore', 'again', { reason: 'SnapshotLost' }),
      statusEdited('VolumeSnapshot', 'first-snap-data', { readyToUse: true }), ends('Restore', 'again', DONE),
    ],
  },
  {
    name: 'restore.start.rule/sizeUnknown', repository: true, steps: [
      write('data'), ...backup('first', 'tar'), act(world => {
        const path = `/apis/holdfast.dev/v1alpha1/namespaces/stage/backups/first`
        const volumes = world.api.read<{ status: { volumes: readonly object[] } }>(path)?.status.volumes.map(volume => ({ ...volume, size: undefined }))
        request(world, { method: 'PATCH', path: `${path}/status`, body: { status: { volumes } } })
      }), ...restoreEnds(COPY, { reason: 'InvalidSpec' }),
    ],
  },
  { name: 'restore.start.rule/sizeTooSmall', marks: ['reason/SizeTooSmall'], repository: true, steps: [write('data'), ...backup('first', 'tar'), ...restoreEnds({ backup: 'first', volumes: [{ source: 'data', target: 'copy', size: '1Mi' }] }, { reason: 'SizeTooSmall' })] },
  { name: 'restore.start.rule/wrongDriver', steps: [OTHER_DRIVER, write('data'), ...backup('first', 'snapshot'), ...restoreEnds({ backup: 'first', volumes: [{ source: 'data', target: 'copy', storageClassName: 'foreign' }] }, { reason: 'InvalidSpec' })] },
  {
    name: 'restore.start.rule/repositoryMissing', marks: ['reason/RepositoryNotFound'], repository: true,
    steps: [write('data'), ...backup('first', 'tar'), removed('BackupRepository', 'main'), until('it is gone', 'BackupRepository', 'main', isGone), ...restoreEnds({ ...COPY, ...SOON }, { reason: 'RepositoryNotFound' })],
  },
  {
    name: 'restore.start.rule/repositoryNotReady', marks: ['reason/RepositoryNotReady'], repository: true, steps: [
      write('data'), ...backup('first', 'tar'), moverFails('check', refused('BucketNotFound')), patched('BackupRepository', 'main', { spec: { region: 'eu-central-1' } }), until('it failed', 'BackupRepository', 'main', isReady('False')),
      until('it failed', 'BackupRepository', 'main', inPhase('Failed')), ...restoreEnds({ ...COPY, ...SOON }, { reason: 'RepositoryNotReady' }),
    ],
  },
  {
    name: 'a store that can be read but not written gives its points back', repository: true, steps: [
      write('data'), ...backup('first', 'tar'), moverFails('check', refused('AccessDenied')), patched('BackupRepository', 'main', { spec: { region: 'eu-central-1' } }),
      until('it failed', 'BackupRepository', 'main', inPhase('Failed')), ...restored('again', COPY),
    ],
  },
  {
    name: 'restore.start.rule/storageClassMissing', marks: ['reason/VolumeNotBound'], repository: true,
    steps: [write('data'), ...backup('first', 'tar'), ...restoreEnds({ backup: 'first', volumes: [{ source: 'data', target: 'copy', storageClassName: 'never' }], ...SOON }, { reason: 'VolumeNotBound' })],
  },
  {
    name: 'restore.start.rule/storageClassUnknown', marks: ['reason/VolumeNotBound'], repository: true, steps: [
      byHand(), claim('data', { storageClassName: '' }), bound('data'), write('data'), ...backup('first', 'tar'), ...restoreEnds({ ...COPY, ...SOON }, { reason: 'VolumeNotBound' }),
    ],
  },
  {
    name: 'restore.start.rule/temporaryNameTaken', repository: true,
    steps: [write('data'), ...backup('first', 'tar'), claim(childName('again', 'tmp', 'copy'), {}, {}), bound(childName('again', 'tmp', 'copy')), ...restoreEnds({ ...COPY, ...SOON }, { reason: 'TargetExists' })],
  },
  {
    name: 'a claim that is refused when its data is there is made when it may be', marks: ['reason/ApiRefused'], repository: true, steps: [
      write('data'), ...backup('first', 'tar'), answered({ method: 'POST', path: /\/persistentvolumeclaims$/, status: 403, reason: 'Forbidden' }), apply(restoreObject('again', COPY)),
      ends('Restore', 'again', { phase: 'Running', reason: 'ApiRefused' }), wait(120), answered(), ends('Restore', 'again', { phase: 'Completed', reason: 'Completed' }),
    ],
  },
  {
    name: 'restore.start.rule/jobNameTaken', repository: true,
    steps: [write('data'), ...backup('first', 'tar'), apply(stranger('again-restore-copy')), ...restoreEnds({ ...COPY, ...SOON }, { reason: 'TargetExists' })],
  },
  {
    name: 'restore.start.step/neverMade', marks: ['reason/StartupTimeout'], repository: true, steps: [
      write('data'), ...backup('first', 'tar'), apply({ apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name: 'one' }, spec: { hard: { persistentvolumeclaims: '1' } } }), ...restoreEnds({ ...COPY, ...SOON }, { reason: 'StartupTimeout' }),
    ],
  },
  {
    name: 'a Job of a restore that is refused', marks: ['restore.start.step/makeClaim', 'restore.start.step/makeJob', 'restore.start.step/neverMade'], repository: true, steps: [
      write('data'), ...backup('first', 'tar'), apply({ apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name: 'one' }, spec: { hard: { 'count/jobs.batch': '0' } } }), ...restoreEnds({ ...COPY, ...SOON }, { reason: 'StartupTimeout' }),
    ],
  },
]

function ofSpec(name: string, spec: Partial<RestoreSpec>): Corner {
  return { name, marks: ['reason/InvalidSpec'], steps: restoreEnds({ backup: 'never', ...spec }, { reason: 'InvalidSpec' }) }
}
