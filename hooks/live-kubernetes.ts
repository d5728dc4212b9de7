import { LABEL } from '../lib/api.ts'
import { TransientError } from '../lib/errors.ts'
import { labelValue } from '../lib/names.ts'
import type { KubeObject } from './hook.ts'
import type { Kubernetes } from './kubernetes.ts'
import { list, listOf } from './listing.ts'
import type { Live } from './live.ts'
import { isObjectName, resourcePath, type ResourceKind } from './resource-path.ts'

/** Live over the API server. Only GET and LIST. */
export function liveKubernetes(api: Kubernetes): Live {
  let time: Date | undefined
  return {
    current: async ({ kind, metadata: { namespace, name } }) => {
      const answer = await ask(api, { kind: kind as ResourceKind, namespace, name })
      time = answer?.time
      return answer?.object
    },
    time: () => time,
    backupsOfPolicy: (namespace, policy) => listOf(api, { kind: 'Backup', namespace, query: { labelSelector: `${LABEL.policy}=${labelValue(policy)}` } }),
    job: async (namespace, name) => (await listOf(api, { kind: 'Job', namespace, query: { fieldSelector: `metadata.name=${name}` } }))[0],
    jobsOfBackup: (namespace, backup) => listOf(api, { kind: 'Job', namespace, query: { labelSelector: `${LABEL.backup}=${labelValue(backup)}` } }),
    podsOfJob: async (namespace, job) => newestFirst(await listOf(api, { kind: 'Pod', namespace, query: { labelSelector: `job-name=${job}` } })),
    activePods: async namespace => (await listOf(api, { kind: 'Pod', namespace, query: { fieldSelector: 'status.phase!=Succeeded,status.phase!=Failed' } })).filter(isActive),
    podEvents: (namespace, pod) => warnings(api, namespace, `Pod/${pod}`),
    jobEvents: (namespace, job) => warnings(api, namespace, `Job/${job}`),
    snapshotClasses: () => list(api, { kind: 'VolumeSnapshotClass' }),
    volumeSnapshot: (namespace, name) => read(api, { kind: 'VolumeSnapshot', namespace, name }),
    contentsOfBackup: (namespace, backup) =>
      listOf(api, { kind: 'VolumeSnapshotContent', query: { labelSelector: `${LABEL.namespace}=${labelValue(namespace)},${LABEL.backup}=${labelValue(backup)}` } }),
    snapshotContents: () => listOf(api, { kind: 'VolumeSnapshotContent' }),
    snapshotContent: name => read(api, { kind: 'VolumeSnapshotContent', name }),
    persistentVolume: name => read(api, { kind: 'PersistentVolume', name }),
    volumesOfRestore: uid => listOf(api, { kind: 'PersistentVolume', query: { labelSelector: `${LABEL.restoreUid}=${uid}` } }),
    repository: (namespace, name) => read(api, { kind: 'BackupRepository', namespace, name }),
    restores: namespace => listOf(api, { kind: 'Restore', namespace }),
    claim: (namespace, name) => read(api, { kind: 'PersistentVolumeClaim', namespace, name }),
    storageClass: name => read(api, { kind: 'StorageClass', name }),
  }
}

async function warnings(api: Kubernetes, namespace: string, about: string): Promise<readonly KubeObject[]> {
  const [kind, name] = about.split('/')
  const fieldSelector = `involvedObject.kind=${kind},involvedObject.name=${name},type=Warning`
  return newestFirst(await listOf(api, { kind: 'Event', namespace, query: { fieldSelector } }))
}

interface Place {
  readonly kind: ResourceKind
  readonly namespace?: string
  readonly name: string
}

async function read(api: Kubernetes, place: Place): Promise<KubeObject | undefined> {
  return (await ask(api, place))?.object
}

/** An object that cannot exist (its name is no name) is as absent as any other. */
async function ask(api: Kubernetes, { kind, namespace, name }: Place): Promise<{ readonly object: KubeObject; readonly time?: Date | undefined } | undefined> {
  if (!isObjectName(name)) return undefined
  const path = resourcePath(kind, { namespace, name })
  const answer = await api.call({ method: 'GET', path })
  if (answer.outcome === 'ok') return answer
  if (answer.outcome === 'absent') return undefined
  throw new TransientError('ApiUnavailable', answer.message)
}

function isActive(pod: KubeObject): boolean {
  const phase = (pod.status as { phase?: string } | undefined)?.phase
  return phase === undefined || phase === 'Pending' || phase === 'Running'
}

function newestFirst(objects: readonly KubeObject[]): readonly KubeObject[] {
  return objects.toSorted((a, b) => ageKey(b).localeCompare(ageKey(a)))
}

/** Events say when they were last seen; everything else when it was made. */
function ageKey(object: KubeObject): string {
  const { lastTimestamp, eventTime } = object as { lastTimestamp?: string | null; eventTime?: string | null }
  return lastTimestamp ?? eventTime ?? object.metadata.creationTimestamp ?? ''
}
