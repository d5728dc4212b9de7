import { checkKey, type Observed } from '../../../hooks/backuprepository/model.ts'
import type { DecideInput, SyncRequest } from '../../../hooks/hook.ts'
import type { BackupRepository, BackupRepositorySpec, BackupRepositoryStatus, KubeObject } from '../../../schemas/generated/types.ts'

export const NOW = new Date('2026-11-21T02:30:00Z')
export const S3: BackupRepositorySpec = { type: 's3', url: 's3://backups/prod', credentialsSecret: 'store' }
export const PVC: BackupRepositorySpec = { type: 'pvc', url: 'pvc://disk/sub' }
export const JOB_NAME = 'store-check-1'
export const NOTHING: Observed = { pods: [], podEvents: [], jobEvents: [], activePods: [] }

/** A repository named `store` in namespace shop. */
export function repository(spec: BackupRepositorySpec = S3, status?: BackupRepositoryStatus): BackupRepository {
  return { apiVersion: 'holdfast.dev/v1alpha1', kind: 'BackupRepository', metadata: { name: 'store', namespace: 'shop', uid: 'store-uid', generation: 1 }, spec, ...(status && { status }) }
}

/** What a good check of `spec` left behind. */
export function ready(spec: BackupRepositorySpec = S3, lastCheckTime = '2026-11-21T02:10:00Z'): BackupRepositoryStatus {
  return { phase: 'Ready', reason: 'Ready', message: 'backups can be written', checkedKey: checkKey(repository(spec)), lastCheckTime, storeId: 'store-1', resticId: 'restic-1', failures: 0 }
}

/** What a failed one left behind. */
export function failed(changes: BackupRepositoryStatus = {}): BackupRepositoryStatus {
  return { phase: 'Failed', reason: 'BucketNotFound', message: 'bucket backups does not exist; create it', checkedKey: checkKey(repository()), failures: 2, ...changes }
}

/** The check Job as Metacontroller sends it; `condition` Complete or Failed at 02:10. */
export function checkJob(condition?: 'Complete' | 'Failed', { at = '2026-11-21T02:10:00Z', reason, attempt = '1', name = JOB_NAME, deleted = false }: { at?: string; reason?: string; attempt?: string; name?: string; deleted?: boolean } = {}): KubeObject {
  const conditions = condition === undefined ? [] : [{ type: condition, status: 'True', reason, lastTransitionTime: at }]
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name, namespace: 'shop', uid: `${name}-uid`, resourceVersion: '5', labels: { 'holdfast.dev/attempt': attempt, 'controller-uid': 'store-uid' }, ...(deleted && { deletionTimestamp: at }) },
    spec: { template: {} },
    status: { startTime: '2026-11-21T02:00:00Z', ...(condition === 'Complete' && { completionTime: at }), conditions },
  }
}

/** A pod of that Job whose mover ended with this. */
export function ended(exitCode: number, result: object): KubeObject {
  return podOf({ containerStatuses: [{ name: 'mover', state: { terminated: { exitCode, message: JSON.stringify(result) } } }] })
}

/** A pod of that Job with this status. */
export function podOf(status: object, owner = `${JOB_NAME}-uid`): KubeObject {
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'pod', namespace: 'shop', ownerReferences: [{ kind: 'Job', name: JOB_NAME, uid: owner }] }, status }
}

/** A claim for pvc destinations. */
export function disk(changes: { status?: object; deletionTimestamp?: string } = {}): KubeObject {
  const { status = { phase: 'Bound' }, deletionTimestamp } = changes
  return { apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name: 'disk', namespace: 'shop', uid: 'disk-uid', ...(deletionTimestamp && { deletionTimestamp }) }, status }
}

export interface Scene {
  readonly repository?: BackupRepository
  readonly jobs?: readonly KubeObject[]
  readonly claim?: KubeObject
  readonly finalizing?: boolean
  readonly observed?: Partial<Observed>
  readonly now?: Date
}

/** A request with these objects. */
export function requestOf(scene: Scene): SyncRequest<BackupRepository> {
  const keyed = (objects: readonly KubeObject[]) => Object.fromEntries(objects.map(object => [`shop/${object.metadata.name}`, object]))
  return {
    parent: scene.repository ?? repository(),
    children: { 'Job.batch/v1': keyed(scene.jobs ?? []) },
    related: { 'PersistentVolumeClaim.v1': keyed(scene.claim === undefined ? [] : [scene.claim]) },
    finalizing: scene.finalizing ?? false,
  }
}

/** The input of a decision about them. */
export function inputOf(scene: Scene): DecideInput<BackupRepository, Observed> {
  return { request: requestOf(scene), observed: { ...NOTHING, ...scene.observed }, now: scene.now ?? NOW, settings: { moverImage: 'holdfast-mover:0.1.0', imagePullPolicy: 'IfNotPresent' } }
}
