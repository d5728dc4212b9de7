import { LABEL } from '../../../lib/api.ts'
import { childName, labelValue, runName } from '../../../lib/names.ts'
import type { KubeObject } from '../../../schemas/generated/types.ts'
import { isManaged, ownerOf, RESOURCE, type StoredBackup, type StoredPolicy, type StoredRestore } from '../invariants/resources.ts'
import type { Action } from './action.ts'
import { NAMESPACE, type Scene } from './scene.ts'

const CHILDREN = [RESOURCE.jobs, RESOURCE.jobs, RESOURCE.cronJobs, RESOURCE.snapshots, RESOURCE.claims] as const
const RECORDS = [RESOURCE.backups, RESOURCE.backups, RESOURCE.restores, RESOURCE.policies, RESOURCE.repositories] as const

/** What people do to what is ours. */
export const MEDDLING: readonly Action[] = [
  { name: 'childDeleted', fault: 'childDeleted', act: scene => child(scene, CHILDREN, (resource, { metadata }) => scene.remove(resource, metadata.name, scene.random.pick(['Background', 'Foreground', 'Orphan'] as const))) },
  { name: 'childTorn', fault: 'childTorn', act: scene => child(scene, [RESOURCE.claims, RESOURCE.snapshots], (resource, { metadata: { name } }) => torn(scene, resource, name)) },
  { name: 'childEdited', fault: 'childEdited', act: scene => child(scene, CHILDREN, (resource, { metadata: { name } }) => scene.patch(resource, name, { body: editOf(scene, resource) })) },
  { name: 'childRelabelled', fault: 'childRelabelled', act: scene => child(scene, CHILDREN, (resource, object) => scene.patch(resource, object.metadata.name, { body: { metadata: relabel(scene, object) } })) },
  { name: 'statusEdited', fault: 'statusEdited', act: statusEdited },
  { name: 'foreignNamesake', fault: 'foreignNamesake', act: foreignNamesake },
  { name: 'snapshotObjectDeleted', fault: 'snapshotObjectDeleted', act: scene => child(scene, [RESOURCE.snapshots], (resource, { metadata }) => scene.remove(resource, metadata.name)) },
]

function child(scene: Scene, resources: readonly string[], act: (resource: string, object: KubeObject) => boolean): boolean {
  const resource = scene.random.pick(resources)
  const objects = scene.all(resource).filter(object => isManaged(object) && ownerOf(object) !== undefined && object.metadata.deletionTimestamp === undefined)
  return objects.length > 0 && act(resource, scene.random.pick(objects))
}

/** As impatient people do with what does not go at once: `kubectl patch … finalizers: null`. */
function torn(scene: Scene, resource: string, name: string): boolean {
  const isRemoved = scene.remove(resource, name)
  if (scene.read(resource, name) !== undefined) scene.patch(resource, name, { body: { metadata: { finalizers: null } } })
  return isRemoved
}

function editOf({ random }: Scene, resource: string): object {
  if (resource === RESOURCE.jobs) return random.pick([{ spec: { ttlSecondsAfterFinished: 5 } }, { spec: { activeDeadlineSeconds: 20 } }, { metadata: { annotations: { edited: 'yes' } } }, { spec: { suspend: true } }])
  if (resource === RESOURCE.cronJobs) return random.pick([{ spec: { suspend: true } }, { spec: { schedule: '*/7 * * * *' } }, { metadata: { labels: { edited: 'yes' } } }])
  return { metadata: { annotations: { edited: 'yes' } } }
}

function relabel({ random }: Scene, { metadata: { labels = {} } }: KubeObject): object {
  const keys = Object.keys(labels)
  return random.pick<object>([
    { ownerReferences: null }, { labels: { [random.pick(keys)]: null } }, { labels: { [random.pick(keys)]: 'other' } }, { labels: { [LABEL.managedBy]: null } }, { labels: null },
  ])
}

/** As `kubectl edit --subresource status` can, or a tool that restores old objects. */
function statusEdited(scene: Scene): boolean {
  const resource = scene.random.pick(RECORDS)
  const records = scene.all<StoredBackup>(resource)
  if (records.length === 0) return false
  const { metadata: { name }, status = {} } = scene.random.pick(records)
  const nothing = Object.fromEntries(Object.keys(status).map(key => [key, null]))
  const edits: readonly object[] = [nothing, { conditions: [] }, ...(resource === RESOURCE.policies
    ? [{ activeSchedule: null, lastScheduleTime: null }, { lastScheduleTime: '2031-01-01T00:00:00Z' }] : resource === RESOURCE.repositories ? [{ phase: 'Checking' }, { resticId: null }, { storeId: null }] : [{ phase: 'Running' }, { volumes: null }, { startTime: null }])]
  return scene.patch(resource, name, { body: { status: scene.random.pick(edits) }, sub: '/status' })
}

/** Somebody's object under a name that we are about to want. */
function foreignNamesake(scene: Scene): boolean {
  const { random } = scene
  const [backup, restore, policy] = [last<StoredBackup>(scene, RESOURCE.backups), last<StoredRestore>(scene, RESOURCE.restores), last<StoredPolicy>(scene, RESOURCE.policies)]
  const pvc = backup?.spec.volumes[0] ?? 'data'
  const soon = new Date(Math.ceil((scene.engine.now() + 1) / 300_000) * 300_000)
  const wanted: (readonly [string, object | undefined])[] = [
    [RESOURCE.jobs, backup && job(childName(backup.metadata.name, random.pick(['backup', 'backup2']), pvc))],
    [RESOURCE.jobs, backup && job(childName(backup.metadata.name, 'delete', '0'))],
    [RESOURCE.jobs, policy && job(childName(runName(policy.metadata.name, soon), 'backup', pvc))],
    [RESOURCE.claims, restore && claim(childName(restore.metadata.name, 'tmp', restore.spec.volumes?.[0]?.target ?? pvc))],
    [RESOURCE.claims, claim(childName(`restore-${scene.count() + 1}`, 'tmp', `data-again-${scene.count()}`))],
    [RESOURCE.backups, policy && { apiVersion: 'holdfast.dev/v1alpha1', kind: 'Backup', metadata: { name: runName(policy.metadata.name, soon), namespace: NAMESPACE, ...(random.chance(0.5) && { labels: { [LABEL.policy]: labelValue(policy.metadata.name) } }) }, spec: { strategy: 'snapshot', volumes: [pvc] } }],
    [RESOURCE.snapshotClasses, { apiVersion: 'snapshot.storage.k8s.io/v1', kind: 'VolumeSnapshotClass', metadata: { name: 'holdfast-retain-sim' }, driver: 'csi.sim', deletionPolicy: 'Delete' }],
    [RESOURCE.cronJobs, policy && cronJob(`${policy.metadata.name}-prune`)],
  ]
  const [resource, object] = random.pick(wanted)
  return object !== undefined && scene.create(resource, object)
}

function last<T>(scene: Scene, resource: string): T | undefined {
  return scene.all<T>(resource).at(-1)
}

const pod = { restartPolicy: 'Never', containers: [{ name: 'main', image: 'busybox', command: ['true'] }] }

function job(name: string): object {
  return { apiVersion: 'batch/v1', kind: 'Job', metadata: { name, namespace: NAMESPACE }, spec: { template: { spec: pod } } }
}

function cronJob(name: string): object {
  return { apiVersion: 'batch/v1', kind: 'CronJob', metadata: { name, namespace: NAMESPACE }, spec: { schedule: '0 0 1 1 *', jobTemplate: { spec: { template: { spec: pod } } } } }
}

function claim(name: string): object {
  return { apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name, namespace: NAMESPACE }, spec: { accessModes: ['ReadWriteOnce'], storageClassName: 'standard', resources: { requests: { storage: '1Gi' } } } }
}
