import { ANNOTATION } from '../../../lib/api.ts'
import { UserError } from '../../../lib/errors.ts'
import { repositoryOf } from '../scenarios/objects.ts'
import { inPhase, isGone, isReady } from '../scenarios/scenario.ts'
import { annotated, backup, backupObject, restoreObject, until, write } from '../scenarios/steps.ts'
import { failureBy } from '../store/mover-failure.ts'
import type { Corner } from './corner.ts'
import { act, answered, apply, backupEnds, bound, check, claim, count, ends, faults, frozen, moverFails, patched, pod, removed, runs, statusEdited, tornAway, volumeIs, volumeOf, wait } from './steps.ts'

const JOB = 'first-backup-data'
const SOON = { mover: { startupTimeoutSeconds: 30 } }
const LATE_CLASS = apply({ apiVersion: 'storage.k8s.io/v1', kind: 'StorageClass', metadata: { name: 'late' }, provisioner: 'csi.holdfast.test', reclaimPolicy: 'Delete', volumeBindingMode: 'WaitForFirstConsumer' })

/** Runs that cannot begin, and volumes that cannot be backed up. */
export const RUN_CORNERS: readonly Corner[] = [
  {
    name: 'no run is given up because the clock of the hooks is wrong', repository: true,
    steps: [write('data'), faults('hookClockSkew'), ...['first', 'second', 'third', 'fourth', 'fifth', 'sixth'].flatMap(run => [...backup(run, 'tar'), wait(300)])],
  },
  { name: 'backup.run/noVolumes', steps: backupEnds('snapshot', { reason: 'NoVolumesMatched' }, { volumes: [] }) },
  { name: 'backup.run/noRepository', without: 'rules', steps: [write('data'), ...backupEnds('tar', { reason: 'InvalidSpec' }, { repositoryRef: undefined })] },
  { name: 'backup.run/noPolicyName', repository: true, steps: [write('data'), ...backupEnds('tar', { reason: 'InvalidSpec' }, { policy: 'prod/nightly' })] },
  { name: 'backup.run/noCommand', without: 'rules', repository: true, steps: [write('data'), ...backupEnds('custom', { reason: 'InvalidSpec' }, { image: undefined })] },
  { name: 'backup.run/noSnapshots', without: 'snapshots', steps: [write('data'), ...backupEnds('snapshot', { reason: 'SnapshotsUnavailable' })] },
  {
    name: 'backup.repository/absent', marks: ['backup/queue', 'reason/Queued', 'reason/RepositoryNotFound'],
    steps: [
      write('data'), apply(backupObject('first', 'tar', SOON)), ends('Backup', 'first', { phase: 'Queued', reason: 'Queued' }), ends('Backup', 'first', { phase: 'Failed', reason: 'RepositoryNotFound' }),
      apply(repositoryOf({ type: 'nfs', url: 'nfs://filer/exports' })), until('it is ready', 'BackupRepository', 'main', isReady('True')), wait(30), ends('Backup', 'first', { phase: 'Failed', reason: 'RepositoryNotFound' }),
    ],
  },
  {
    name: 'backup.volume/isDestination', marks: ['reason/UnsupportedVolume'],
    steps: [
      claim('vault', {}, {}), bound('vault'), apply(repositoryOf({ type: 'pvc', url: 'pvc://vault/backups' })), until('it is ready', 'BackupRepository', 'main', isReady('True')),
      ...backupEnds('tar', { reason: 'UnsupportedVolume' }, { volumes: ['vault'] }), until('no mover was made', 'Job', 'first-backup-vault', isGone),
    ],
  },
  {
    name: 'an Event that loses a race is told again', steps: [
      write('data'), answered({ method: 'POST', path: /\/events$/, status: 409, reason: 'Conflict' }), apply(backupObject('first', 'snapshot', {})), wait(120), answered(), ends('Backup', 'first', { phase: 'Completed', reason: 'Completed' }),
    ],
  },
  { name: 'backup.volume/notFound', marks: ['reason/VolumeNotFound'], repository: true, steps: backupEnds('tar', { reason: 'VolumeNotFound' }, { volumes: ['never'] }) },
  {
    name: 'backup.volume/lost', marks: ['reason/VolumeNotBound'], repository: true,
    steps: [write('data'), act(world => tornAway(world, volumeOf(world, 'data'))), until('the claim is lost', 'PersistentVolumeClaim', 'data', object => object?.status?.phase === 'Lost'), ...backupEnds('tar', { reason: 'VolumeNotBound' })],
  },
  { name: 'backup.volume/neverUsed', repository: true, steps: [LATE_CLASS, claim('data', { storageClassName: 'late' }), ...backupEnds('tar', { reason: 'VolumeNotBound' })] },
  {
    name: 'backup.volume/notBound', repository: true,
    steps: [
      claim('data', { storageClassName: 'late-made' }), apply(backupObject('first', 'tar', {})), ends('Backup', 'first', { phase: 'Running', reason: 'Running' }), { step: 'wait', seconds: 60 },
      apply({ apiVersion: 'storage.k8s.io/v1', kind: 'StorageClass', metadata: { name: 'late-made' }, provisioner: 'csi.holdfast.test', reclaimPolicy: 'Delete', volumeBindingMode: 'Immediate' }), patched('PersistentVolumeClaim', 'data', { metadata: { labels: { seen: 'yes' } } }),
      write('data'), ends('Backup', 'first', { phase: 'Completed', reason: 'Completed' }),
    ],
  },
  {
    name: 'backup.volume/volumeGone', marks: ['reason/VolumeNotBound'], steps: [
      write('data'), frozen('v1/persistentvolumeclaims', 90), removed('PersistentVolumeClaim', 'data'), until('the claim is gone', 'PersistentVolumeClaim', 'data', isGone), claim('data', {}), bound('data'),
      apply(backupObject('first', 'snapshot', {})), volumeIs('Backup', 'first', { pvc: 'data', phase: 'Pending', reason: 'VolumeNotBound' }), ends('Backup', 'first', { phase: 'Completed', reason: 'Completed' }),
    ],
  },
  { name: 'a claim that is not bound in time fails its volume', repository: true, steps: [claim('data', { storageClassName: 'never-made' }), ...backupEnds('tar', { reason: 'VolumeNotBound' }, SOON)] },
  { name: 'backup.volume/blockMode', marks: ['reason/UnsupportedVolume'], repository: true, steps: [claim('data', { volumeMode: 'Block' }), bound('data'), ...backupEnds('tar', { reason: 'UnsupportedVolume' })] },
  {
    name: 'backup.volume/inUseByUser', marks: ['reason/VolumeInUse'], repository: true,
    steps: [claim('data', { accessModes: ['ReadWriteOncePod'] }), bound('data'), pod('shop', 'data'), runs('shop'), ...backupEnds('tar', { reason: 'VolumeInUse' })],
  },
  {
    name: 'backup.volume/inUseByMover', repository: true,
    steps: [
      claim('data', { accessModes: ['ReadWriteOncePod'] }), write('data'), apply(backupObject('first', 'tar', {})), until('its mover runs', 'Backup', 'first', object => object?.status?.phase === 'Running'), { step: 'wait', seconds: 8 },
      apply(backupObject('second', 'tar', {})), until('the second waits for it', 'Backup', 'second', object => JSON.stringify(object?.status?.volumes ?? '').includes('VolumeInUse')),
      ends('Backup', 'second', { phase: 'Completed', reason: 'Completed' }),
    ],
  },
  {
    name: 'reason/AllVolumesFailed', repository: true,
    steps: [claim('block', { volumeMode: 'Block' }), bound('block'), ...backupEnds('tar', { reason: 'AllVolumesFailed' }, { volumes: ['block', 'never'] })],
  },
  { name: 'reason/SomeVolumesFailed', repository: true, steps: [write('data'), ...backupEnds('tar', { phase: 'PartiallyFailed', reason: 'SomeVolumesFailed' }, { volumes: ['data', 'never'] })] },
  {
    name: 'reason/Cancelled', repository: true, steps: [
      write('data'), faults('moverHangs'), apply(backupObject('first', 'tar', {})), until('it runs', 'Backup', 'first', inPhase('Running')), wait(60), patched('Backup', 'first', annotated(ANNOTATION.cancelRequested)),
      ends('Backup', 'first', { phase: 'Failed', reason: 'Cancelled' }), until('its mover is gone', 'Job', JOB, isGone), count('batch/v1/jobs', 1),
    ],
  },
  {
    name: 'backup/release', repository: true,
    steps: [write('data'), ...completed('tar'), removed('Backup', 'first'), until('the record is gone', 'Backup', 'first', isGone)],
  },
  {
    name: 'backup/settled', repository: true,
    steps: [write('data'), ...completed('tar'), patched('Backup', 'first', { metadata: { annotations: { [ANNOTATION.deleteRequested]: 'yes please' } } }), wait(60), ends('Backup', 'first', { phase: 'Completed', reason: 'Completed' }), until('the Job stays, for its log', 'Job', JOB, object => object !== undefined)],
  },
  {
    name: 'a request to delete that nobody understands takes no restore point away', repository: true,
    steps: [
      write('data'), ...completed('tar'), patched('Backup', 'first', { metadata: { annotations: { [ANNOTATION.deleteRequested]: 'true' } } }), wait(60),
      apply(restoreObject('again', { backup: 'first', volumes: [{ source: 'data', target: 'copy' }] })), ends('Restore', 'again', { phase: 'Completed', reason: 'Completed' }),
    ],
  },
  {
    name: 'reason/DataKept', repository: true,
    steps: [
      write('data'), ...completed('tar', { deletionPolicy: 'Delete' }), { step: 'delete', at: { kind: 'Backup', name: 'first' }, propagation: 'Foreground' }, until('the record is gone', 'Backup', 'first', isGone),
      check(({ cluster }) => cluster.stores.points().some(({ backup, committed }) => backup === 'first' && committed) ? undefined : 'its data is gone'),
    ],
  },
  {
    name: 'backup.volume/snapshotApiGone', without: 'snapshots', steps: [
      write('data'), ...backupEnds('snapshot', { reason: 'SnapshotsUnavailable' }), wait(30), statusEdited('Backup', 'first', { phase: 'Running', startTime: '2026-11-21T09:00:31Z', completionTime: null, volumes: [{ pvc: 'data', phase: 'Pending' }] }),
      volumeIs('Backup', 'first', { pvc: 'data', phase: 'Pending', reason: 'SnapshotsUnavailable' }), volumeIs('Backup', 'first', { pvc: 'data', phase: 'Failed', reason: 'SnapshotsUnavailable' }),
    ],
  },
  {
    name: 'a status that was lost is found again', repository: true,
    steps: [
      write('data'), apply(backupObject('first', 'tar', {})), until('it runs', 'Backup', 'first', inPhase('Running')), { step: 'wait', seconds: 4 },
      statusEdited('Backup', 'first', { phase: null, startTime: null, volumes: null, reason: null }), ends('Backup', 'first', { phase: 'Completed', reason: 'Completed' }),
    ],
  },
  {
    name: 'a status that was lost while the repository fails stops no mover', repository: true, steps: [
      write('data'), faults('moverHangs'), apply(backupObject('first', 'tar', { mover: { timeoutSeconds: 600 } })), until('it runs', 'Backup', 'first', inPhase('Running')), wait(20), faults(),
      moverFails('check', { end: failureBy('check', new UserError('AccessDenied', 'said in a story')) }), patched('BackupRepository', 'main', { spec: { region: 'eu-central-1' } }), until('it failed', 'BackupRepository', 'main', inPhase('Failed')),
      statusEdited('Backup', 'first', { phase: null, startTime: null, volumes: null, reason: null }), wait(30), ends('Backup', 'first', { phase: 'Running', reason: 'Running' }), ends('Backup', 'first', { phase: 'Failed', reason: 'DeadlineExceeded' }),
    ],
  },
  {
    name: 'a result that is recorded is asked for no more', repository: true, steps: [
      write('data'), write('logs'), apply(backupObject('first', 'tar', { volumes: ['data', 'logs'], mover: { timeoutSeconds: 600, parallelism: 1 } })), volumeIs('Backup', 'first', { pvc: 'data', phase: 'Completed' }), faults('moverHangs'),
      until('the other is under way', 'Job', 'first-backup-logs', object => object !== undefined), act(world => world.api.all('v1/pods').filter(({ metadata }) => metadata.name.startsWith(JOB)).forEach(object => tornAway(world, object))), wait(60),
      removed('Job', JOB), wait(60), until('it is not made again', 'Job', JOB, isGone), ends('Backup', 'first', { phase: 'PartiallyFailed', reason: 'SomeVolumesFailed' }), volumeIs('Backup', 'first', { pvc: 'data', phase: 'Completed' }),
    ],
  },
  {
    name: 'no more movers than parallelism', repository: true, steps: [
      ...['data', 'logs', 'media'].map(write), apply(backupObject('first', 'tar', { volumes: ['data', 'logs', 'media'], mover: { parallelism: 1 } })), ends('Backup', 'first', { phase: 'Completed', reason: 'Completed' }),
    ],
  },
  {
    name: 'who has not seen that a run ended does not begin it again', repository: true, steps: [
      write('data'), apply(backupObject('first', 'tar', {})), until('it runs', 'Backup', 'first', inPhase('Running')), frozen('holdfast.dev/v1alpha1/backups', 900), ends('Backup', 'first', { phase: 'Completed', reason: 'Completed' }), removed('Job', JOB), wait(20),
      patched('PersistentVolumeClaim', 'data', { metadata: { labels: { seen: 'yes' } } }), wait(60), ends('Backup', 'first', { phase: 'Completed', reason: 'Completed' }), until('nothing is made again', 'Job', JOB, isGone),
    ],
  },
  {
    name: 'a Job that has ended lets its claim go', repository: true,
    steps: [write('data'), ...completed('tar'), removed('PersistentVolumeClaim', 'data'), until('the claim is gone', 'PersistentVolumeClaim', 'data', isGone), wait(60), until('it stays gone', 'PersistentVolumeClaim', 'data', isGone)],
  },
]

function completed(strategy: 'tar' | 'external', more: object = {}): Corner['steps'] & readonly { step: 'apply' | 'until' }[] {
  return [apply(backupObject('first', strategy, more)), ends('Backup', 'first', { phase: 'Completed', reason: 'Completed' })] as never
}
