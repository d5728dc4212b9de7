import { API_VERSION } from '../../../lib/api.ts'
import type { BackupPolicySpec } from '../../../schemas/generated/types.ts'
import { DRIVER, SNAPSHOT_CLASS } from './objects.ts'
import { inPhase, isGone, isReady, type Scenario, type Step } from './scenario.ts'
import { STAGE } from './stage.ts'
import { at, backupObject, passes, policy, restored, runOf, until, write, type Strategy } from './steps.ts'

/** Its volumes are made when a pod wants them. */
const LATE = { apiVersion: 'storage.k8s.io/v1', kind: 'StorageClass', metadata: { name: 'late' }, provisioner: DRIVER, reclaimPolicy: 'Delete', volumeBindingMode: 'WaitForFirstConsumer' }
const CENTRAL = { apiVersion: API_VERSION, kind: 'ClusterBackupRepository', metadata: { name: 'central' }, spec: { destination: STAGE.destination, allowedNamespaces: ['*'] } }
const PLAYED = 'on a node its parts are played by other stories'

/** More that can be struck in the middle: short, because there is a blow to each write and each call. */
export const STRUCK: readonly Scenario[] = [
  story('external: retention keeps one, and a Restore of the policy takes it to a class that waits', 'external', [
    { step: 'apply', object: LATE }, kept('external', { repositoryRef: { name: 'main' } }), ...good('run-1', 'external'), write('data'), ...good('run-2', 'external'), ...onlyNewest(),
    ...restored('again', { policy: 'often', volumes: [{ source: 'data', target: 'copy', storageClassName: 'late' }] }),
  ]),
  story('snapshot: retention keeps one', 'snapshot', [kept('snapshot', { snapshotClassName: SNAPSHOT_CLASS }), ...good('run-1', 'snapshot'), ...good('run-2', 'snapshot'), ...onlyNewest()]),
  story('snapshot: a VolumeSnapshot is lost and bound again, and its record takes the data along', 'snapshot', [
    { step: 'apply', object: backupObject('first', 'snapshot', { deletionPolicy: 'Delete' }) }, until('first is completed', 'Backup', 'first', inPhase('Completed')), { step: 'delete', at: at('VolumeSnapshot', 'first-snap-data') }, { step: 'wait', seconds: 20 },
    until('it is there again', 'VolumeSnapshot', 'first-snap-data', object => (object?.status as { readyToUse?: boolean } | undefined)?.readyToUse === true), ...removed('first'),
  ]),
  story('external: a record takes its data along', 'external', [
    { step: 'apply', object: backupObject('first', 'external', { deletionPolicy: 'Delete' }) }, until('first is completed', 'Backup', 'first', inPhase('Completed')), ...removed('first'),
  ]),
  story('a policy uses the cluster\'s repository', 'tar', [
    { step: 'apply', object: CENTRAL }, kept('tar', { repositoryRef: { kind: 'ClusterBackupRepository', name: 'central' } }), until('it is pruned', 'CronJob', 'often-prune', object => object !== undefined),
    { step: 'patch', at: at('ClusterBackupRepository', 'central'), patch: { spec: { allowedNamespaces: ['other'] } } }, until('it may not be used any more', 'BackupPolicy', 'often', isReady('False')),
  ]),
]

function story(name: string, strategy: Strategy, steps: readonly Step[]): Scenario {
  return { name, repository: strategy !== 'snapshot', steps: [write('data'), ...steps], simulatorOnly: PLAYED }
}

/** A policy that runs when it is told to. */
function kept(strategy: Strategy, spec: Partial<BackupPolicySpec>): Step {
  return policy('often', { strategy, schedule: '0 3 1 1 *', ...spec })
}

function good(name: string, strategy: Strategy): readonly Step[] {
  return [runOf('often', name, strategy), passes(`${name} is completed`, 'Backup', name, inPhase('Completed'))]
}

function onlyNewest(): readonly Step[] {
  return [{ step: 'patch', at: at('BackupPolicy', 'often'), patch: { spec: { retention: { maxBackups: 1 } } } }, until('run-1 is gone', 'Backup', 'run-1', isGone)]
}

function removed(name: string): readonly Step[] {
  return [{ step: 'delete', at: at('Backup', name) }, until(`${name} is gone`, 'Backup', name, isGone)]
}
