import { API_VERSION } from '../../../lib/api.ts'
import { UserError } from '../../../lib/errors.ts'
import type { Destination } from '../../../schemas/generated/types.ts'
import { isReady } from '../scenarios/scenario.ts'
import { backupObject, until, write } from '../scenarios/steps.ts'
import { failureBy } from '../store/mover-failure.ts'
import type { Corner } from './corner.ts'
import { act, apply, bound, claim, ends, faults, moverFails, noMore, patched, readiness, removed, saysUnmade, stranger, tornAway, volumeOf, wait } from './steps.ts'

const refused = { end: failureBy('check', new UserError('AccessDenied', 'said in a story')) }
const ready = until('it is ready', 'BackupRepository', 'main', isReady('True'), 1800)
const RETRIED = 'a check that failed is made again'

/** Repositories that cannot be written to, and why. */
export const REPOSITORY_CORNERS: readonly Corner[] = [
  { name: 'repository.destination/urlHasWrongForm', marks: ['reason/InvalidDestination'], steps: [place({ type: 'nfs', url: 'nfs://filer/' }), fails('InvalidDestination')] },
  { name: 'repository.destination/credentialsAreMissing', without: 'rules', steps: [place({ type: 's3', url: 's3://bucket' }), fails('InvalidDestination')] },
  {
    name: 'a path that climbs', without: 'rules', marks: ['repository.destination/urlHasWrongForm'],
    steps: [place({ type: 'pvc', url: 'pvc://vault/../other' }), fails('InvalidDestination')],
  },
  { name: 'a url of another type', without: 'rules', marks: ['repository.destination/urlHasWrongForm'], steps: [place({ type: 'nfs', url: 's3://bucket' }), fails('InvalidDestination')] },
  { name: 'a url without a claim', without: 'rules', marks: ['repository.destination/urlHasWrongForm'], steps: [place({ type: 'pvc', url: 'pvc://' }), fails('InvalidDestination')] },
  {
    name: 'a cluster repository that cannot be one', marks: ['repository.destination/urlHasWrongForm'], steps: [
      apply({ apiVersion: API_VERSION, kind: 'ClusterBackupRepository', metadata: { name: 'central' }, spec: { destination: { type: 'nfs', url: 'nfs://filer/' } } }),
      readiness('ClusterBackupRepository', 'central', { status: 'False', reason: 'InvalidDestination' }),
    ],
  },
  {
    name: 'repository.claim/claimIsMissing', marks: ['reason/VolumeNotFound', 'reason/Checking', 'reason/Ready'],
    steps: [place({ type: 'pvc', url: 'pvc://vault/backups' }), fails('VolumeNotFound'), claim('vault', {}, {}), bound('vault'), ready],
  },
  {
    name: 'repository.claim/claimIsLost', marks: ['reason/VolumeNotBound'], steps: [
      claim('vault', {}, {}), bound('vault'), place({ type: 'pvc', url: 'pvc://vault/backups' }), ready,
      act(world => tornAway(world, volumeOf(world, 'vault'))), fails('VolumeNotBound'),
    ],
  },
  {
    name: 'backup.repository/notReady', marks: ['reason/RepositoryNotReady', 'reason/AccessDenied'], restless: RETRIED, steps: [
      moverFails('check', refused), place({ type: 'nfs', url: 'nfs://filer/exports' }), write('data'),
      apply(backupObject('first', 'tar', { mover: { startupTimeoutSeconds: 60 } })), ends('Backup', 'first', { phase: 'Queued', reason: 'Queued' }), ends('Backup', 'first', { phase: 'Failed', reason: 'RepositoryNotReady' }),
    ],
  },
  {
    name: 'a check that a quota refuses says so',
    steps: [noMore('jobs.batch'), claim('vault', {}, {}), bound('vault'), place({ type: 'pvc', url: 'pvc://vault/backups' }), saysUnmade('BackupRepository', 'main'), wait(600), removed('ResourceQuota', 'none'), ready],
  },
  {
    name: 'a check that could not start after one that failed, and was deleted, is made anew', steps: [
      moverFails('check', refused), place({ type: 'nfs', url: 'nfs://filer/exports' }), fails('AccessDenied'), moverFails('check', undefined), faults('imagePullStuck'), ends('BackupRepository', 'main', { phase: 'Checking', reason: 'ImagePullFailed' }),
      removed('Job', 'main-check-1'), faults(), ready,
    ],
  },
  {
    name: 'a check that somebody suspends is made anew', steps: [
      faults('imagePullStuck'), place({ type: 'nfs', url: 'nfs://filer/exports' }), until('its check is made', 'Job', 'main-check-1', object => object !== undefined), patched('Job', 'main-check-1', { spec: { suspend: true } }), faults(), ready,
    ],
  },
  {
    name: 'a check whose name another\'s Job has says so', marks: ['reason/TargetExists'], steps: [
      apply(stranger('main-check-1')),
      claim('vault', {}, {}), bound('vault'), place({ type: 'pvc', url: 'pvc://vault/backups' }), ends('BackupRepository', 'main', { phase: 'Checking', reason: 'TargetExists' }), removed('Job', 'main-check-1'), ready,
    ],
  },
  {
    name: 'a run waits for its repository', steps: [
      moverFails('check', refused), place({ type: 'nfs', url: 'nfs://filer/exports' }), fails('AccessDenied'), write('data'), apply(backupObject('first', 'tar', {})), ends('Backup', 'first', { phase: 'Queued', reason: 'Queued' }),
      moverFails('check', undefined), ready, ends('Backup', 'first', { phase: 'Completed', reason: 'Completed' }),
    ],
  },
  {
    name: 'a run that is under way does not mind a repository that fails', repository: true, steps: [
      write('data'), apply(backupObject('first', 'tar', {})), until('it runs', 'Backup', 'first', object => object?.status?.phase === 'Running'), { step: 'wait', seconds: 5 },
      moverFails('check', refused), { step: 'patch', at: { kind: 'BackupRepository', name: 'main' }, patch: { spec: { region: 'eu-central-1' } } }, fails('AccessDenied'), ends('Backup', 'first', { phase: 'Completed', reason: 'Completed' }),
    ],
  },
  {
    name: 'an edit stops no check that runs', steps: [
      faults('moverHangs'), place({ type: 'nfs', url: 'nfs://filer/exports' }), until('its check runs', 'Job', 'main-check-1', object => (object?.status as { active?: number } | undefined)?.active === 1), { step: 'wait', seconds: 20 },
      { step: 'patch', at: { kind: 'BackupRepository', name: 'main' }, patch: { spec: { region: 'eu-central-1' } } }, { step: 'wait', seconds: 30 }, until('it runs still', 'Job', 'main-check-1', object => object !== undefined), faults(), ready,
    ],
  },
  {
    name: 'reason/ApiUnavailable', repository: true, steps: [
      write('data'), apply(backupObject('first', 'tar', {})), until('it runs', 'Backup', 'first', object => object?.status?.phase === 'Running'), { step: 'wait', seconds: 3 },
      faults('apiError'), { step: 'wait', seconds: 400 }, faults(), ends('Backup', 'first', { phase: 'Completed', reason: 'Completed' }),
    ],
  },
]

function place(spec: Destination): ReturnType<typeof apply> {
  return apply({ apiVersion: API_VERSION, kind: 'BackupRepository', metadata: { name: 'main' }, spec })
}


function fails(reason: string): ReturnType<typeof ends> {
  return ends('BackupRepository', 'main', { phase: 'Failed', reason })
}
