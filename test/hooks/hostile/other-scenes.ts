import type { KubeObject } from '../../../hooks/hook.ts'
import type { BackupRepositorySpec, BackupRepositoryStatus, RestoreSpec } from '../../../schemas/generated/types.ts'
import { checkKey } from '../../../hooks/backuprepository/model.ts'
import { checkJob, disk, PVC, podOf, repository } from '../backuprepository/samples.ts'
import { backup, content, point, repository as readyRepository, restore, snapshot, snapshotPoint } from '../restore/samples.ts'
import { World } from '../restore/world.ts'
import { keyed, sceneOf, type Draft, type Scene } from './scene.ts'
import { S3 } from './secrets.ts'

/** Requests about repositories of both kinds. */
export function repositoryScenes(): readonly Scene[] {
  return Object.entries(repositoryDrafts()).map(([name, draft]) => sceneOf(name, draft))
}

/** Requests about Restores: a real one that was stopped in the middle. */
export async function restoreScenes(): Promise<readonly Scene[]> {
  const steps = { new: 0, begun: 1, moving: 2, ended: 3, handed: 4 }
  const scenes: Scene[] = []
  for (const [stage, rounds] of Object.entries(steps)) {
    scenes.push(sceneOf(`restore-${stage}`, await restoreAfter(rounds)), sceneOf(`restore-snapshot-${stage}`, await restoreAfter(rounds, true)))
  }
  const named = await restoreAfter(2, false, { backup: 'nightly-20261121-0200', volumes: [{ source: 'data', target: 'copy' }, { source: 'logs' }] })
  const returned = await restoreAfter(4)
  return [
    ...scenes, sceneOf('restore-named', named), sceneOf('restore-customize', { ...named, verb: 'customize' }),
    sceneOf('restore-deleted', { ...named, verb: 'finalize' }), sceneOf('restore-returned', { ...returned, verb: 'finalize' }),
  ]
}

function repositoryDrafts(): Readonly<Record<string, Draft>> {
  const former = checkJob(undefined, { name: 'store-check-0' })
  return {
    'repository-new': repositoryDraft(S3),
    'repository-checking': repositoryDraft(S3, { jobs: [checkJob(), former] }),
    'repository-ready': repositoryDraft(S3, { jobs: [checkJob('Complete'), former], status: ready(S3) }),
    'repository-claim': repositoryDraft(PVC, { jobs: [checkJob()], claim: disk() }),
    'repository-wrong': repositoryDraft({ ...S3, url: 's3://a/../b' }, { jobs: [checkJob(), former] }),
    'repository-deleted': { ...repositoryDraft(S3, { jobs: [checkJob()] }), verb: 'finalize' },
    'repository-customize': { ...repositoryDraft(PVC), verb: 'customize' },
    'cluster-used': clusterDraft(),
    'cluster-deleted': { ...clusterDraft(), verb: 'finalize' },
    'cluster-customize': { ...clusterDraft(), verb: 'customize' },
  }
}

function repositoryDraft(spec: BackupRepositorySpec, of: { jobs?: readonly KubeObject[]; status?: BackupRepositoryStatus; claim?: KubeObject } = {}): Draft {
  const running = podOf({ phase: 'Running' })
  return {
    kind: 'backuprepository',
    parent: repository(spec, of.status),
    children: { 'Job.batch/v1': keyed(...of.jobs ?? []) },
    related: { 'PersistentVolumeClaim.v1': keyed(...of.claim ? [of.claim] : []) },
    besides: [{ ...running, metadata: { ...running.metadata, labels: { 'job-name': 'store-check-1' } } }],
  }
}

function ready(spec: BackupRepositorySpec): BackupRepositoryStatus {
  return { phase: 'Ready', reason: 'Ready', message: 'backups can be written', checkedKey: checkKey(repository(spec)), lastCheckTime: '2026-11-21T02:10:00Z', resticId: 'restic-1', failures: 0 }
}

function clusterDraft(): Draft {
  const used = (namespace: string) => ({ apiVersion: 'holdfast.dev/v1alpha1', kind: 'BackupRepository', metadata: { name: 'cluster-company', namespace }, spec: S3 })
  const parent = { apiVersion: 'holdfast.dev/v1alpha1', kind: 'ClusterBackupRepository', metadata: { name: 'company', uid: 'u', generation: 1 }, spec: { destination: S3, allowedNamespaces: ['shop'] } }
  return { kind: 'clusterbackuprepository', parent, related: { 'BackupRepository.holdfast.dev/v1alpha1': keyed(used('shop'), used('bank')) } }
}

async function restoreAfter(rounds: number, fromSnapshot = false, spec: RestoreSpec = { policy: 'nightly' }): Promise<Draft> {
  const volumes = fromSnapshot ? [snapshotPoint('data'), snapshotPoint('logs')] : [point('data'), point('logs')]
  const whole = backup({ volumes, ...(fromSnapshot && { spec: { strategy: 'snapshot' } }) })
  const points = [{ ...whole, metadata: { ...whole.metadata, labels: { 'holdfast.dev/policy': 'nightly' } } }]
  const world = new World(restore(spec), points, [readyRepository()])
  for (const pvc of ['data', 'logs']) {
    world.api.put(`/apis/snapshot.storage.k8s.io/v1/namespaces/shop/volumesnapshots/snap-${pvc}`, snapshot(`snap-${pvc}`))
    world.api.put(`/apis/snapshot.storage.k8s.io/v1/volumesnapshotcontents/content-of-snap-${pvc}`, content(pvc))
  }
  for (let round = 0; round < rounds; round += 1) {
    await world.sync()
    world.tick()
  }
  const all = [...world.api.objects.values()]
  const children = all.filter(({ metadata }) => metadata.ownerReferences?.[0]?.uid === 'restore-uid')
  const claims = all.filter(({ kind, metadata }) => kind === 'PersistentVolumeClaim' && metadata.labels?.['holdfast.dev/restore'] === 'again')
  return {
    kind: 'restore',
    parent: world.restore ?? {},
    children: { 'Job.batch/v1': keyed(...children.filter(({ kind }) => kind === 'Job')), 'PersistentVolumeClaim.v1': keyed(...children.filter(({ kind }) => kind !== 'Job')) },
    related: { 'Backup.holdfast.dev/v1alpha1': keyed(...points), 'BackupRepository.holdfast.dev/v1alpha1': keyed(readyRepository()), 'PersistentVolumeClaim.v1': keyed(...claims) },
    besides: all.filter(({ kind }) => kind !== 'Job' && kind !== 'Restore').map(placed),
  }
}

/** Pods of that small world say no namespace. */
function placed(object: KubeObject): KubeObject {
  return object.kind === 'Pod' ? { ...object, metadata: { namespace: 'shop', ...object.metadata } } : object
}
