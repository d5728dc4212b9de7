import { TransientError, UserError } from '../../../lib/errors.ts'
import type { Reason } from '../../../lib/reasons.ts'
import type { RestoreSpec, Task } from '../../../schemas/generated/types.ts'
import { backup, backupObject, write, type Strategy } from '../scenarios/steps.ts'
import { failureBy, type Broken } from '../store/mover-failure.ts'
import type { Corner } from './corner.ts'
import { act, apply, backupEnds, ends, faults, moverFails, removed, restoreEnds } from './steps.ts'

type Operation = Task['operation']
const ONCE = { mover: { backoffLimit: 0 } }
const COPY: RestoreSpec = { backup: 'first', volumes: [{ source: 'data', target: 'copy' }], mover: { backoffLimit: 0 } }

/** Somebody has emptied the bucket. */
const emptied = act(({ cluster, engine }) => cluster.stores.all().forEach(store => store.empty(engine.now())))

/** What movers say, and what is said of those that say nothing: a run or a restore fails for that very reason, and nothing counts as stored. */
export const MOVER_CORNERS: readonly Corner[] = [
  ...(['WrongKey', 'RepositoryDamaged'] as const).map(reason => ofBackup(reason, { strategy: 'external', broken: user(reason) })),
  ...(['BucketNotFound', 'AccessDenied', 'StoreFull', 'InvalidTask'] as const).map(reason => ofBackup(reason, { strategy: 'tar', broken: user(reason) })),
  ofBackup('RepositoryLocked', { strategy: 'external', broken: transient('RepositoryLocked') }),
  ofBackup('ProducerFailed', { strategy: 'custom', broken: transient('ProducerFailed') }),
  ofBackup('InternalError', { strategy: 'tar', broken: { end: failureBy('backup', new Error('undefined is not a function')) } }),
  ofBackup('MoverKilled', { strategy: 'tar', broken: { end: { exitCode: 137 } } }),
  ofBackup('MoverFailed', { strategy: 'tar', broken: { end: { exitCode: 134, message: '{"operation":"backup","ok":fal' } } }),
  ofBackup('UnreadableFiles', { strategy: 'tar', broken: { unreadable: -1 } }),
  { name: 'reason/StoreUnreachable', repository: true, steps: [write('data'), faults('storeError'), ...backupEnds('tar', { reason: 'StoreUnreachable' }, ONCE)] },
  { name: 'reason/OutOfMemory', repository: true, steps: [write('data'), faults('podOutOfMemory'), ...backupEnds('tar', { reason: 'OutOfMemory' }, ONCE)] },
  { name: 'reason/ResultLost', repository: true, steps: [write('data'), moverFails('backup', { end: { exitCode: 0 } }), ...backupEnds('tar', { reason: 'ResultLost' })] },
  { name: 'reason/DeadlineExceeded', repository: true, steps: [write('data'), faults('moverHangs'), ...backupEnds('tar', { reason: 'DeadlineExceeded' }, { mover: { timeoutSeconds: 60 } })] },
  { name: 'reason/EmptyVolume', repository: true, steps: [write('data'), act(({ cluster: { disks } }) => disks.volumes().forEach(handle => disks.write(handle, ''))), ...backupEnds('tar', { reason: 'EmptyVolume' })] },
  { name: 'some files cannot be read', marks: ['reason/UnreadableFiles'], repository: true, steps: [write('data'), moverFails('backup', { unreadable: 3 }), ...backupEnds('tar', { phase: 'PartiallyFailed', reason: 'UnreadableFiles' })] },
  {
    name: 'reason/RepositoryMissing', repository: true,
    steps: [
      write('data'), ...backup('first', 'external'), act(({ cluster }) => cluster.stores.all().forEach(store => { store.resticId = undefined })),
      apply(backupObject('second', 'external', {})), ends('Backup', 'second', { phase: 'Failed', reason: 'RepositoryMissing' }),
    ],
  },
  ofRestore('VolumeFull', { strategy: 'tar', broken: user('VolumeFull', 'restore') }),
  ofRestore('ConsumerFailed', { strategy: 'custom', broken: transient('ConsumerFailed', 'restore') }),
  {
    name: 'reason/PointNotFound', repository: true,
    steps: [write('data'), ...backup('first', 'tar'), emptied, ...restoreEnds(COPY, { reason: 'PointNotFound' })],
  },
  { name: 'reason/PointDamaged', repository: true, steps: [write('data'), ...backup('first', 'tar'), faults('pointDamaged'), ...restoreEnds(COPY, { reason: 'PointDamaged' })] },
  {
    name: 'reason/DeletionFailed', marks: ['backup/deletion', 'reason/Deleting'], repository: true,
    steps: [
      write('data'), ...backupEnds('tar', { phase: 'Completed', reason: 'Completed' }, { deletionPolicy: 'Delete' }), moverFails('delete', user('AccessDenied', 'delete')), removed('Backup', 'first'),
      ends('Backup', 'first', { phase: 'Deleting', reason: 'DeletionFailed' }), { step: 'wait', seconds: 600 }, ends('Backup', 'first', { phase: 'Deleting', reason: 'DeletionFailed' }),
    ],
  },
]

interface Case {
  readonly strategy: Strategy
  readonly broken: Broken
}

function ofBackup(reason: Reason, { strategy, broken }: Case): Corner {
  return { name: `reason/${reason}`, repository: true, steps: [write('data'), moverFails('backup', broken), ...backupEnds(strategy, { reason }, ONCE)] }
}

function ofRestore(reason: Reason, { strategy, broken }: Case): Corner {
  return { name: `reason/${reason}`, repository: true, steps: [write('data'), ...backup('first', strategy), moverFails('restore', broken), ...restoreEnds(COPY, { reason })] }
}

function user(reason: Reason, operation: Operation = 'backup'): Broken {
  return { end: failureBy(operation, new UserError(reason, 'said in a story')) }
}

function transient(reason: Reason, operation: Operation = 'backup'): Broken {
  return { end: failureBy(operation, new TransientError(reason, 'said in a story')) }
}
